"""Approximate search: what it finds, what stays exact, and what it is refused for."""

import pickle
import sys

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from xrdmatch import ContrastiveStructureRetriever, DiffractionSimulator, PatternMatcher
from xrdmatch.datasets import load_monolayers
from xrdmatch.retrieval import (
    EmbeddedGallery,
    approximate_search,
    load_library,
    load_pretrained,
    save_library,
    search_recall,
)
from xrdmatch.retrieval._approximate import ApproximateGallery

pytest.importorskip("faiss")
N = 2000


def unit_vectors(n, seed=0):
    rows = np.random.default_rng(seed).normal(size=(n, 8)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def layers():
    return load_monolayers()[:60]


@pytest.fixture(scope="module")
def exact(layers):
    return load_pretrained("monolayers").set_gallery(layers)


@pytest.fixture(scope="module")
def patterns(layers):
    return DiffractionSimulator().transform(layers[:20])


def both(n_probe, n, seed=1):
    vectors, queries, owners = unit_vectors(N), unit_vectors(50, seed), np.arange(50)
    fast = ApproximateGallery(vectors, n_probe).search(queries, owners, n)
    return fast, EmbeddedGallery(vectors).search(queries, owners, n)


def test_all_cells_are_the_exact_search():
    (distances, indices), (expected, order) = both(n_probe=N, n=10)
    np.testing.assert_array_equal(indices, order)
    np.testing.assert_allclose(distances, expected, atol=1e-6)


def test_more_cells_find_more():
    found = []
    for n_probe in (1, 8, 32):
        (_, indices), (_, order) = both(n_probe, 10)
        pairs = zip(indices, order, strict=True)
        found.append(np.mean([np.isin(true, own).mean() for own, true in pairs]))
    assert found == sorted(found)
    assert found[0] < 0.9 < found[-1]


def test_what_is_found_has_its_exact_distance_in_ascending_order():
    (distances, indices), _ = both(4, 10)
    vectors, queries = unit_vectors(N), unit_vectors(50, 1)
    expected = 1 - np.einsum("qc,qnc->qn", queries, vectors[indices])
    np.testing.assert_allclose(distances, expected, atol=1e-6)
    assert (np.diff(distances, axis=1) >= 0).all()


def test_more_than_there_are_in_the_cells_are_not_found():
    fast = ApproximateGallery(unit_vectors(9), 1)
    distances, indices = fast.search(unit_vectors(1, 1), np.array([0]), 9)
    missing = indices[0] < 0
    assert missing.any()
    assert np.isinf(distances[0, missing]).all()
    assert not missing[0]


def test_filters_and_queries_of_several_patterns_stay_exact():
    vectors, queries, owners = unit_vectors(N), unit_vectors(4, 1), np.array([0, 0, 1, 1])
    allowed = np.random.default_rng(0).random((2, N)) < 0.01
    fast, whole = ApproximateGallery(vectors, 1), EmbeddedGallery(vectors)
    for given, of in (
        ((owners, 7), None),
        ((owners, 7), lambda some, rows: allowed[some, rows]),
        ((np.arange(4), 7), lambda some, rows: np.ones((4, len(allowed[0][rows])), bool)),
    ):
        found, expected = (one.search(queries, *given, of) for one in (fast, whole))
        np.testing.assert_array_equal(found[1], expected[1])


def test_a_retriever_answers_as_before_where_all_cells_are_searched(exact, patterns):
    fast = approximate_search(exact, n_probe=1000, above=10)
    assert isinstance(fast.index_.encoded, ApproximateGallery)
    assert fast.predict(patterns).tolist() == exact.predict(patterns).tolist()
    assert search_recall(fast, patterns) == 1.0
    assert 0 < search_recall(approximate_search(exact, n_probe=1, above=10), patterns) < 1
    assert type(exact.index_.encoded) is EmbeddedGallery  # as it was


def test_small_galleries_stay_exact(exact):
    assert type(approximate_search(exact).index_.encoded) is EmbeddedGallery


def test_it_grows_and_is_kept(exact, patterns, layers, tmp_path):
    fast = approximate_search(exact, n_probe=3, above=10)
    save_library(fast, tmp_path / "library")
    for other in (load_library(tmp_path / "library"), pickle.loads(pickle.dumps(fast))):
        assert other.index_.encoded.n_probe == 3
        np.testing.assert_array_equal(
            other.kneighbors(patterns, 5)[1], fast.kneighbors(patterns, 5)[1]
        )
    joined = fast.index_.encoded.joined(fast.index_.encoded)
    assert (len(joined), joined.n_probe) == (2 * len(layers), 3)


@pytest.mark.parametrize(
    ("options", "rule"),
    [({"n_probe": 0}, "n_probe must be"), ({"n_probe": 1.5}, "n_probe"), ({"above": -1}, "above")],
)
def test_options_that_cannot_be_used(exact, options, rule):
    with pytest.raises(ValueError, match=rule):
        approximate_search(exact, **options)


def test_galleries_that_are_none_of_embeddings(layers):
    with pytest.raises(TypeError, match="galleries of embeddings"):
        approximate_search(PatternMatcher().fit(layers[:3]))
    with pytest.raises(NotFittedError):
        approximate_search(ContrastiveStructureRetriever())


def test_faiss_missing(exact, monkeypatch):
    monkeypatch.setitem(sys.modules, "faiss", None)
    with pytest.raises(ImportError, match=r"pip install xrdmatch\[faiss\]"):
        approximate_search(exact)
