"""Structures moved to a higher symmetry."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from solved_crystals import perovskite, rutile

from xrdmatch.crystallography import crystal_symmetry
from xrdmatch.solution._symmetrized import symmetrized


@pytest.mark.parametrize("crystal", [rutile(), perovskite()])
def test_small_deviations_are_undone(crystal):
    rng = np.random.default_rng(0)
    moved = crystal.frac_coords + rng.normal(0, 0.01, (len(crystal), 3))
    lattice = crystal.lattice.matrix @ (np.eye(3) + rng.normal(0, 0.003, (3, 3)))
    near = Structure(lattice, crystal.species, moved)
    assert crystal_symmetry(near).space_group == "P1"
    made = symmetrized(near)
    assert crystal_symmetry(made).space_group == crystal_symmetry(crystal).space_group
    assert made.volume == pytest.approx(near.volume, rel=1e-3)
    assert all(made[i].distance(near[i]) < 0.2 for i in range(len(near)))


def test_a_symmetric_structure_stays():
    made = symmetrized(rutile())
    assert made.lattice.parameters == pytest.approx(rutile().lattice.parameters)
    off = made.frac_coords - rutile().frac_coords
    assert np.abs(off - np.rint(off)).max() < 1e-9


def test_nothing_is_made_symmetric_that_is_far_from_it():
    triclinic = Structure(
        Lattice.from_parameters(4, 5, 6, 80, 95, 103), ["Na", "Cl"], [[0, 0, 0], [0.41, 0.33, 0.62]]
    )
    assert symmetrized(triclinic).lattice.parameters == pytest.approx(triclinic.lattice.parameters)
