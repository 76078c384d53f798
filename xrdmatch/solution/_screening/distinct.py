"""Candidates of which no two are the same."""

import numpy as np


def distinct(profiles, kinds, n_kept, most_alike=0.99):
    """Choose candidates that differ, best first.

    Those come first that show something else than all better ones; then, as long as there is
    room, those that show the same and are of another kind: orderings of atoms that scatter alike,
    for example.

    Parameters
    ----------
    profiles : ndarray of shape (n, n_points)
        Of norm 1, those of the best candidates first.
    kinds : list of n hashables
        What kind of crystal each is.
    n_kept : int
        How many are chosen at most.
    most_alike : float, default=0.99
        Cosine of two profiles beyond which the second shows nothing new.

    Returns
    -------
    ndarray of int
        Rows of those chosen, ascending.
    """
    chosen = _different(profiles, n_kept, most_alike)
    seen = {kinds[i] for i in chosen}
    for i in range(len(profiles)):
        if len(chosen) >= n_kept:
            break
        if kinds[i] not in seen:
            seen.add(kinds[i])
            chosen.append(i)
    return np.array(sorted(chosen), dtype=int)


def _different(profiles, n_kept, most_alike):
    chosen, left = [], np.arange(len(profiles))
    while len(left) and len(chosen) < n_kept:
        first = left[0]
        chosen.append(int(first))
        left = left[1:][profiles[left[1:]] @ profiles[first] <= most_alike]
    return chosen
