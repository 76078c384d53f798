"""Measured powders as rows that can be compared with a library's."""

import numpy as np

from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import PEAKS_FROM, PatternProfile
from xrdmatch.retrieval._comparison.profile_library import FINE, GRID, STEP, contrast, on_grid
from xrdmatch.simulation import LARGEST_SINE

# Relative changes of a candidate's cell that are tried: computed cells are off by a percent or two,
# measured ones are not. What the cosine loses by a change of 1 keeps the latter from being missed.
SCALES = (-0.03, -0.02, -0.015, -0.01, -0.005, 0.0, 0.005, 0.01, 0.015, 0.02, 0.03)
SCALE_COST = 4.0
QUERIES = 64  # compared at once


def profile_distances(library, patterns):
    """1 minus the best cosine over the sizes of the cell, of every entry.

    Parameters
    ----------
    library : ProfileLibrary
        The gallery.
    patterns : list of Scan or DiffractionPattern
        Scans without background, or peaks.

    Returns
    -------
    ndarray of shape (n_patterns, n_gallery)
        Distances, 0 for equal ones, about 1 for those that have nothing in common.
    """
    costs = SCALE_COST * np.abs(SCALES)
    distances = np.empty((len(patterns), len(library.rows)))
    for start in range(0, len(patterns), QUERIES):
        some = patterns[start : start + QUERIES]
        rows, masks = _versions(some, library.diffractometer, start)
        nearness = library.cosines(contrast(rows), masks, costs)
        distances[start : start + QUERIES] = 1 - np.minimum(nearness, 1.0)  # rounding
    return distances


def _versions(patterns, diffractometer, first):
    """Rows and masks of patterns for all sizes of the cell, (n_scales, n_patterns, n_q)."""
    rows = np.empty((len(SCALES), len(patterns), len(GRID)))
    masks = np.empty(rows.shape, dtype=bool)
    for i, pattern in enumerate(patterns):
        for k, scale in enumerate(SCALES):
            rows[k, i], masks[k, i] = _stretched(pattern, scale, diffractometer, first + i)
    return rows, masks


def _stretched(pattern, scale, library, i):
    """Row and mask on the grid that a crystal whose cell is larger by `scale` has."""
    is_scan = isinstance(pattern, Scan)
    own = library.of_query(pattern, i)
    row = (_scan_row if is_scan else _peak_row)(pattern, 1 + scale, own, library)
    measured = np.isfinite(row) & (library.q_max >= GRID) & (own.q_max * (1 + scale) >= GRID)
    if measured.sum() * STEP < 2 * FINE:
        raise ValueError(
            f"A query must show something of {GRID[0]:.3g} to {library.q_max:.3g} 1/Å, where the "
            f"gallery is known, got {_described(pattern)} as pattern {i}; check its wavelength."
        )
    return np.where(measured, row, 0.0), measured


def _described(pattern):
    q = pattern.q
    return f"{q.min():.3g} to {q.max():.3g} 1/Å"


def _scan_row(scan, size, own, library):
    """Turn counts by angle into counts by q, as the library's diffractometer would have them."""
    points = GRID / size
    axis = PatternProfile("q", start=points[0], stop=points[-1], step=STEP / size, scale=None)
    (row,) = axis.transform([scan])
    sine = np.minimum(points * scan.radiation.wavelength / 2, LARGEST_SINE)
    per_q = 1 / np.sqrt(1 - sine**2)
    return row * per_q * library.exchange(points, own, GRID)


def _peak_row(pattern, size, own, library):
    q = pattern.q[:, 0]
    row = on_grid(q * size, pattern.intensity * library.exchange(q, own, q * size))
    lowest, highest = min(PEAKS_FROM, q.min()) * size, q.max() * size + FINE
    known = (lowest <= GRID) & (highest >= GRID)
    return np.where(known, row, np.nan)
