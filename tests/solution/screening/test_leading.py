"""Which of many candidates stay."""

from itertools import pairwise

import numpy as np
import pytest

from xrdmatch.solution._screening.leading import leading


def test_the_first_of_each_kind_stays_whatever_its_place():
    assert leading(["a", "a", "a", "b", "a", "c", "b"], 2) == [0, 1, 3, 5]


def test_the_best_stay_whatever_their_kind():
    assert leading(["a"] * 5, 3) == [0, 1, 2]
    assert leading(["a"] * 2, 3) == [0, 1]
    assert leading([], 3) == []


@pytest.mark.parametrize("seed", range(3))
def test_choosing_again_with_more_loses_nothing_that_all_at_once_would_keep(seed):
    """Batch by batch the same ones stay."""
    kinds = np.random.default_rng(seed).integers(0, 6, 40).tolist()
    ranks = np.random.default_rng(seed + 9).permutation(40).tolist()
    kept = []
    for start in range(0, 40, 8):
        some = sorted([*kept, *range(start, start + 8)], key=ranks.__getitem__)
        kept = [some[i] for i in leading([kinds[j] for j in some], 5)]
    everything = sorted(range(40), key=ranks.__getitem__)
    assert kept == [everything[i] for i in leading([kinds[j] for j in everything], 5)]
    assert all(ranks[a] < ranks[b] for a, b in pairwise(kept))
