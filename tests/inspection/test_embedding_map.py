"""Vectors placed in a plane."""

import numpy as np
import pytest
from sklearn import config_context

from xrdmatch.inspection._embedding_map import embedding_map


@pytest.fixture
def two_heaps():
    """Ten points near each of two poles of a sphere in five dimensions."""
    rng = np.random.RandomState(0)
    vectors = np.repeat(np.eye(5)[:2], 10, axis=0) + 0.05 * rng.randn(20, 5)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_heaps_stay_apart_and_maps_are_repeatable(method, two_heaps):
    positions = embedding_map(two_heaps, method).positions
    centres = positions[:10].mean(0), positions[10:].mean(0)
    for i, position in enumerate(positions):
        distances = [np.linalg.norm(position - centre) for centre in centres]
        assert np.argmin(distances) == i // 10
    np.testing.assert_array_equal(embedding_map(two_heaps, method).positions, positions)


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_a_global_wish_for_tables_changes_nothing(method, two_heaps):
    positions = embedding_map(two_heaps, method).positions
    with config_context(transform_output="pandas"):
        np.testing.assert_array_equal(embedding_map(two_heaps, method).positions, positions)


def test_variances_of_components_are_said():
    cross = np.array([[2.0, 0, 0], [-2, 0, 0], [0, 1, 0], [0, -1, 0]])  # variances 4 : 1 : 0
    axes = embedding_map(cross, "pca").axes
    assert axes == (
        "component 1 (80.0 % of the variance)",
        "component 2 (20.0 % of the variance)",
    )


@pytest.mark.parametrize(("n", "perplexity"), [(3, "1"), (20, "6.67"), (120, "30")])
def test_perplexity_fits_the_number_of_points(n, perplexity):
    vectors = np.random.RandomState(0).randn(n, 4)
    found = embedding_map(vectors)
    assert found.axes[0] == f"t-SNE 1 (perplexity {perplexity})"
    assert found.positions.shape == (n, 2)


def test_unknown_method(two_heaps):
    with pytest.raises(ValueError, match="'tsne', 'pca', got 'umap'"):
        embedding_map(two_heaps, "umap")


@pytest.mark.parametrize("method", ["tsne", "pca"])
def test_too_few_points(method, two_heaps):
    with pytest.raises(ValueError, match="at least 3 points, got 2; pass more structures"):
        embedding_map(two_heaps[:2], method)
