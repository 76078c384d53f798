"""The search in an encoded gallery, against sorting everything."""

import numpy as np
import pytest

from xrdmatch.retrieval import EmbeddedGallery
from xrdmatch.retrieval._search import nearest


def sorted_all(distances, n):
    """Naive reference: a stable sort of all columns."""
    order = np.argsort(distances, axis=1, kind="stable")[:, :n]
    found = np.take_along_axis(distances, order, axis=1)
    return found, np.where(np.isinf(found), -1, order)


def unit_vectors(n, seed=0):
    rows = np.random.default_rng(seed).normal(size=(n, 5)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize("n", [1, 3, 20])
@pytest.mark.parametrize("n_different", [2, 5, 1000])
def test_nearest_is_the_start_of_a_stable_sort(n, n_different):
    """Many equal distances and some that are infinite among them."""
    rng = np.random.default_rng(n)
    distances = rng.integers(0, n_different, (30, 20)) / 7
    distances[rng.uniform(size=distances.shape) < 0.2] = np.inf
    distances[0], distances[1, :19] = np.inf, np.inf
    for ours, expected in zip(nearest(distances, n), sorted_all(distances, n), strict=True):
        np.testing.assert_array_equal(ours, expected)


def test_a_distance_that_is_no_number_is_never_found():
    distances, indices = nearest(np.array([[np.nan, 2.0, 1.0], [np.nan, np.nan, 0.0]]), 3)
    assert indices.tolist() == [[2, 1, -1], [2, -1, -1]]
    assert distances.tolist() == [[1.0, 2.0, np.inf], [0.0, np.inf, np.inf]]


def test_fewer_columns_than_asked_for():
    distances, indices = nearest(np.array([[2.0, 1.0]]), 4, first=10)
    assert distances.tolist() == [[1.0, 2.0, np.inf, np.inf]]
    assert indices.tolist() == [[11, 10, -1, -1]]


@pytest.mark.parametrize(("n_queries", "n_entries"), [(1, 1), (2, 7), (3, 100), (4096, 1 << 16)])
def test_blocks_do_not_matter(n_queries, n_entries):
    class InBlocks(EmbeddedGallery):
        pass

    InBlocks.n_queries, InBlocks.n_entries = n_queries, n_entries
    vectors, queries = unit_vectors(50), unit_vectors(9, seed=1)
    vectors[30:40] = vectors[:10]  # ties across blocks
    owners = np.array([0, 0, 1, 2, 2, 2, 3, 4, 5])
    allowed = np.random.default_rng(2).uniform(size=(6, 50)) < 0.5
    allowed[4, 3:] = False
    whole = np.maximum(1 - queries @ vectors.T, 0)
    means = np.array([whole[owners == i].mean(0) for i in range(6)])
    means[~allowed] = np.inf
    found = InBlocks(vectors).search(queries, owners, 12, lambda some, rows: allowed[some, rows])
    expected = sorted_all(means, 12)
    np.testing.assert_array_equal(found[1] < 0, expected[1] < 0)
    seen = found[1] >= 0
    np.testing.assert_allclose(found[0][seen], expected[0][seen], atol=1e-6)
    for row, order in zip(means, found[1], strict=True):
        assert (np.diff(row[order[order >= 0]]) >= -1e-6).all()


def test_joined_galleries_are_searched_as_one():
    vectors, queries = unit_vectors(20), unit_vectors(4, seed=1)
    both = EmbeddedGallery(vectors[:12]).joined(EmbeddedGallery(vectors[12:]))
    assert len(both) == 20
    owners = np.arange(4)
    for ours, expected in zip(
        both.search(queries, owners, 20),
        EmbeddedGallery(vectors).search(queries, owners, 20),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, expected)


class Counting(EmbeddedGallery):
    """Counts the entries that are compared."""

    n_entries = 16
    compared = 0

    def distances(self, queries, rows):
        found = super().distances(queries, rows)
        Counting.compared += found.size
        return found


@pytest.mark.parametrize("share", [0.0, 0.05, 0.45, 0.9])
def test_what_a_filter_forbids_is_not_compared(share):
    vectors, queries = unit_vectors(100), unit_vectors(3, seed=1)
    allowed = np.random.default_rng(0).uniform(size=(3, 100)) < share
    whole = np.where(allowed, np.maximum(1 - queries @ vectors.T, 0), np.inf)
    Counting.compared = 0
    found = Counting(vectors).search(queries, np.arange(3), 7, lambda some, at: allowed[some, at])
    for ours, expected in zip(found, sorted_all(whole, 7), strict=True):
        np.testing.assert_allclose(ours, expected, atol=1e-6)
    blocks = [allowed[:, i : i + 16].any(0) for i in range(0, 100, 16)]
    n_compared = sum(len(one) if one.mean() >= 0.5 else one.sum() for one in blocks)
    assert Counting.compared == 3 * n_compared
