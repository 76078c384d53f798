"""Entries that cannot be told from a phase by its lines."""

import numpy as np

ALIKE = 0.9  # cosine of profiles from which on entries cannot be told apart
SIMILAR = 0.6  # cosine of entries that fit as well from which on they could do as well
ROUGH = 0.05  # by which rough cosines may be too low; 0.02 was the most seen


def look_alikes(similarity, i, same, close, allowed):
    """Find entries that could stand in the place of a phase, and those it leaves no room for.

    Parameters
    ----------
    similarity : ProfileSimilarity
        Of the phase's lines.
    i : int
        Position of its entry.
    same : ndarray of int
        Entries of its formula and space group.
    close : list of int
        Entries that fit about as well.
    allowed : ndarray of bool, shape (n_entries,)
        Entries that are searched.

    Returns
    -------
    others : list of int
        Positions, the most similar first.
    claimed : ndarray of bool, shape (n_entries,)
        Entries that the phase leaves no room for, itself included.
    """
    near = np.flatnonzero(similarity.rough_whole >= ALIKE - ROUGH)
    near = np.unique(np.concatenate([near, [i], same, close])).astype(int)
    near = near[allowed[near]]
    cosine = similarity.whole(near)
    alike = (cosine >= ALIKE) | np.isin(near, same) | (near == i)
    others = (near != i) & (alike | (np.isin(near, close) & (cosine >= SIMILAR)))
    order = np.argsort(-cosine[others], kind="stable")
    claimed = np.zeros(len(allowed), dtype=bool)
    claimed[near[alike]] = True
    return near[others][order].tolist(), claimed
