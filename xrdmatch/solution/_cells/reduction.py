"""Reduced cells, whether two are of one lattice, and what symmetry a lattice has."""

import numpy as np
import spglib

from xrdmatch.solution._cells.bravais import half_space

_NEAR = half_space(4)
_N_LENGTHS = 13  # squared lengths by which lattices are compared
_ALIKE = 0.012  # relative


def reduced_cell(vectors):
    """Niggli's cell of a lattice, or what was given where none is found; (3, 3) [Å]."""
    found = spglib.niggli_reduce(vectors, eps=1e-5)
    return vectors if found is None else np.asarray(found)


def reduced_metric(vectors):
    """Metric of a reduced cell of the reciprocal lattice: a*^2 to c*^2, 2b*.c* to 2a*.b*."""
    a, b, c = reduced_cell(np.linalg.inv(vectors).T)
    return np.array([a @ a, b @ b, c @ c, 2 * b @ c, 2 * a @ c, 2 * a @ b])


def fingerprint(primitive):
    """Shortest squared lengths of a reciprocal lattice in order, which change smoothly with it."""
    reciprocal = np.linalg.inv(primitive).T
    return np.sort(((_NEAR @ reciprocal) ** 2).sum(1))[:_N_LENGTHS]


def merged(candidates, n_kept):
    """Keep the first ones of which none has the lattice of an earlier one.

    Parameters
    ----------
    candidates : list
        Each has a ``fingerprint``.
    n_kept : int
        How many at the most.

    Returns
    -------
    list
        Some of them, in the same order.
    """
    kept, known = [], np.zeros((n_kept, _N_LENGTHS))
    for candidate in candidates:
        if len(kept) == n_kept:
            break
        off = np.abs(candidate.fingerprint / known[: len(kept)] - 1)
        if not (off < _ALIKE).all(1).any():
            known[len(kept)] = candidate.fingerprint
            kept.append(candidate)
    return kept
