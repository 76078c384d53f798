"""Trees as arrays, by hand."""

import numpy as np
import pytest

from xrdmatch import PointGroupClustering
from xrdmatch.inspection._plot.tree import (
    cluster_of_nodes,
    cut_distance,
    in_order,
    merge_equal_leaves,
    tree_of,
)

# Leaves 0 and 2 merge at 0, then 1 and 3 at 1, and all at 2.
TREE = np.array([[0, 2, 0, 2], [1, 3, 1, 2], [4, 5, 2, 4]], dtype=float)


def test_leaves_below_are_counted():
    distances = np.abs(np.subtract.outer([0, 10, 0, 11], [0, 10, 0, 11])).astype(float)
    tree = tree_of(PointGroupClustering(2, metric="precomputed").fit(distances))
    assert tree[:, 3].tolist() == [2, 2, 4]
    assert set(tree[0, :2]) == {0, 2}


def test_leaves_with_one_name_become_one():
    tree, first, n_each = merge_equal_leaves(TREE, np.array(["b", "a", "b", "c"]))
    assert first.tolist() == [1, 0, 3]  # a, b, c
    assert n_each.tolist() == [1, 2, 1]
    assert tree.tolist() == [[0, 2, 1, 2], [1, 3, 2, 3]]


def test_one_name_leaves_no_step():
    tree, first, n_each = merge_equal_leaves(np.array([[0.0, 1, 0, 2]]), np.array(["a", "a"]))
    assert (len(tree), first.tolist(), n_each.tolist()) == (0, [0], [2])


def test_branches_turn_into_order():
    assert in_order(TREE, [3, 1, 2, 0])[:, :2].tolist() == [[2, 0], [3, 1], [5, 4]]
    assert TREE[0, 0] == 0


def test_steps_above_the_cut_are_in_no_cluster():
    assert cluster_of_nodes(TREE, [7, 3, 7, 3]) == [7, 3, 7, 3, 7, 3, -1]


@pytest.mark.parametrize(("n_clusters", "distance"), [(1, 2), (2, 1.5), (3, 0.5), (4, 0)])
def test_cut_is_halfway_between_two_steps(n_clusters, distance):
    assert cut_distance(TREE, n_clusters) == distance
