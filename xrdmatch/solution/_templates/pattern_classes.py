"""Patterns of one interval sorted into classes by k-means, as UstcUnfold does it."""

from typing import NamedTuple

import numpy as np
from sklearn.cluster import KMeans
from sklearn.utils import check_random_state

FEWEST_EACH = 3  # patterns of an interval for each class, on average


class PatternClasses(NamedTuple):
    """Classes of patterns.

    Parameters
    ----------
    centroids : ndarray of float32, shape (n_classes, n_intervals)
        Mean intensities; that of the classes' own interval is 0.
    interval : ndarray of shape (n_classes,)
        The interval of the strongest peak, for all patterns of a class.
    of_pattern : ndarray of shape (n_patterns,)
        Number of each pattern's class.
    representatives : ndarray of shape (n_classes, n_templates)
        Patterns nearest to each centroid, nearest first; -1 where there are fewer.
    """

    centroids: np.ndarray
    interval: np.ndarray
    of_pattern: np.ndarray
    representatives: np.ndarray


def pattern_classes(rows, strongest, n_clusters, n_templates, random_state=None):
    """Sort patterns by the interval of their strongest peak, then by k-means.

    Parameters
    ----------
    rows : csr_matrix of shape (n_patterns, n_intervals)
        Intensities in intervals.
    strongest : ndarray of int, shape (n_patterns,)
        Interval of the strongest peak of each; its intensity, which all have, is left out.
    n_clusters : int
        Most classes of an interval.
    n_templates : int
        How many patterns stand for a class.
    random_state : int, RandomState or None, default=None
        For the starts of k-means.

    Returns
    -------
    PatternClasses
        The classes, by ascending interval.
    """
    random_state = check_random_state(random_state)
    of_pattern = np.empty(len(strongest), dtype=int)
    centroids, intervals, nearest = [], [], []
    order = np.argsort(strongest, kind="stable")
    starts = np.flatnonzero(np.diff(strongest[order], prepend=-1))
    for members in np.split(order, starts[1:]):
        interval = int(strongest[members[0]])
        inside = rows[members].toarray()
        inside[:, interval] = 0
        means, numbers = _clustered(inside, n_clusters, random_state)
        of_pattern[members] = numbers + len(intervals)
        nearest += _nearest(inside, members, numbers, means, n_templates)
        centroids.append(means)
        intervals += [interval] * len(means)
    return PatternClasses(
        np.concatenate(centroids), np.array(intervals), of_pattern, np.array(nearest)
    )


def _clustered(rows, n_clusters, random_state):
    """Centroids and the number of each row's; few rows make few classes."""
    n_different = len(np.unique(rows, axis=0))
    n = min(n_clusters, n_different, max(1, len(rows) // FEWEST_EACH))
    if n == 1:
        return rows.mean(0, keepdims=True), np.zeros(len(rows), dtype=int)
    found = KMeans(n, n_init=1, random_state=random_state).fit(rows)
    return found.cluster_centers_, found.labels_


def _nearest(rows, members, numbers, means, n):
    """Members of each class that are nearest to its centroid, -1 behind them."""
    distances = np.linalg.norm(rows - means[numbers], axis=1)
    order = np.argsort(distances, kind="stable")
    chosen = (members[order[numbers[order] == k]][:n] for k in range(len(means)))
    return [np.pad(own, (0, n - len(own)), constant_values=-1) for own in chosen]
