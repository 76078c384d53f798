"""Fewer points of a profile, for a small page: the lowest and highest of each interval."""

import numpy as np


def thinned(values, n_points):
    """Choose points of a profile that show the same when it is drawn.

    Parameters
    ----------
    values : ndarray of shape (n,)
        The profile.
    n_points : int
        At most so many, at least 2.

    Returns
    -------
    ndarray of int
        Positions in rising order: all, or the lowest and the highest of each of ``n_points // 2``
        intervals of equal numbers of points.
    """
    n = len(values)
    if n <= n_points:
        return np.arange(n)
    interval = np.arange(n) * (n_points // 2) // n
    order = np.lexsort((values, interval))  # by interval, in it by value
    ends = np.flatnonzero(np.diff(interval)) + 1
    lowest, highest = np.r_[0, ends], np.r_[ends, n] - 1
    return np.unique(order[np.r_[lowest, highest]])
