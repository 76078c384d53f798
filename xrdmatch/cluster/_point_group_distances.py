"""Distances between point groups."""

from functools import cache

import numpy as np

from xrdmatch.crystallography import POINT_GROUPS, as_point_group, subgroups


def point_group_distances(first, second=None):
    r"""Compare point groups by the operations that they share.

    Two groups G and H are turned against each other until they have as many operations in common
    as they can. Of all the operations that either has, their distance is the share that only one
    has:

    .. math:: d(G, H) = \min_R \left(1 - \frac{|G \cap R H R^{-1}|}{|G \cup R H R^{-1}|}\right)
                      = 1 - \frac{k}{|G| + |H| - k}

    What they have in common is a point group itself, so that the best orientation need not be
    searched for: k is the order of the largest group that is a subgroup of both.

    Parameters
    ----------
    first : sequence of str or of ndarray of shape (n_operations, 3, 3)
        Point groups, as symbols or as their operations in any axes.
    second : sequence of str or of ndarray of shape (n_operations, 3, 3), default=None
        Others to compare them with; themselves if None.

    Returns
    -------
    ndarray of shape (n_first, n_second)
        Distances from 0, the same group, to almost 1.

    Raises
    ------
    TypeError
        If an entry is neither text nor an array.
    ValueError
        If an entry is none of the 32 groups.

    See Also
    --------
    PointGroupClustering
        Cluster structures by the symmetry operations that their point groups share.

    Notes
    -----
    This is Jaccard's distance in the best of all orientations, hence a metric: the triangle
    inequality holds. A group and a subgroup of index 2 are at 1/2, and nothing is nearer: a
    subgroup of index n is at 1 - 1/n, and two groups neither of which is inside the other are at
    2/3 or more. All of the 32 are in such a pair, so that the nearest to any are its subgroups and
    supergroups of index 2, which have nothing in between.

    Examples
    --------
    >>> from xrdmatch.cluster import point_group_distances
    >>> point_group_distances(["4/mmm", "3m"], ["mmm", "m-3m"]).round(3)
    array([[0.5  , 0.667],
           [0.833, 0.875]])
    """
    rows = _positions(first)
    columns = rows if second is None else _positions(second)
    return _table()[np.ix_(rows, columns)]


def _positions(groups):
    if isinstance(groups, str):
        raise TypeError(f"Point groups come in a list, got {groups!r}; write [{groups!r}].")
    return np.array([list(POINT_GROUPS).index(as_point_group(g).symbol) for g in groups], dtype=int)


@cache
def _table():
    """Distances between all 32, in the table's order."""
    inside = [set(subgroups(symbol)) for symbol in POINT_GROUPS]
    shared = np.array([[max(POINT_GROUPS[c].order for c in a & b) for b in inside] for a in inside])
    order = shared.diagonal()
    return 1 - shared / (order[:, None] + order - shared)
