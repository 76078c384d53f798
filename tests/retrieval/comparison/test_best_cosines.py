"""Cosines of blocks in single precision, against all at once in double precision."""

import numpy as np
import pytest

from xrdmatch.retrieval._comparison import best_cosines as module
from xrdmatch.retrieval._comparison.best_cosines import (
    BLOCK,
    WEAKEST,
    best_cosines,
    blocks_in_single,
)
from xrdmatch.retrieval._comparison.profile_queries import ReadyQueries

N, N_POINTS = 70, 40


def rows(seed, *shape):
    values = np.random.default_rng(seed).normal(size=(*shape, N_POINTS))
    return values / np.linalg.norm(values, axis=-1, keepdims=True)


def ready(n_versions, n_queries):
    """Versions that are measured up to different ends."""
    masks = np.ones((n_versions, n_queries, N_POINTS), dtype=bool)
    for k in range(n_versions):
        masks[k, :, 20 + 2 * k :] = False
        masks[k, ::2, :3] = False
    values = np.where(masks, rows(1, n_versions, n_queries), 0).astype(np.float32)
    return ReadyQueries(values, masks, np.linspace(0, 0.2, n_versions))


def naive(queries, entries):
    """All at once, each cosine over what its version measured."""
    entries = entries.astype(float)
    lengths = np.sqrt(np.einsum("vqp,np->vqn", queries.masks.astype(float), entries**2))
    cosines = np.einsum("vqp,np->vqn", queries.rows.astype(float), entries)
    cosines = np.where(lengths > WEAKEST, cosines / np.maximum(lengths, WEAKEST), 0)
    return (cosines - queries.costs[:, None, None]).max(0)


@pytest.mark.parametrize("block", [1, 16, N, 512])
@pytest.mark.parametrize("dtype", [np.float16, np.float32])
def test_against_all_at_once(block, dtype, monkeypatch):
    monkeypatch.setattr(module, "BLOCK", block)
    entries = rows(0, N).astype(dtype)
    entries[3] = 0
    entries[4, :30] = 0  # nothing where most versions are measured
    queries = ready(5, 3)
    found = best_cosines(queries, entries)
    np.testing.assert_allclose(found, naive(queries, entries), rtol=0, atol=3e-7)


def test_equal_entries_have_equal_cosines():
    """Wherever they stand in a block: ties are broken by position, not by rounding."""
    entries = np.tile(rows(0, 1), (1100, 1)).astype(np.float16)
    found = best_cosines(ready(5, 1), entries)
    assert np.ptp(found) == 0


@pytest.mark.parametrize("n", [1, 7, 100, BLOCK + 1])
def test_a_cosine_does_not_depend_on_how_many_others_are_compared(n):
    queries, entries = ready(5, 2), rows(0, N).astype(np.float16)
    alone, among = best_cosines(queries, entries[:n]), best_cosines(queries, entries)
    np.testing.assert_array_equal(alone, among[:, :n])


def test_every_half_is_converted_exactly():
    """All of them but infinities and what is no number."""
    halves = np.arange(1 << 16, dtype=np.uint16).view(np.float16)
    halves = halves[np.isfinite(halves)].reshape(-1, 64)
    blocks = [entries.copy() for _, entries in blocks_in_single(halves)]
    single = np.concatenate(blocks)[: len(halves)]
    expected = halves.astype(np.float32)
    assert single.tobytes() == expected.tobytes()  # signs of zeros, too


def test_blocks_leave_the_rows_as_they_are():
    entries = rows(0, N).astype(np.float32)
    before = entries.copy()
    for _, block in blocks_in_single(entries):
        block[:] = 0
    np.testing.assert_array_equal(entries, before)


def test_no_entries():
    assert best_cosines(ready(2, 3), np.zeros((0, N_POINTS), np.float16)).shape == (3, 0)
