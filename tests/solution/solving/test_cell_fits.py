"""Cells of proposals, fitted."""

import numpy as np
import pytest
from solved_crystals import fluorite, rutile, scan_of

from xrdmatch.preprocessing import flattened
from xrdmatch.solution._solving.cell_fits import by_cell_fits


@pytest.fixture(scope="module")
def flat():
    return flattened([scan_of(rutile())])[0]


def test_axes_come_back_and_sites_stay(flat, proposal):
    start = rutile(4.70, 2.90)
    (found,) = by_cell_fits(flat, [proposal("it", start)])
    assert found.structure.lattice.abc == pytest.approx((4.594, 4.594, 2.959), rel=2e-3)
    assert np.array_equal(found.structure.frac_coords, start.frac_coords)
    assert (found.label, found.origin) == ("it", "template")


def test_what_fits_best_comes_first(flat, proposal):
    """Proposed the other way round, since only cells were off."""
    wrong = proposal("fluorite", fluorite(4.9, ("Ti", "O")))
    right = proposal("rutile", rutile(4.66, 2.93))
    found = by_cell_fits(flat, [wrong, right])
    assert [one.label for one in found] == ["rutile", "fluorite"]


def test_what_is_given_does_not_change(flat, proposal):
    given = proposal("it", rutile(4.70, 2.90))
    by_cell_fits(flat, [given])
    assert given.structure.lattice.abc == pytest.approx((4.70, 4.70, 2.90))


def test_of_nothing_nothing_is_fitted(flat):
    assert by_cell_fits(flat, []) == []
