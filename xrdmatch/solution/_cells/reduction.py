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
    return np.partition(((_NEAR @ reciprocal) ** 2).sum(1), _N_LENGTHS)[:_N_LENGTHS]


def are_alike(one, other, tolerance=_ALIKE):
    """Whether two fingerprints are of one lattice."""
    return bool(np.all(np.abs(np.sort(one) / np.sort(other) - 1) < tolerance))


def merged(candidates):
    """Keep the first of those with the same lattice."""
    kept = []
    for candidate in candidates:
        if not any(are_alike(candidate.fingerprint, other.fingerprint) for other in kept):
            kept.append(candidate)
    return kept
