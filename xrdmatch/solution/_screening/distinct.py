"""Candidates of which no two are the same."""

import numpy as np


def distinct(profiles, kinds, n_kept, most_alike=0.99, n_more=0):
    """Choose candidates that differ, best first.

    Those are chosen that show something else than all better ones, which are often one structure
    type with many ratios of axes; then others of kinds that are still missing: orderings of atoms
    that scatter alike, for example, and types that are less alike.

    Parameters
    ----------
    profiles : ndarray of shape (n, n_points)
        Of norm 1, those of the best candidates first.
    kinds : list of n hashables
        What kind of crystal each is.
    n_kept : int
        How many that show something else are chosen at most.
    most_alike : float, default=0.99
        Cosine of two profiles beyond which the second shows nothing new.
    n_more : int, default=0
        How many are chosen beyond `n_kept`, one of each kind that is missing. They also take the
        room that is left where fewer than `n_kept` show something else.

    Returns
    -------
    ndarray of int
        Rows of those chosen, ascending.
    """
    chosen = _different(profiles, n_kept, most_alike)
    seen = {kinds[i] for i in chosen}
    for i in range(len(profiles)):
        if len(chosen) >= n_kept + n_more:
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
