"""Trees as arrays, one row for each step: two nodes, their distance, the leaves below."""

import numpy as np


def tree_of(clustering):
    """Write a fitted clustering's tree as scipy does.

    Parameters
    ----------
    clustering : PointGroupClustering
        Anything with `children_`, `distances_` and `n_leaves_`.

    Returns
    -------
    ndarray of shape (n_leaves - 1, 4)
        What `scipy.cluster.hierarchy.dendrogram` takes.
    """
    return _counted(clustering.children_, clustering.distances_, clustering.n_leaves_)


def _counted(children, distances, n_leaves):
    """Put nodes and distances side by side, and count leaves."""
    n_below = [1] * n_leaves
    for a, b in children:
        n_below.append(n_below[a] + n_below[b])
    return np.column_stack([children, distances, n_below[n_leaves:]]).astype(float)


def merge_equal_leaves(tree, names):
    """Make one leaf of all leaves with one name, between which distances are zero.

    Parameters
    ----------
    tree : ndarray of shape (n_leaves - 1, 4)
        The tree.
    names : ndarray of shape (n_leaves,)
        Names of its leaves.

    Returns
    -------
    tree : ndarray of shape (n_names - 1, 4)
        The smaller tree.
    first : ndarray of shape (n_names,)
        Position of the first of the leaves that became one.
    n_each : ndarray of shape (n_names,)
        Their number.
    """
    _, first, node, n_each = np.unique(
        names, return_index=True, return_inverse=True, return_counts=True
    )
    node, children, distances = node.tolist(), [], []
    for a, b, distance, _ in tree:
        pair = node[int(a)], node[int(b)]
        if pair[0] == pair[1]:
            node.append(pair[0])
        else:
            node.append(len(first) + len(children))
            children.append(pair)
            distances.append(distance)
    return _counted(children, distances, len(first)), first, n_each


def in_order(tree, ranks):
    """Turn branches so that leaves come in increasing rank, as far as the tree allows.

    Parameters
    ----------
    tree : ndarray of shape (n_leaves - 1, 4)
        The tree.
    ranks : sequence of float, of length n_leaves
        Where each leaf should be; of a branch, the mean counts.

    Returns
    -------
    ndarray of shape (n_leaves - 1, 4)
        The same tree.
    """
    tree, total, n_below = tree.copy(), list(map(float, ranks)), [1] * len(ranks)
    for row in tree:
        a, b = sorted(row[:2].astype(int), key=lambda node: total[node] / n_below[node])
        row[:2] = a, b
        total.append(total[a] + total[b])
        n_below.append(n_below[a] + n_below[b])
    return tree


def cluster_of_nodes(tree, clusters):
    """Tell to which cluster each node belongs.

    Parameters
    ----------
    tree : ndarray of shape (n_leaves - 1, 4)
        The tree.
    clusters : sequence of int, of length n_leaves
        The cluster of each leaf.

    Returns
    -------
    list of int, of length 2 n_leaves - 1
        Clusters of leaves and steps; -1 above the cut.
    """
    found = [int(cluster) for cluster in clusters]
    for a, b in tree[:, :2].astype(int):
        found.append(found[a] if found[a] == found[b] else -1)
    return found


def cut_distance(tree, n_clusters):
    """Find where the tree is cut.

    Parameters
    ----------
    tree : ndarray of shape (n_leaves - 1, 4)
        The tree.
    n_clusters : int
        How many branches are cut, at least one.

    Returns
    -------
    float
        Halfway between the last step below the cut and the first above it.
    """
    steps = np.array([0.0, *tree[:, 2], tree[-1, 2]])
    return float(steps[len(tree) - n_clusters + 1 :][:2].mean())
