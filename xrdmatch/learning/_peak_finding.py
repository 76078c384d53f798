"""The peaks that stand out of many noisy scans at once: a fast stand-in for `PeakFinder`."""

import numpy as np
from scipy.fft import irfft, rfft
from scipy.signal import find_peaks

from xrdmatch.simulation import N_FOLDED, N_POINTS

SMOOTHING = 0.5  # width of the kernel, in widths of a peak, as in `PeakFinder`
SIGNIFICANCE = 6.0  # standard deviations; fits of neighbours ask for more than the finder's 5
REACH = 1025  # points within which a peak's prominence is sought
TO_SIGMA = 1 / np.sqrt(8 * np.log(2))


def found_peaks(draws):
    """Find the peaks of noisy scans.

    Parameters
    ----------
    draws : DrawnScans
        The scans.

    Returns
    -------
    row : ndarray of shape (n_peaks,)
        Number of the scan, ascending.
    q : ndarray of shape (n_peaks,)
        Where the peaks are seen [1/Å].
    intensity : ndarray of shape (n_peaks,)
        Their areas, in any unit.
    """
    conditions, grid, fwhm = draws.conditions, draws.grid, draws.fwhm
    smooth, sigma = _smoothed_counts(draws)
    smooth[~draws.seen] = smooth.min()
    row, place, height, prominence = _maxima(smooth, sigma)
    height -= (conditions.counts * conditions.background)[row]
    # Tails of neighbours are shared out by a fit: they count half.
    height = np.sqrt(np.maximum(height, 0.0) * prominence)
    late = place / N_POINTS
    area = height * (fwhm[row, 0] * (1 - late) + fwhm[row, 1] * late)
    area *= np.exp(conditions.noise[row] * draws.rng.standard_normal(len(row)))
    return row, grid.length(place), area


def _smoothed_counts(draws):
    """Smooth, and say by how much what is smoothed scatters; both (n, n_points)."""
    kernel = SMOOTHING * draws.fwhm.mean(1)[:, None]
    n_averaged = np.maximum(2 * np.sqrt(np.pi) * kernel / draws.grid.step * TO_SIGMA, 1.0)
    return _smoothed(draws.counts, kernel, draws.grid), draws.sigma / np.sqrt(n_averaged)


def _smoothed(counts, kernel, grid):
    """Fold counts with Gaussians of full widths `kernel` [degrees], (n, 1)."""
    padded = np.pad(counts, ((0, 0), (0, N_FOLDED - N_POINTS)), mode="edge")
    x = (np.pi * grid.frequency * kernel.astype(np.float32)) ** 2 / (4 * np.log(2))
    return irfft(rfft(padded) * np.exp(-x), n=N_FOLDED)[:, :N_POINTS]


def _maxima(smooth, sigma):
    """Maxima that stand out: rows, places between grid points, heights and prominences."""
    flat = smooth.ravel()
    tops, found = find_peaks(flat, prominence=SIGNIFICANCE * sigma.ravel(), wlen=REACH)
    inside = (tops % N_POINTS > 0) & (tops % N_POINTS < N_POINTS - 1)
    tops, prominence = tops[inside], found["prominences"][inside].astype(float)
    before, there, after = flat[tops - 1], flat[tops], flat[tops + 1]
    bend = np.maximum(2 * there - before - after, 1e-12)
    offset = np.clip((after - before) / (2 * bend), -0.5, 0.5)
    return tops // N_POINTS, tops % N_POINTS + offset, there.astype(float), prominence
