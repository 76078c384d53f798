"""Powder peaks in intervals of the diffraction angle."""

import numpy as np
from scipy.sparse import csr_matrix


def two_theta_of(q, wavelength):
    """Diffraction angles [degrees] of lengths of q [1/Å]; those out of reach are at 180."""
    return 2 * np.degrees(np.arcsin(np.minimum(np.asarray(q) * wavelength / 2, 1.0)))


def interval_intensities(pattern, wavelength, interval, n_intervals):
    """Add up peaks by the interval of the diffraction angle that they lie in.

    Parameters
    ----------
    pattern : DiffractionPattern
        Powder peaks.
    wavelength : float
        For which angles are worked out [Å].
    interval : float
        Width of an interval [degrees]; the first one begins at 0.
    n_intervals : int
        How many; peaks beyond are lost.

    Returns
    -------
    places : ndarray of uint16, shape (n_filled,)
        Numbers of the intervals in which there is a peak, ascending.
    intensities : ndarray of float32, shape (n_filled,)
        Their sums, in units of the largest.
    """
    places = (two_theta_of(pattern.q[:, 0], wavelength) / interval).astype(int)
    inside = (places < n_intervals) & (pattern.intensity > 0)
    places, inverse = np.unique(places[inside], return_inverse=True)
    sums = np.bincount(inverse, pattern.intensity[inside], len(places))
    return places.astype(np.uint16), (sums / max(sums.max(initial=0), 1e-300)).astype(np.float32)


def sparse_rows(places, intensities, n_intervals):
    """Rows of intervals as a sparse matrix (n, n_intervals)."""
    parts = (intensities.values.astype(np.float32), places.values, places.starts)
    return csr_matrix(parts, shape=(len(places), n_intervals))
