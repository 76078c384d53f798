"""Clusters drawn with replacement: what every interval of this subpackage is made of."""

from numbers import Integral

import numpy as np
from sklearn.utils import check_random_state

MAX_ENTRIES = 1_000_000  # draws times queries held at once
LEVEL = 0.95  # probability that an interval stands for


def numbered_clusters(clusters, n_queries):
    """Give clusters numbers.

    Parameters
    ----------
    clusters : array-like of shape (n_queries,) or None
        Names; if None, each query is of its own.
    n_queries : int
        How many there should be.

    Returns
    -------
    ndarray of int, shape (n_queries,)
        From 0, without gaps.

    Raises
    ------
    ValueError
        If the lengths differ.
    """
    clusters = np.arange(n_queries) if clusters is None else np.asarray(clusters)
    if clusters.shape != (n_queries,):
        raise ValueError(
            f"clusters needs one entry for each query, got shape {clusters.shape} for {n_queries} "
            "queries; repeat a structure's name for each of its queries."
        )
    return np.unique(clusters, return_inverse=True)[1]


def times_drawn(cluster, n_draws, random_state, width=1):
    """Draw as many clusters as there are, with replacement, again and again.

    Parameters
    ----------
    cluster : ndarray of int, shape (n_queries,)
        Output of `numbered_clusters`.
    n_draws : int
        How often.
    random_state : int, RandomState or None
        Makes the draws repeatable.
    width : int, default=1
        How many numbers the caller makes of a draw, to yield few draws where these are many.

    Yields
    ------
    ndarray of int, shape (n_some, n_clusters)
        How often each cluster is in each of some draws.

    Raises
    ------
    ValueError
        If `n_draws` is no whole number of at least 1.
    """
    check_n_draws(n_draws)
    rng, n = check_random_state(random_state), cluster.max() + 1
    for n_some in draws_at_once(n_draws, max(n, width)):
        chosen = rng.randint(n, size=(n_some, n)) + n * np.arange(n_some)[:, None]
        yield np.bincount(chosen.ravel(), minlength=n_some * n).reshape(n_some, n)


def draws_at_once(n_draws, width):
    """Split draws, of `width` numbers each, into some that fit into memory together.

    Parameters
    ----------
    n_draws, width : int
        How many, and how large.

    Returns
    -------
    list of int
        They sum up to `n_draws`.
    """
    n_at_once = max(1, MAX_ENTRIES // width)
    return [min(n_at_once, n_draws - first) for first in range(0, n_draws, n_at_once)]


def ends_of(draws, level=LEVEL):
    """Take an interval between percentiles of draws.

    Parameters
    ----------
    draws : ndarray of shape (n_draws, ...)
        Values of each draw; NaN where it has none.
    level : float, default=0.95
        Probability that the interval stands for.

    Returns
    -------
    ndarray of shape (..., 2)
        Lower and upper end.
    """
    ends = np.nanpercentile(draws, [50 * (1 - level), 50 * (1 + level)], axis=0)
    return np.moveaxis(ends, 0, -1)


def check_n_draws(n_draws):
    """Refuse what is no number of draws.

    Parameters
    ----------
    n_draws : int
        How often clusters are drawn.

    Raises
    ------
    ValueError
        If it is no whole number of at least 1.
    """
    if not isinstance(n_draws, Integral) or n_draws < 1:
        raise ValueError(f"n_draws must be a whole number of at least 1, got {n_draws!r}.")
