"""Pairs of layers whose lattices are alike."""

import numpy as np
from tqdm import tqdm

LARGEST_CELL = 4  # times as large in a direction a cell may be and count as the same lattice
ROWS = 256  # layers that are compared with all others at once


def lattice_map(coarse, fine, strain):
    """Find the integers that turn one reciprocal lattice into another.

    Parameters
    ----------
    coarse, fine : ndarray of shape (..., 2, 2)
        Rows a*, b* [1/Å].
    strain : float
        Largest deformation, as a Frobenius norm.

    Returns
    -------
    matrix : ndarray of shape (..., 2, 2)
        Integers with ``coarse = matrix @ fine``, but for a deformation.
    alike : ndarray of bool, shape (...)
        Whether there are such.
    """
    matrix = np.rint(coarse @ np.linalg.inv(fine))
    size = np.abs(matrix[..., 0, 0] * matrix[..., 1, 1] - matrix[..., 0, 1] * matrix[..., 1, 0])
    alike = (size > 0.5) & (np.abs(matrix) <= LARGEST_CELL).all((-2, -1))
    target = np.where(alike[..., None, None], matrix @ fine, np.eye(2))
    deformation = np.linalg.inv(target) @ coarse - np.eye(2)
    return matrix, alike & (np.linalg.norm(deformation, axis=(-2, -1)) <= strain)


def alike_lattices(reciprocal, strain, verbose=False):
    """Find pairs of layers where one lattice is a part of the other, but for a deformation.

    Parameters
    ----------
    reciprocal : ndarray of shape (n, 2, 2)
        Rows a*, b* [1/Å].
    strain : float
        As in `lattice_map`.
    verbose : bool, default=False
        Whether a bar shows the progress.

    Returns
    -------
    ndarray of int, shape (n_pairs, 2)
        Positions, the smaller one first, in ascending order.
    """
    n, found = len(reciprocal), [np.zeros(0, dtype=int)]
    areas = np.abs(np.linalg.det(reciprocal))
    for start in tqdm(range(0, n, ROWS), "comparing", unit=" blocks", disable=not verbose):
        block = np.arange(start, min(start + ROWS, n))
        at, other = np.nonzero(_whole(areas[block, None] / areas, strain))
        at = block[at]
        _, alike = lattice_map(reciprocal[at], reciprocal[other], strain)
        alike &= at != other
        pairs = np.sort(np.column_stack([at, other])[alike], axis=1)
        found.append(pairs[:, 0] * n + pairs[:, 1])
    return np.column_stack(np.divmod(np.unique(np.concatenate(found)), n))


def _whole(ratio, strain):
    """Tell which ratios of areas are whole numbers, but for a deformation."""
    times = np.rint(ratio)
    bound = 2 * strain + strain**2  # of a determinant's distance from 1
    return (times > 0) & (times <= 2 * LARGEST_CELL**2) & (np.abs(ratio - times) <= bound * times)
