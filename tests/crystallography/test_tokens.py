"""Tokens: written and read back, in both layouts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymatgen.core import Lattice, Structure

from xrdmatch.crystallography import (
    LAYOUTS,
    is_tokens,
    n_tokens,
    site_table,
    sites_to_tokens,
    tokens_to_sites,
)

ROUNDING = 1e-9  # Å: lengths and angles to row vectors and back, in double precision
MAX_SITES = 5

fraction = st.floats(0, 1, exclude_max=True)
site = st.tuples(fraction, fraction, fraction, st.integers(1, 118))
crystal = st.tuples(
    st.tuples(*3 * [st.floats(2, 30)], *3 * [st.floats(75, 105)]),
    st.lists(site, min_size=1, max_size=MAX_SITES),
)


def written(crystals, layout):
    """Tokens of (parameters, sites) pairs."""
    rows = []
    for parameters, sites in crystals:
        x, y, z, numbers = zip(*sites, strict=True)
        coords = np.column_stack([x, y, z])
        rows.append(sites_to_tokens(parameters, coords, numbers, MAX_SITES, layout))
    return np.array(rows)


@pytest.mark.parametrize("layout", LAYOUTS)
@settings(deadline=None, max_examples=50)
@given(crystals=st.lists(crystal, min_size=1, max_size=4))
def test_round_trip(layout, crystals):
    tokens = written(crystals, layout)
    assert tokens.shape == (len(crystals), n_tokens(MAX_SITES))
    lattice, coords, numbers, occupancy = tokens_to_sites(tokens)
    for i, (parameters, sites) in enumerate(crystals):
        n = len(sites)
        np.testing.assert_allclose(Lattice(lattice[i]).parameters, parameters, atol=ROUNDING)
        np.testing.assert_array_equal(np.column_stack([coords[i, :n], numbers[i, :n]]), sites)
        assert not coords[i, n:].any()
        assert not numbers[i, n:].any()
        np.testing.assert_array_equal(occupancy[i], numbers[i] > 0)


def test_both_layouts_may_stand_in_one_array():
    sites = [(0.1, 0.2, 0.3, 6), (0.4, 0.5, 0.6, 8)]
    crystals = [((3, 4, 20, 90, 90, 90), sites)]
    tokens = np.vstack([written(crystals, layout) for layout in LAYOUTS])
    assert not np.array_equal(tokens[0], tokens[1], equal_nan=True)
    _, coords, numbers, _ = tokens_to_sites(tokens)
    np.testing.assert_array_equal(coords[0], coords[1])
    np.testing.assert_array_equal(numbers, [[6, 8], [6, 8]])


def test_order_of_the_two_layouts():
    crystals = [((3, 4, 20, 90, 90, 90), [(0.1, 0.2, 0.3, 6), (0.4, 0.5, 0.6, 8)])]
    (interleaved,), (last,) = (written(crystals, layout) for layout in LAYOUTS)
    assert interleaved[7:15].tolist() == [0.1, 0.2, 0.3, 6, 0.4, 0.5, 0.6, 8]
    assert last[7:15].tolist() == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 6, 8]
    for row in (interleaved, last):
        assert (row[0], row[15]) == (-1, -2)
        assert np.isnan(row[16:]).all()


def test_a_table_reads_tokens():
    structure = Structure(Lattice.hexagonal(3.2, 20), ["Mo", "S"], [[0, 0, 0.5], [0.3, 0.6, 0.6]])
    row = sites_to_tokens(structure.lattice.parameters, structure.frac_coords, [42, 16], MAX_SITES)
    table = site_table(row[None])
    np.testing.assert_array_equal(table.numbers, [[42, 16]])
    np.testing.assert_allclose(table.frac_coords[0], structure.frac_coords)


@pytest.mark.parametrize(
    "thing",
    [
        [[-1.0, 2.0]],  # not an array
        np.array([-1.0, 2.0]),  # one row alone
        np.array([[1.0, 2.0]]),  # no start mark
        np.array([[-1.0, 2.0], [1.0, 2.0]]),  # one row lacks it
        np.empty((0, 12)),
        None,
    ],
)
def test_other_things_are_no_tokens(thing):
    assert not is_tokens(thing)


def test_tokens_are_tokens():
    assert is_tokens(written([((3, 4, 5, 90, 90, 90), [(0.0, 0.0, 0.0, 1)])], "interleaved"))
