"""Grid of q for powder profiles, and enhancement of their contrast."""

import numpy as np
from scipy.ndimage import convolve1d

from xrdmatch.simulation import Q_MAX, Q_MIN

# All widths [1/Å], and the power, were chosen by cross-validation on measured scans; a factor of
# 1.3 either way hardly matters.
STEP = 1e-3  # of the grid
GRID = Q_MIN + STEP * np.arange(round((Q_MAX - Q_MIN) / STEP) + 1)
FINE = 0.009  # full width at half maximum of the Gaussian that blurs
COARSE = 0.07  # of the Gaussian that is subtracted: what is left of a background
POWER = 0.5  # strong peaks must not outvote all others


def unit_rows(sticks):
    """Apply `contrast` to sticks and give each row the length 1."""
    rows = contrast(sticks)
    length = np.linalg.norm(rows, axis=1, keepdims=True)
    return rows / np.where(length > 0, length, 1.0)


def on_grid(q, intensity):
    """Spread sticks over the two grid points next to each; shape (n_q,).

    Parameters
    ----------
    q : ndarray of shape (n_peaks,)
        Lengths of scattering vectors [1/Å]; what lies beyond the grid is lost.
    intensity : ndarray of shape (n_peaks,)
        Intensities.

    Returns
    -------
    ndarray of shape (n_q,)
        Intensity at each point of the grid.
    """
    place = (q - Q_MIN) / STEP
    inside = (place >= 0) & (place <= len(GRID) - 1)
    left = place[inside].astype(int)
    share = place[inside] - left
    n = len(GRID) + 1
    sticks = np.bincount(left, intensity[inside] * (1 - share), n)
    return (sticks + np.bincount(left + 1, intensity[inside] * share, n))[:-1]


def contrast(profiles):
    """Blur, subtract what is blurred far more, and take the signed root: in this order.

    Parameters
    ----------
    profiles : ndarray of shape (n, n_q)
        Intensities on the grid, 0 where nothing was measured.

    Returns
    -------
    ndarray of shape (n, n_q)
        The square root of what stands out, negative where less than the surroundings is seen.
    """
    band = convolve1d(profiles, _KERNEL, axis=-1, mode="constant")
    return np.sign(band) * np.abs(band) ** POWER


def _gaussian(fwhm):
    """Gaussian on the grid's steps, over the reach of the widest one, of sum 1."""
    steps = np.arange(-round(1.5 * COARSE / STEP), round(1.5 * COARSE / STEP) + 1)
    values = np.exp(-4 * np.log(2) * (steps * STEP / fwhm) ** 2)
    return values / values.sum()


_KERNEL = _gaussian(FINE) - _gaussian(COARSE)
