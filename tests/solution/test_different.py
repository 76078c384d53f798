"""Structures of which no two are the same crystal."""

import numpy as np
import pytest
from pymatgen.core import Lattice
from solved_crystals import cadmium_iodide, fluorite, perovskite, rutile

from xrdmatch.solution._different import first_different


def test_structure_types_differ():
    crystals = [rutile(elements=("Ca", "F")), fluorite(), cadmium_iodide()]
    assert first_different(crystals, 3) == [0, 1, 2]


def test_the_size_and_the_choice_of_axes_make_no_difference():
    turned = rutile(4.7, 3.0)
    turned.make_supercell([[0, 1, 0], [0, 0, 1], [1, 0, 0]])
    turned.translate_sites(range(len(turned)), [0.1, 0.2, 0.3])
    assert first_different([rutile(), turned, rutile(5.1, 3.3)], 3) == [0]


def test_elements_on_other_sites_make_another_crystal():
    """SrTiO3 with its metals exchanged; in CsCl's structure both sites are alike."""
    assert first_different([perovskite(), perovskite(elements=("Ti", "Sr", "O"))], 2) == [0, 1]
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    salts = [
        fluorite().from_spacegroup("Pm-3m", Lattice.cubic(4.1), elements, sites)
        for elements in (("Cs", "Cl"), ("Cl", "Cs"), ("Cs", "Br"))
    ]
    assert first_different(salts, 3) == [0, 2]


@pytest.mark.parametrize("n", [0, 1, 2, 9])
def test_the_first_ones_are_kept_and_no_more_than_wanted(n):
    crystals = [rutile(), fluorite(), rutile(4.7), cadmium_iodide()]
    assert first_different(crystals, n) == [0, 1, 3][:n]


def test_small_displacements_are_no_difference_and_large_ones_are():
    moved, far = rutile(x=0.315), rutile()
    far.translate_sites([2], np.array([0.3, -0.2, 0.4]))
    assert first_different([rutile(), moved, far], 3) == [0, 2]


def test_cells_are_reduced_before_they_are_compared():
    """A primitive cell with long axes."""
    skewed = rutile()
    skewed.make_supercell([[1, 0, 0], [2, 1, 0], [3, 1, 1]])
    assert len(skewed) == len(rutile())
    assert first_different([rutile(), skewed], 2) == [0]
    assert first_different([skewed, rutile()], 2) == [0]


def test_of_nothing_nothing_is_kept():
    assert first_different([], 5) == []
