"""Scans made ready for refinement."""

import numpy as np
import pytest

from xrdmatch.crystallography import Scan
from xrdmatch.refinement import Q_RANGE, ScanModel, scan_queries
from xrdmatch.refinement._scan_query import MARGIN, STEP

MODEL = ScanModel()
SINGLE = 1e-4  # precision of sums of thousands of single-precision numbers


def scan_of(step=0.01, counts=400.0, seed=0, **options):
    two_theta = np.arange(10, 80, step)
    peak = 5000 * np.exp(-(((two_theta - 40) / 0.08) ** 2))
    noisy = np.random.default_rng(seed).poisson(counts + peak)
    return Scan(two_theta, noisy, **{"radiation": "CuKa", **options})


def test_a_fine_scan_is_averaged_over_the_grid():
    scan = scan_of(step=0.01)
    *_, query = scan_queries(scan, MODEL)
    assert query.step == pytest.approx(STEP)
    near = np.abs(scan.two_theta - query.two_theta[100]) < STEP / 2
    assert query.observed[100] == pytest.approx(scan.counts[near].mean())
    flat = np.abs(query.two_theta - 60) < 10  # three points a bin: a third of the variance
    assert query.sigma[flat].mean() == pytest.approx(np.sqrt(400 / 3), rel=0.1)
    scatter = np.std(np.diff(query.observed[flat])) / np.sqrt(2)
    assert query.sigma[flat].mean() == pytest.approx(scatter, rel=0.1)


def test_a_coarse_scan_keeps_its_step():
    *_, query = scan_queries(scan_of(step=0.05), MODEL)
    assert query.step == pytest.approx(0.05)
    np.testing.assert_allclose(query.observed, scan_of(step=0.05).counts, atol=1e-6)


def test_weights_know_noise_peaks_and_what_is_fainter_than_a_percent():
    *_, query = scan_queries(scan_of(), MODEL)
    weight, top = query.weight, np.argmin(np.abs(query.two_theta - 40))
    assert 1 / weight[top] == pytest.approx(MODEL.model_error * 4000, rel=0.25)
    flat = np.abs(query.two_theta - 60) < 10
    expected = np.hypot(np.sqrt(400 / 3), MODEL.faintest * 4000)
    assert np.median(1 / weight[flat]) == pytest.approx(expected, rel=0.15)


def test_what_the_background_can_follow_is_projected_out():
    *_, query = scan_queries(scan_of(), MODEL)
    x = np.linspace(-1, 1, len(query.two_theta))
    smooth = (3 - 2 * x + x**5) * query.weight
    left = query.without_background(smooth[None])
    assert np.linalg.norm(left) < SINGLE * np.linalg.norm(smooth)
    assert np.abs(query.target @ query.background).max() < SINGLE * np.linalg.norm(query.target)


def test_noise_alone_costs_what_independent_points_cost():
    """Nothing but counts: the misfit of no peak is the number of points times their share."""
    two_theta = np.arange(10, 80, 0.03)
    scan = Scan(two_theta, np.random.default_rng(1).poisson(900, len(two_theta)), radiation="CuKa")
    *_, query = scan_queries(scan, MODEL)
    assert query.misfit_of_nothing == pytest.approx(len(query.two_theta) * query.share, rel=0.15)


def test_a_widened_scan_has_wide_peaks_on_a_coarser_grid():
    wide, sharp = scan_queries(scan_of(), MODEL)
    assert wide.step == pytest.approx(0.12)
    heights = [q.target / q.weight for q in (sharp, wide)]
    widths = [(x > x.max() / 2).sum() * q.step for x, q in zip(heights, (sharp, wide), strict=True)]
    assert widths[0] == pytest.approx(0.13, abs=0.05)
    assert widths[1] == pytest.approx(np.hypot(0.6, 0.13), abs=0.13)


def test_the_range_of_q_is_respected_and_tails_have_room():
    *_, query = scan_queries(scan_of(radiation=0.5), MODEL)
    q = 2 * np.sin(np.radians(query.two_theta / 2)) / 0.5
    assert q.max() <= Q_RANGE[1] + 1e-3
    assert query.n_fast >= len(query.two_theta) + 2 * MARGIN / query.step


def test_a_scan_without_radiation_is_refused():
    with pytest.raises(ValueError, match=r"refined with its wavelength, got the scan 'x' without"):
        scan_queries(scan_of(radiation=None, name="x"), MODEL)


def test_a_scan_beyond_reach_is_refused():
    scan = Scan(np.linspace(100, 120, 400), np.ones(400), radiation=0.7)
    with pytest.raises(ValueError, match=r"at least 50 points between 0.03 and 0.95 1/Å, got 0"):
        scan_queries(scan, MODEL)


def test_a_short_scan_has_a_finer_grid():
    """Not fewer points than the polynomials of its background could follow, blurred or not."""
    two_theta = np.arange(20, 21, 0.002)
    scan = Scan(two_theta, np.random.default_rng(0).poisson(300, 500), radiation="CuKa")
    for query in scan_queries(scan, MODEL):
        assert 100 <= len(query.two_theta) <= 102
