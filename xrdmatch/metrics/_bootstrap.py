"""Clustered bootstrap of means."""

import numpy as np

from xrdmatch.metrics._cluster_draws import ends_of, numbered_clusters, times_drawn


def clustered_bootstrap(hits, clusters=None, n_draws=2000, level=0.95, random_state=0):
    """Intervals of means when queries of one structure come several times.

    Whole clusters are drawn with replacement, since queries of one structure tend to be right
    or wrong together; the interval lies between percentiles of the means of such draws [1]_.

    Parameters
    ----------
    hits : array-like of shape (n_queries,) or (n_queries, n_columns)
        What is averaged over the queries: right or not, or any finite numbers.
    clusters : array-like of shape (n_queries,), default=None
        Which structure each query is of; if None, each is of its own.
    n_draws : int, default=2000
        How often the clusters are drawn.
    level : float, default=0.95
        Probability that the interval stands for.
    random_state : int, RandomState or None, default=0
        Makes the draws repeatable.

    Returns
    -------
    interval : ndarray of shape (2,) or (n_columns, 2)
        Lower and upper end.

    Raises
    ------
    ValueError
        If there is no query, the lengths differ, or a number is not finite or out of its range.

    See Also
    --------
    retrieval_report
        Measure a retriever: accuracies with intervals, chance level, pool size and time.

    Notes
    -----
    Where all hits are equal no draw sees anything else, and the interval has no width; with 0 of
    n independent failures a failure rate of 3 / n is still possible at 95 %.

    References
    ----------
    .. [1] A. C. Davison and D. V. Hinkley, Bootstrap Methods and their Application (1997).

    Examples
    --------
    >>> from xrdmatch.metrics import clustered_bootstrap
    >>> hits = [1, 1, 1, 0, 0, 0, 1, 1, 1]
    >>> clustered_bootstrap(hits).round(2)
    array([0.33, 0.89])
    >>> clustered_bootstrap(hits, ["a", "a", "a", "b", "b", "b", "c", "c", "c"]).round(2)
    array([0., 1.])
    """
    hits = _checked_hits(hits)
    cluster = numbered_clusters(clusters, len(hits))
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level!r}; 0.95 is 95 %.")
    return ends_of(_drawn_means(hits, cluster, n_draws, random_state), level)


def _drawn_means(hits, cluster, n_draws, random_state):
    """Means over clusters drawn with replacement; shape (n_draws, ...)."""
    sizes = np.bincount(cluster)
    sums = np.zeros((len(sizes), *hits.shape[1:]))
    np.add.at(sums, cluster, hits)
    means = []
    for drawn in times_drawn(cluster, n_draws, random_state):  # (n_some, n_clusters)
        means.append(((drawn @ sums).T / (drawn @ sizes)).T)
    return np.concatenate(means)


def _checked_hits(hits):
    hits = np.asarray(hits, dtype=float)
    if hits.ndim not in (1, 2) or not len(hits) or not np.isfinite(hits).all():
        raise ValueError(
            "hits must be finite numbers of shape (n_queries,) or (n_queries, n_columns), got "
            f"shape {hits.shape}{' with others' * (hits.size > 0)}; pass one row for each query."
        )
    return hits
