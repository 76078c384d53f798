"""Fresh scans to learn from: rows, shares, repetition."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.learning._peak_augmentation import SHARE_GIVEN, PeakAugmentation
from xrdmatch.learning._peak_points import N_QUERY, query_points
from xrdmatch.preprocessing import PeakFinder
from xrdmatch.retrieval._comparison.profile_library import library_simulator
from xrdmatch.simulation._powder.reflection_table import reflection_table

SIMULATOR, DIFFRACTOMETER = library_simulator(DiffractionSimulator("powder", "CuKa"))


@pytest.fixture(scope="module")
def salts():
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    return [
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), ["Na", "Cl"], sites)
        for a in np.linspace(4, 8, 20)
    ]


@pytest.fixture(scope="module")
def table(salts):
    return reflection_table(salts, SIMULATOR)


@pytest.fixture(scope="module")
def given(salts):
    return query_points(SIMULATOR.transform(salts), DIFFRACTOMETER, PeakFinder())


def augmentation(table, seed=0):
    return PeakAugmentation(table, DIFFRACTOMETER, np.random.RandomState(seed))


def test_rows_are_those_asked_for(table):
    """The first strong line of rocksalt, 200, tells the cell, up to strains and shifts."""
    rows = np.array([19, 0, 0, 7])
    points = augmentation(table).points(rows)
    assert points.shape == (4, N_QUERY, 4)
    for row, found in zip(rows, points, strict=True):
        line = 2 / np.linspace(4, 8, 20)[row]
        assert np.nanmin(np.abs(found[:, 0] / line - 1)) < 0.06


def test_peaks_lie_within_the_range_that_is_told(table):
    points = augmentation(table).points(np.arange(20))
    q, low, high = points[..., 0], points[..., 2], points[..., 3]
    here = np.isfinite(q)
    assert here.any(1).all()
    assert (q[here] >= low[here]).all()
    assert (q[here] <= high[here]).all()
    assert (points[:, 0, 1] == 0).all()  # the strongest first


def test_a_share_stays_as_given(table, given):
    fresh = augmentation(table)
    kept = [
        (fresh(np.arange(20), given)[:, :5] == given[:, :5]).all((1, 2)).mean() for _ in range(40)
    ]
    error = np.sqrt(SHARE_GIVEN * (1 - SHARE_GIVEN) / (20 * 40))
    assert abs(np.mean(kept) - SHARE_GIVEN) < 4 * error


def test_every_call_draws_anew_and_a_seed_repeats_it(table, given):
    first, second = augmentation(table), augmentation(table)
    drawn = first.standard(given)
    np.testing.assert_array_equal(second.standard(given), drawn)
    assert (np.nan_to_num(first.standard(given)) != np.nan_to_num(drawn)).any((1, 2)).all()


def test_where_nothing_is_found_what_was_given_stays(table, given, monkeypatch):
    fresh = augmentation(table)
    monkeypatch.setattr(fresh, "points", lambda rows: np.full_like(given[rows], np.nan))
    np.testing.assert_array_equal(fresh.standard(given), given)
