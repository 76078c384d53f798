"""Fresh scans to learn from: rows, shares, repetition, and what becomes of them."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.learning import PowderPeaks, PowderTraining
from xrdmatch.learning._peak_points import N_QUERY
from xrdmatch.learning._scan_augmentation import SHARE_GIVEN
from xrdmatch.preprocessing import PatternProfile, PeakFinder

COPPER = DiffractionSimulator("powder", "CuKa")
CELLS = np.linspace(4, 8, 20)


@pytest.fixture(scope="module")
def training():
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    salts = [
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), ["Na", "Cl"], sites) for a in CELLS
    ]
    return PowderTraining(COPPER, salts)


@pytest.fixture(scope="module")
def peaks():
    return PowderPeaks(COPPER, PeakFinder())


@pytest.fixture(scope="module")
def given(training, peaks):
    return peaks.of(training.patterns())


def augmentation(training, seed=0):
    return training.augmentation("standard", np.random.RandomState(seed))


def test_rows_are_those_asked_for(training, peaks, given):
    """The first strong line of rocksalt, 200, tells the cell, up to strains and shifts."""
    rows = np.array([19, 0, 0, 7])
    points = peaks.of_draws(augmentation(training).standard(rows), given[rows])
    assert points.shape == (4, N_QUERY, 4)
    for row, found in zip(rows, points, strict=True):
        assert np.nanmin(np.abs(found[:, 0] / (2 / CELLS[row]) - 1)) < 0.06


def test_peaks_lie_within_the_range_that_is_told(training, peaks, given):
    points = peaks.of_draws(augmentation(training).standard(np.arange(20)), given)
    q, low, high = points[..., 0], points[..., 2], points[..., 3]
    here = np.isfinite(q)
    assert here.any(1).all()
    assert (q[here] >= low[here]).all()
    assert (q[here] <= high[here]).all()
    assert (points[:, 0, 1] == 0).all()  # the strongest first


def test_a_share_stays_as_given(training):
    fresh = augmentation(training)
    kept = np.concatenate([fresh.fresh(np.arange(20))[0] for _ in range(40)])
    error = np.sqrt(SHARE_GIVEN * (1 - SHARE_GIVEN) / len(kept))
    assert abs(np.mean(kept) - SHARE_GIVEN) < 4 * error


def test_every_call_draws_anew_and_a_seed_repeats_it(training):
    first, second = augmentation(training), augmentation(training)
    rows = np.arange(20)
    drawn = first.standard(rows).counts
    np.testing.assert_array_equal(second.standard(rows).counts, drawn)
    assert (first.standard(rows).counts != drawn).any(1).all()


def test_where_nothing_is_found_what_was_given_stays(training, peaks, given):
    draws = augmentation(training).standard(np.arange(20))
    flat = draws._replace(counts=np.full_like(draws.counts, 100.0), sigma=draws.sigma + 1e6)
    np.testing.assert_array_equal(peaks.of_draws(flat, given), given)


def test_draws_are_scans_too(training):
    """As long as they were measured, and with the lines where the cell has them."""
    draws = augmentation(training).standard(np.arange(20))
    scans = draws.patterns()
    for scan, low, high in zip(scans, draws.conditions.q_low, draws.conditions.q_high, strict=True):
        assert low <= scan.q[0] < scan.q[-1] <= high
        assert scan.q[0] - low < 0.002
        assert high - scan.q[-1] < 0.002
    profiles = PatternProfile().transform(scans)
    assert np.isfinite(profiles).any(1).all()
    known = draws.conditions._replace(q_high=np.full(20, 0.95), q_low=np.full(20, 0.04))
    for scan, cell in zip(draws._replace(conditions=known).patterns(), CELLS, strict=True):
        top = scan.q[np.argmax(scan.counts)] * cell
        assert np.abs(top / np.sqrt([3, 4, 8, 11, 12, 16, 19, 20, 24, 27]) - 1).min() < 0.06
