"""Expected spots behind one another, against the library that gives every layer the same room."""

import numpy as np
import pytest
import torch
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.refinement._spot_moments import moment_library
from xrdmatch.refinement._spot_table import TYPICAL_DISPLACEMENT, spot_moments, spot_table
from xrdmatch.simulation import check_settings

ROUNDING = 1e-4  # of the largest of a layer's sums, which are kept in single precision
OPTIONS = [{"q_max": 1.1}, {"hk_max": 3}, {"q_max": 0.9, "radiation": "electron"}]


def settings_of(**options):
    return check_settings(DiffractionSimulator(**options))


def table_of(structures, **options):
    return spot_table(structures, settings_of(**options))


@pytest.fixture(scope="module")
def table(layers):
    return table_of(layers, q_max=1.1)


def assert_same_sums(first, second):
    np.testing.assert_array_equal(np.isnan(first), np.isnan(second))
    largest = np.nanmax(np.abs(second), axis=0)
    np.testing.assert_allclose(first / largest, second / largest, atol=ROUNDING)


@pytest.mark.parametrize("options", OPTIONS, ids=str)
def test_sums_are_those_of_the_moment_library(layers, options):
    table, library = table_of(layers, **options), moment_library(layers, settings_of(**options))
    np.testing.assert_allclose(table.reciprocal, library.reciprocal, atol=1e-5)
    np.testing.assert_allclose(table.unit, library.unit, rtol=1e-4)
    for entry in range(len(layers)):
        own = table.owners == entry
        once = own & np.isfinite(table.sums[:, 0])
        numbers = library.numbers_of(torch.as_tensor(table.hk[once])).numpy()
        expected = library.sums[entry].numpy()
        assert_same_sums(table.sums[once], expected[numbers])
        assert sorted(numbers) == np.flatnonzero(np.isfinite(expected[:, 0])).tolist()


def test_every_row_is_where_it_is_looked_for(table):
    """A spot and its mate share a row; that a few of them stand there twice does not matter."""
    once = np.isfinite(table.sums[:, 0])
    rows = np.flatnonzero(once)
    np.testing.assert_array_equal(table.rows_of(table.owners[once], table.hk[once]), rows)
    np.testing.assert_array_equal(table.rows_of(table.owners[once], -table.hk[once]), rows)


def test_there_is_no_row_beyond_the_room(table):
    entries = np.arange(len(table))
    m, right, up = table.room, np.array([1, 0]), np.array([0, 1])
    for hk in (m + right, m + up, -m - right, m * [1, -1] - up):
        assert (table.rows_of(entries, hk) == -1).all()
    corners = table.rows_of(entries, m)
    np.testing.assert_array_equal(corners + 1, table.first[1:])
    assert np.isnan(table.sums[table.rows_of(entries, np.zeros_like(m))]).all()


def test_the_range_is_all_within_q_max(table):
    inside = np.isfinite(table.sums).all(1)
    assert (table.length[inside] <= 1.1 + 1e-6).all()
    rows = zip(table.owners, table.hk, strict=True)
    direct = [np.linalg.norm(hk @ table.reciprocal[i]) for i, hk in rows]
    np.testing.assert_allclose(table.length, direct)
    next_out = (table.room + 1) / np.linalg.norm(np.linalg.inv(table.reciprocal), axis=1)
    assert (next_out > 1.1).all()  # the lattice row behind the last one


def test_intensities_are_in_units_of_their_mean(table):
    for entry in range(len(table)):
        assert np.nanmean(table.sums[table.owners == entry, 0]) == pytest.approx(1.0, abs=1e-5)


@pytest.mark.parametrize("cut", [1, 17, 39])
def test_joined_is_built_together(layers, table, cut):
    joined = table_of(layers[:cut], q_max=1.1).joined(table_of(layers[cut:], q_max=1.1))
    np.testing.assert_array_equal(joined.room, table.room)
    np.testing.assert_array_equal(joined.first, table.first)
    np.testing.assert_allclose(joined.reciprocal, table.reciprocal)
    np.testing.assert_allclose(joined.unit, table.unit, rtol=1e-5)
    np.testing.assert_allclose(joined.heights, table.heights, atol=1e-9)
    assert_same_sums(joined.sums, table.sums)
    for ours, theirs in zip(joined.atoms[:3], table.atoms[:3], strict=True):
        torch.testing.assert_close(ours, theirs)


def test_atoms_at_rest_have_one_intensity(table):
    inside = np.isfinite(table.sums[:, 0])
    sums, length = table.sums[inside], table.length[inside]
    mean, variance = spot_moments(sums, length, 0.0)
    np.testing.assert_allclose(mean, sums[:, 0], atol=1e-6)
    np.testing.assert_allclose(variance, 0.0, atol=1e-6)


def test_each_setting_may_have_a_displacement_of_its_own(table):
    few = np.isfinite(table.sums[:, 0]).nonzero()[0][:30].reshape(3, 10)
    sums, length = table.sums[few], table.length[few]
    u = np.array([0.01, 0.08, 0.3])
    together = spot_moments(sums, length, u[:, None])
    one_by_one = [spot_moments(*row) for row in zip(sums, length, u, strict=True)]
    np.testing.assert_allclose(together, np.swapaxes(one_by_one, 0, 1))


def test_typical_moments(table):
    inside = np.isfinite(table.sums[:, 0])
    expected = spot_moments(table.sums[inside], table.length[inside], TYPICAL_DISPLACEMENT)
    np.testing.assert_allclose([part[inside] for part in table.typical], expected)


def test_heights_are_those_of_the_atoms():
    layer = Structure(Lattice.tetragonal(4, 20), ["Mo", "S"], [[0, 0, 0.5], [0.5, 0.5, 0.6]])
    low, high = table_of([layer], q_max=1.0).heights[0]
    assert abs(high - low) == pytest.approx(2.0)


def test_what_has_no_table(layers):
    with pytest.raises(ValueError, match=r"kinematic intensities, got .* intensity='paper'; use"):
        table_of(layers[:1], intensity="paper", wavelength=1.54)
    with pytest.raises(ValueError, match=r"reach a layer's first spot, got q_max=0\.01 .* raise"):
        table_of(layers[:1], q_max=0.01)
    heavy = Structure(Lattice.cubic(20), ["Fm"], [[0, 0, 0]])
    with pytest.raises(ValueError, match="got Fm; leave these structures out"):
        table_of([heavy], q_max=1.0)
