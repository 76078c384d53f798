"""Volumes of atoms."""

import numpy as np
import pytest

from xrdmatch.solution._screening.atomic_volumes import N_ELEMENTS, fit_volumes


def counts_of(rng, n=60):
    counts = np.zeros((n, N_ELEMENTS), dtype=int)
    counts[:, [8, 22, 56]] = rng.integers(0, 5, (n, 3)) + np.array([1, 0, 0])
    return counts


def test_volumes_that_add_up_are_found():
    counts = counts_of(np.random.default_rng(0))
    truth = np.zeros(N_ELEMENTS)
    truth[[8, 22, 56]] = 11.0, 17.0, 40.0
    found = fit_volumes(counts, counts @ truth)
    assert found.volume[[8, 22, 56]] == pytest.approx([11, 17, 40], rel=1e-6)
    assert found.of([56, 22, 8, 8, 8]) == pytest.approx(90.0)


def test_one_crystal_with_much_empty_space_hardly_counts():
    counts = counts_of(np.random.default_rng(0))
    truth = np.zeros(N_ELEMENTS)
    truth[[8, 22, 56]] = 11.0, 17.0, 40.0
    volumes = counts @ truth
    volumes[3] *= 4
    assert fit_volumes(counts, volumes).volume[[8, 22, 56]] == pytest.approx([11, 17, 40], rel=0.05)


def test_elements_that_were_not_seen_have_the_mean():
    counts = counts_of(np.random.default_rng(0))
    volumes = counts.sum(1) * 15.0
    assert fit_volumes(counts, volumes).volume[79] == pytest.approx(15.0)
