"""Measured powders as rows that can be compared with a library's."""

from typing import NamedTuple

import numpy as np

from xrdmatch.crystallography import DiffractionPattern, Scan
from xrdmatch.preprocessing import PEAKS_FROM, PatternProfile
from xrdmatch.retrieval._comparison.blurred_profiles import blurred_queries
from xrdmatch.retrieval._comparison.profile_grid import FINE, GRID, STEP, contrast, on_grid
from xrdmatch.simulation import LARGEST_SINE

# Relative changes of a candidate's cell that are tried: computed cells are off by a percent or two,
# measured ones are not. What the cosine loses by a change of 1 keeps the latter from being missed.
SCALES = (-0.03, -0.02, -0.015, -0.01, -0.005, 0.0, 0.005, 0.01, 0.015, 0.02, 0.03)
SCALE_COST = 4.0


class ProfileQuery(NamedTuple):
    """A scan without background, or peaks, and its position in the list, for messages."""

    pattern: Scan | DiffractionPattern
    position: int
    strained: bool = False  # whether blurred profiles are compared too


class ReadyQueries(NamedTuple):
    """Queries on the grid, for all sizes of the cell that are tried.

    Parameters
    ----------
    rows : ndarray of float32, shape (n_versions, n_queries, n_q)
        What `contrast` makes of them, 0 where nothing was measured, each of length 1.
    masks : ndarray of bool, shape (n_versions, n_queries, n_q)
        Where they were measured.
    costs : ndarray of shape (n_versions,)
        What is taken off the cosines of each version.
    blurred : ReadyQueries, default=None
        The same blurred, to be compared with entries that are blurred too; none if None.
    """

    rows: np.ndarray
    masks: np.ndarray
    costs: np.ndarray
    blurred: "ReadyQueries | None" = None


def ready_queries(queries, diffractometer):
    """Put queries on the grid.

    Parameters
    ----------
    queries : list of ProfileQuery
        Scans without background, or peaks.
    diffractometer : Diffractometer
        The gallery's.

    Returns
    -------
    ReadyQueries
        Their rows for all sizes of the cell.
    """
    rows = np.empty((len(SCALES), len(queries), len(GRID)))
    masks = np.empty(rows.shape, dtype=bool)
    for i, (pattern, position, _) in enumerate(queries):
        for k, scale in enumerate(SCALES):
            rows[k, i], masks[k, i] = _stretched(pattern, scale, diffractometer, position)
    ready = normalised(contrast(rows), masks, SCALE_COST * np.abs(SCALES))
    strained = any(query.strained for query in queries)
    return ready._replace(blurred=blurred_queries(ready)) if strained else ready


def normalised(rows, masks, costs=(0.0,)):
    """Give rows the length 1 over what was measured; a `ReadyQueries`."""
    rows = np.where(masks, rows, 0.0).astype(np.float32)
    rows /= np.maximum(np.linalg.norm(rows, axis=-1, keepdims=True), 1e-30)
    return ReadyQueries(rows, masks, np.asarray(costs, dtype=float))


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
    (row,) = axis.set_output(transform="default").transform([scan])
    sine = np.minimum(points * scan.radiation.wavelength / 2, LARGEST_SINE)
    per_q = 1 / np.sqrt(1 - sine**2)
    return row * per_q * library.exchange(points, own, GRID)


def _peak_row(pattern, size, own, library):
    q = pattern.q[:, 0]
    row = on_grid(q * size, pattern.intensity * library.exchange(q, own, q * size))
    lowest, highest = min(PEAKS_FROM, q.min()) * size, q.max() * size + FINE
    known = (lowest <= GRID) & (highest >= GRID)
    return np.where(known, row, np.nan)
