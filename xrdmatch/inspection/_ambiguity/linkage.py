"""Groups whose members are all alike."""

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial.distance import squareform


def complete_groups(pairs, similarity, threshold, n):
    """Put entries into groups by complete linkage: every two of a group are alike.

    Parameters
    ----------
    pairs : ndarray of int, shape (n_pairs, 2)
        Pairs that are alike, each once; all others count as different.
    similarity : ndarray of shape (n_pairs,)
        Their similarities, at least the threshold.
    threshold : float
        Least similarity of any two of a group.
    n : int
        How many entries there are.

    Returns
    -------
    list of ndarray of int
        Positions in ascending order; the largest group first. Entries alone are in none.
    """
    graph = coo_array((np.ones(len(pairs)), tuple(pairs.T)), shape=(n, n))
    _, component = connected_components(graph, directed=False)
    groups = []
    order = np.argsort(component[pairs[:, 0]], kind="stable")
    starts = np.flatnonzero(np.diff(component[pairs[order, 0]])) + 1
    for rows in np.split(order, starts):
        groups += _of_component(pairs[rows], similarity[rows], threshold)
    return sorted(groups, key=lambda group: (-len(group), group[0]))


def _of_component(pairs, similarity, threshold):
    """Group entries that hang together."""
    if not len(pairs):
        return []
    entries, at = np.unique(pairs, return_inverse=True)
    first, second = at.reshape(-1, 2).T
    distance = np.ones((len(entries), len(entries)))
    np.fill_diagonal(distance, 0.0)
    distance[first, second] = distance[second, first] = 1 - similarity
    tree = linkage(squareform(distance, checks=False), "complete")
    number = fcluster(tree, 1 - threshold, "distance")
    groups = (entries[number == k] for k in np.unique(number))
    return [group for group in groups if len(group) > 1]
