"""The peaks of many candidates on a scan's grid, and the Fourier transforms of them."""

from typing import NamedTuple

import numpy as np
from scipy.fft import rfft
from scipy.sparse import csc_array

LARGEST_SINE = 0.9995  # of theta: reflections beyond do not exist
SHORTEST = 1e-6  # [1/Å] in place of the length of padding


class Sticks(NamedTuple):
    """Peaks of all lines on the grid.

    Parameters
    ----------
    place, part : ndarray of shape (n, n_lines, n_peaks)
        Grid point to the left, counted with the margin, and the way to the one on the right.
    height : ndarray of shape (n, n_lines, n_peaks)
        Areas of the peaks.
    late : ndarray of shape (n, n_lines, n_peaks)
        How much of them has the width of the scan's end.
    strained : ndarray of shape (n, n_peaks, 3)
        Scattering vectors of the strained cell [1/Å].
    by_length : ndarray of shape (n, n_lines, n_peaks)
        Derivatives of the angles by the lengths of these.
    """

    place: np.ndarray
    part: np.ndarray
    height: np.ndarray
    late: np.ndarray
    strained: np.ndarray
    by_length: np.ndarray


def sticks_of(parameters, candidates, query, layout):
    """Say where the peaks are, and how high.

    Parameters
    ----------
    parameters : ndarray of shape (n, n_parameters)
        In the columns of the layout.
    candidates : Candidates
        The candidates at rest.
    query : ScanQuery
        The scan.
    layout : Layout
        Which column is what.

    Returns
    -------
    Sticks
        The peaks.
    """
    strain = parameters[:, layout.strain, None, None] * candidates.basis
    strained = candidates.q - candidates.q @ strain.sum(1)
    exponent = (candidates.turned @ parameters[:, layout.texture, None])[..., 0]
    exponent = exponent - parameters[:, layout.b_iso, None] * _half_squares(candidates)
    height = candidates.area * np.exp(exponent)[:, None]
    wavelengths = np.array([x for x, _ in query.radiation.lines], dtype=height.dtype)[:, None]
    sine = np.minimum(lengths(strained)[:, None] * wavelengths / 2, LARGEST_SINE)
    angle = np.degrees(2 * np.arcsin(sine)) + parameters[:, layout.zero, None, None]
    place = (angle - float(query.two_theta[0])) / query.step + query.n_margin
    left, last = np.floor(place), len(query.two_theta) + 2 * query.n_margin - 2
    height *= (left >= 0) & (left <= last)
    by_length = np.degrees(wavelengths / np.sqrt(1 - sine**2))
    left_point = left.clip(0, last).astype(np.int64)
    return Sticks(left_point, place - left, height, candidates.late, strained, by_length)


def stick_slopes(sticks, candidates):
    """Calculate derivatives of sticks by the parameters that neither widen nor shape them.

    Parameters
    ----------
    sticks : Sticks
        Output of `sticks_of`.
    candidates : Candidates
        The candidates.

    Returns
    -------
    values : ndarray of shape (n, n_lines, n_peaks, 2 n_strains + 2)
        By the strains, the texture, the zero and the damping; the height itself comes last.
    moves : ndarray of bool, shape (2 n_strains + 2,)
        Which of them say how much is moved along the grid.
    """
    n_strains = candidates.basis.shape[1]
    height, n = sticks.height[..., None], 2 * n_strains + 2
    length = lengths(sticks.strained)[..., None]
    by_strain = -products(candidates.q, candidates.basis, sticks.strained) / length
    values = np.empty((*sticks.height.shape, n), dtype=height.dtype)
    values[..., :n_strains] = by_strain[:, None] * sticks.by_length[..., None]
    values[..., n_strains:-3] = candidates.turned[:, None]
    values[..., -3] = values[..., -1] = 1.0
    values[..., -2] = -_half_squares(candidates)[:, None]
    values *= height
    moves = np.zeros(n, dtype=bool)
    moves[:n_strains] = moves[-3] = True
    return values, moves


def transformed(sticks, values, moves, query):
    """Put values on the grid and transform them, early and late widths apart.

    Parameters
    ----------
    sticks : Sticks
        Where the peaks are.
    values : ndarray of shape (n, n_lines, n_peaks, n_values)
        What stands there.
    moves : array-like of bool, shape (n_values,)
        Whether a value is shared by the two neighbours on the grid, or says how fast it moves
        from the one on the left to the one on the right.
    query : ScanQuery
        The scan.

    Returns
    -------
    ndarray of complex, shape (n, 2, n_values, n_frequencies)
        The transforms.
    """
    n, n_values = len(values), values.shape[-1]
    right = np.where(moves, 1 / query.step, sticks.part[..., None])
    left = np.where(moves, -1 / query.step, 1 - sticks.part[..., None])
    sides = np.stack([left * values, right * values], -2).astype(values.dtype, copy=False)
    grid = _dropped(sticks, sides.reshape(-1, n_values), query)
    grid = grid.reshape(n, 2, query.n_fast, n_values).transpose(0, 1, 3, 2)
    return rfft(np.ascontiguousarray(grid))


def _dropped(sticks, sides, query):
    """Sum what stands to the left and to the right of the sticks, (n_rows, n_values)."""
    n = len(sticks.place)
    start = 2 * query.n_fast * np.arange(n)[:, None, None]
    rows = (start + sticks.place)[..., None, None] + [[0, query.n_fast], [1, query.n_fast + 1]]
    shares = np.stack([1 - sticks.late, sticks.late], -1)[..., None, :]
    shares = np.broadcast_to(shares, rows.shape).ravel()
    ends = np.arange(0, rows.size + 1, 2)  # each side of each stick is a column
    drop = csc_array((shares, rows.ravel(), ends), (2 * n * query.n_fast, len(ends) - 1))
    return drop @ sides


def products(q, tensors, v):
    """Contract vectors (n, n_peaks, 3) with tensors from both sides; (n, n_peaks, n_tensors)."""
    return np.moveaxis((q[:, None] @ tensors * v[:, None]).sum(-1), 1, 2)


def lengths(q):
    """Lengths of scattering vectors [1/Å], those of padding above 0."""
    return np.maximum(np.sqrt((q**2).sum(-1)), SHORTEST)


def _half_squares(candidates):
    return (candidates.q**2).sum(-1) / 2
