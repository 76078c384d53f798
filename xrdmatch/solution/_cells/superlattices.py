"""Larger cells with the reflections of a smaller one and more."""

from functools import lru_cache

import numpy as np


@lru_cache
def superlattice_matrices(index):
    """All sublattices of an index, as matrices that make their vectors (in Hermite's form).

    Parameters
    ----------
    index : int
        How many times as large the cell becomes.

    Returns
    -------
    ndarray of shape (n, 3, 3)
        7 for index 2, 13 for 3, 35 for 4.
    """
    return np.array(
        [
            [[a, 0, 0], [d, b, 0], [e, f, c]]
            for a in _divisors(index)
            for b in _divisors(index // a)
            for c in (index // (a * b),)
            for d in range(a)
            for e in range(a)
            for f in range(b)
        ]
    )


def _divisors(n):
    return [i for i in range(1, n + 1) if n % i == 0]
