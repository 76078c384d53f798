"""Pairs of powders that may be alike: a coarse comparison of all with all."""

import numpy as np
from scipy.ndimage import gaussian_filter1d
from tqdm import tqdm

from xrdmatch.inspection._ambiguity.powder_similarity import line_heights

STEP = 0.005  # of the grid, in the logarithm of q
BLUR = 0.0085  # standard deviation of the Gaussian, in the same
SHIFT = 0.0025  # between sizes of the cell that are tried
SLACK = 0.003  # for lines at the ends of the range
ROWS = 1024  # powders that are compared with all others at once


def candidate_pairs(lines, scan, threshold, verbose=False):
    """Find the pairs of powders whose similarity may be as large as a threshold.

    Blurring never makes two profiles less alike in Bhattacharyya's measure, so pairs whose
    blurred profiles differ can be left out. The size of a cell is changed in steps; what is lost
    between two of them is bounded by the triangle inequality of the distance sqrt(1 - similarity).

    Parameters
    ----------
    lines : PowderLines
        The powders.
    scan : ScanMeasurement
        What is measured.
    threshold : float
        Least similarity.
    verbose : bool, default=False
        Whether a bar shows the progress.

    Returns
    -------
    ndarray of int, shape (n_pairs, 2)
        Positions, the smaller one first, in ascending order.
    """
    least = lowered(threshold) - SLACK
    n_shifts = int(np.ceil(scan.cell_change / SHIFT))
    shifts = np.linspace(-scan.cell_change, scan.cell_change, 2 * n_shifts + 1)
    fixed, n = coarse_rows(lines, scan), len(lines)
    found = []
    with tqdm(total=len(shifts) * n, desc="comparing", unit=" powders", disable=not verbose) as bar:
        for shift in shifts:
            moved = coarse_rows(lines, scan, 1 + shift) if shift else fixed
            for start in range(0, n, ROWS):
                block = slice(start, start + ROWS)
                at, other = np.nonzero(fixed[block] @ moved[start:].T > least)
                keep = other > at
                found.append((start + at[keep]) * n + start + other[keep])
                bar.update(len(fixed[block]))
    return np.column_stack(np.divmod(np.unique(np.concatenate(found)), n))


def lowered(threshold):
    """Least similarity of blurred profiles of cells whose size is half a step off."""
    lost = np.sqrt(1 - np.exp(-((SHIFT / 2) ** 2) / (8 * BLUR**2)))
    return 1 - (np.sqrt(1 - threshold) + lost) ** 2


def coarse_rows(lines, scan, size=1.0):
    """Roots of blurred profiles of cells of another size, of length 1; (n, n_points)."""
    low, high = np.log(scan.q_range)
    n = int(np.ceil((high - low + 8 * BLUR) / STEP)) + 2
    place = np.log(lines.q * size)
    inside = (place >= low) & (place <= high)
    place = (place[inside] - low + 4 * BLUR) / STEP
    left, heights = place.astype(int), line_heights(lines, scan)[inside]
    share, at = place - left, lines.row[inside] * n + left
    grid = np.bincount(at, heights * (1 - share), len(lines) * n)
    grid += np.bincount(at + 1, heights * share, len(lines) * n)
    blurred = gaussian_filter1d(grid.reshape(-1, n).astype(np.float32), BLUR / STEP)
    total = blurred.sum(1, keepdims=True)
    return np.sqrt(blurred / np.where(total > 0, total, 1.0))
