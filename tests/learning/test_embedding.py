"""Chunks and sorting do not show in the result."""

import numpy as np
import pytest

from xrdmatch.learning import _embedding

SAME = 1e-5  # single precision, added in another order


@pytest.mark.parametrize("chunk", [1, 7, 40])
def test_chunks_do_not_matter(learned, layers, imperfect, monkeypatch, chunk):
    structures, patterns = learned.encode_structures(layers), learned.encode_patterns(imperfect)
    monkeypatch.setattr(_embedding, "CHUNK", chunk)
    np.testing.assert_allclose(learned.encode_structures(layers), structures, atol=SAME)
    np.testing.assert_allclose(learned.encode_patterns(imperfect), patterns, atol=SAME)


@pytest.mark.parametrize("content", [1, 2000])
def test_as_many_rows_as_hold_so_many_numbers(learned, layers, monkeypatch, content):
    structures = learned.encode_structures(layers)
    monkeypatch.setattr(_embedding, "CONTENT", content)
    np.testing.assert_allclose(learned.encode_structures(layers), structures, atol=SAME)


def test_large_rows_come_in_small_chunks(monkeypatch):
    monkeypatch.setattr(_embedding, "CHUNK", 3)
    monkeypatch.setattr(_embedding, "CONTENT", 10)
    sizes = [1, 1, 1, 1, 4, 6, 9, 50, 60]
    parts = np.split(sizes, _embedding._starts(sizes))
    assert [part.tolist() for part in parts] == [[1, 1, 1], [1, 4], [6], [9], [50], [60]]


def test_rows_stay_in_their_order(learned, layers):
    """Structures are sorted by size within, and put back."""
    embeddings = learned.encode_structures(layers)
    for i in (0, 13, 39):
        np.testing.assert_allclose(
            learned.encode_structures([layers[i]])[0], embeddings[i], atol=SAME
        )


def test_embeddings_are_unit_vectors(learned, layers, imperfect):
    for embeddings in (learned.encode_structures(layers), learned.encode_patterns(imperfect)):
        assert embeddings.shape == (40, 16)
        np.testing.assert_allclose(np.linalg.norm(embeddings, axis=1), 1, atol=SAME)


def test_nothing_in_nothing_out(learned):
    assert learned.encode_structures([]).shape == (0, 16)
    assert learned.encode_patterns([]).shape == (0, 16)
