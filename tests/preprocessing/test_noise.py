"""How surely counts are known."""

import numpy as np
import pytest
from powder_scans import GRID, ideal_counts, noisy_scan

from xrdmatch.crystallography import Scan, as_radiation
from xrdmatch.preprocessing import count_sigma
from xrdmatch.preprocessing._noise import alternation, averaging_sigma


@pytest.mark.parametrize("factor", [1.0, 0.01, 40.0])
def test_counts_in_any_unit(factor):
    """A multiple of Poisson numbers has that multiple of their roots as uncertainty."""
    counts = np.random.default_rng(0).poisson(80.0, 4000)
    sigma = count_sigma(Scan(GRID[:4000], factor * counts))
    assert np.median(sigma) == pytest.approx(factor * np.sqrt(80), rel=0.05)


def test_strong_peaks_do_not_inflate_it():
    scan = noisy_scan([30.0, 50.0], [3000.0, 9000.0])
    far = np.abs(scan.two_theta - 75) < 15
    assert np.median(count_sigma(scan)[far]) == pytest.approx(np.sqrt(60), rel=0.1)


def test_known_uncertainties_are_kept():
    scan = Scan(GRID, np.ones_like(GRID), np.full_like(GRID, 0.3))
    assert count_sigma(scan) is scan.sigma


def test_it_is_never_zero():
    assert (count_sigma(Scan(GRID, np.zeros_like(GRID))) > 0).all()
    assert (count_sigma(Scan(GRID[:2], [0, 5])) > 0).all()


def test_noise_alternates_and_curves_do_not():
    assert alternation(noisy_scan([30.0], [500.0])) == pytest.approx(0.73, abs=0.03)
    smooth = ideal_counts([30.0, 60.0], [500.0, 900.0], as_radiation("CuKa"))
    assert alternation(Scan(GRID, smooth)) < 0.05
    assert np.isnan(alternation(Scan(GRID, np.ones_like(GRID))))


def test_averages_of_independent_counts_scatter_as_expected():
    scan = noisy_scan([30.0, 50.0], [3000.0, 9000.0])
    assert (averaging_sigma(scan) / count_sigma(scan)).max() == pytest.approx(1, abs=0.1)


def test_averages_of_interpolated_counts_scatter_more():
    """Means of ten points between halves of the grid scatter as those of the five measured."""
    scan = noisy_scan([], [], background=400.0)
    fine = np.arange(GRID[0], GRID[-1], 0.01)
    wide = Scan(fine, np.interp(fine, GRID, scan.counts))
    scatter = np.std(wide.counts[: len(fine) // 10 * 10].reshape(-1, 10).mean(axis=1))
    assert np.median(averaging_sigma(wide)) / np.sqrt(10) == pytest.approx(scatter, rel=0.15)
    assert np.median(count_sigma(wide)) / np.sqrt(10) < 0.6 * scatter


def test_smooth_curves_and_short_scans_keep_theirs():
    smooth = Scan(GRID, ideal_counts([30.0, 60.0], [500.0, 900.0], as_radiation("CuKa")))
    for scan in (smooth, Scan(GRID[:12], np.arange(12.0) % 3)):
        np.testing.assert_array_equal(averaging_sigma(scan), count_sigma(scan))
