"""Proposed structures, refined."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from sklearn.base import clone
from solved_crystals import perovskite, rutile, scan_of

from xrdmatch.solution import StructureRefiner


@pytest.fixture(scope="module")
def clean():
    return scan_of(rutile())


def test_cell_and_sites_come_back(clean):
    (found,) = StructureRefiner().refine(clean, [rutile(4.67, 2.92, 0.28)])
    assert found.structure.lattice.abc == pytest.approx((4.594, 4.594, 2.959), rel=1e-3)
    assert found.structure.frac_coords[2, 0] == pytest.approx(0.305, abs=2e-3)
    assert (found.n_free, found.space_group) == (3, 136)
    assert found.residual < 0.05
    assert found.displacement == pytest.approx(0.025 * 4.6 * 2**0.5, rel=0.3)


def test_sites_stay_where_they_are_told_to(clean):
    (found,) = StructureRefiner(displacement=0, symprec=0).refine(clean, [rutile(4.62, 2.95, 0.28)])
    assert found.structure.frac_coords[2, 0] == pytest.approx(0.28)
    assert (found.n_free, found.displacement) == (2, 0.0)
    assert found.residual > 0.1


def test_a_higher_symmetry_is_kept_where_it_fits_as_well(clean):
    start = rutile()
    start.translate_sites([2], [0.01, -0.01, 0.01])
    (low,) = StructureRefiner(symprec=0).refine(clean, [start])
    (high,) = StructureRefiner().refine(clean, [start])
    assert (low.space_group, high.space_group) == (1, 136)
    assert high.n_free == 3 < low.n_free
    assert high.residual < 1.1 * low.residual


def test_what_cannot_be_refined_is_none_and_sinks_nothing(clean):
    alloy = Structure(Lattice.cubic(3), [{"Fe": 0.5, "Co": 0.5}], [[0, 0, 0]])
    large = rutile() * (3, 3, 3)
    found = StructureRefiner(most_atoms=100).refine(clean, [alloy, rutile(), large])
    assert [one is None for one in found] == [True, False, True]


def test_after_the_time_limit_nothing_is_begun(clean):
    assert StructureRefiner().refine(clean, [rutile()], time_limit=0.0) == [None]


def test_the_right_structure_fits_best(clean):
    right, wrong = StructureRefiner().refine(clean, [rutile(), perovskite(3.9, ("Ti", "Ti", "O"))])
    assert right.residual < 0.1 < wrong.residual
    assert right.log_likelihood > wrong.log_likelihood
    assert right.r_wp < wrong.r_wp


def test_parameters_survive_a_clone():
    refiner = StructureRefiner(0.1, symprec=0.1, most_atoms=20)
    assert clone(refiner).get_params() == refiner.get_params()


def test_the_scan_is_not_changed(clean):
    before = clean.counts.copy()
    StructureRefiner().refine(clean, [rutile()])
    assert np.array_equal(before, clean.counts)
