"""Candidates of which no two show the same."""

import numpy as np


def distinct(profiles, n_kept, most_alike=0.99):
    """Choose candidates, best first, that are not more alike than that to one already chosen.

    Parameters
    ----------
    profiles : ndarray of shape (n, n_points)
        Of norm 1, those of the best candidates first.
    n_kept : int
        How many are chosen at most.
    most_alike : float, default=0.99
        Cosine of two profiles beyond which the second adds nothing.

    Returns
    -------
    ndarray of int
        Rows of those chosen, ascending.
    """
    chosen, left = [], np.arange(len(profiles))
    while len(left) and len(chosen) < n_kept:
        first = left[0]
        chosen.append(first)
        left = left[profiles[left] @ profiles[first] <= most_alike]
        left = left[left != first]
    return np.array(chosen, dtype=int)
