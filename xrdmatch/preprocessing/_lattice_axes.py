"""Vectors that may span the lattice of spots."""

import numpy as np
from scipy.spatial import cKDTree

N_VECTORS = 26  # frequent short differences of spots that are tried as axes, in pairs
MOST_VECTORS = 60_000  # differences that are looked at, the short ones: those of 350 spots
MIN_SINE = 0.2  # of the angle between two axes: pairs that are nearer to parallel are left out


def likely_bases(q, sigma):
    """Find pairs of vectors that may span the lattice on which spots lie.

    Parameters
    ----------
    q : ndarray of shape (n_spots, 2)
        Positions relative to the centre.
    sigma : float
        Standard error of a position along an axis, in their unit.

    Returns
    -------
    ndarray of shape (n, 2, 2)
        Rows: the two vectors.
    """
    return _pairs(_frequent_vectors(q, sigma))


def _frequent_vectors(q, sigma):
    """Short vectors near which many differences of spots lie; one of each pair v and -v."""
    points = np.concatenate([np.zeros((1, 2)), q])
    i, j = np.triu_indices(len(points), 1)
    vectors = points[j] - points[i]
    vectors = np.where(_in_lower_half(vectors)[:, None], -vectors, vectors)
    length = np.linalg.norm(vectors, axis=1)
    vectors = vectors[(length > 6 * sigma) & (length <= np.linalg.norm(q, axis=1).max(initial=0))]
    return _centres(_shortest(vectors), sigma) if len(vectors) else vectors


def _shortest(vectors):
    """Those that are looked at, in the order they came in."""
    if len(vectors) <= MOST_VECTORS:
        return vectors
    square = (vectors**2).sum(1)
    return vectors[square <= np.partition(square, MOST_VECTORS)[MOST_VECTORS]]


def _centres(vectors, sigma):
    """Centres of the clusters of vectors, those of many short ones first."""
    tree = cKDTree(vectors)
    counts = tree.query_ball_point(vectors, 2.5 * sigma, return_length=True)
    centres, taken = [], np.zeros(len(vectors), bool)
    for i in np.argsort(-counts / np.linalg.norm(vectors, axis=1), kind="stable"):
        if not taken[i]:
            near = tree.query_ball_point(vectors[i], 4 * sigma)
            taken[near] = True
            centres.append(vectors[near].mean(0))
        if len(centres) == N_VECTORS:
            break
    return np.array(centres)


def _in_lower_half(vectors):
    x, y = vectors.T
    return (y < 0) | ((y == 0) & (x < 0))


def _pairs(axes):
    """Bases of two of the vectors that are not nearly parallel; (n, 2, 2)."""
    i, j = np.triu_indices(len(axes), 1)
    bases = np.stack([axes[i], axes[j]], axis=1)
    lengths = np.linalg.norm(bases, axis=2).prod(1)
    return bases[np.abs(np.linalg.det(bases)) > MIN_SINE * lengths]
