"""Complete linkage against a naive reference."""

import numpy as np
import pytest

from xrdmatch.inspection._ambiguity.linkage import complete_groups


def naive(pairs, similarity, threshold, n):
    """Merge the two groups whose least similar members are most alike, as long as they may."""
    alike = np.zeros((n, n))
    alike[tuple(pairs.T)] = alike[tuple(pairs.T[::-1])] = similarity
    groups = [{i} for i in range(n)]
    while len(groups) > 1:
        least = {
            (a, b): min(alike[i, j] for i in groups[a] for j in groups[b])
            for a in range(len(groups))
            for b in range(a)
        }
        a, b = max(least, key=least.get)
        if least[a, b] < threshold:
            break
        groups[b] |= groups.pop(a)
    return {frozenset(group) for group in groups if len(group) > 1}


@pytest.mark.parametrize("seed", range(5))
def test_as_the_naive_reference(seed):
    rng = np.random.default_rng(seed)
    pairs = np.array([(i, j) for i in range(25) for j in range(i + 1, 25)])
    pairs = pairs[rng.random(len(pairs)) < 0.2]
    similarity = rng.uniform(0.9, 1, len(pairs))
    found = complete_groups(pairs, similarity, 0.9, 25)
    assert {frozenset(group.tolist()) for group in found} == naive(pairs, similarity, 0.9, 25)
    assert [len(group) for group in found] == sorted(map(len, found), reverse=True)


def test_a_chain_is_no_group():
    chain = np.array([[0, 1], [1, 2], [2, 3], [5, 6]])
    found = complete_groups(chain, np.array([0.99, 0.999, 0.99, 0.995]), 0.99, 8)
    assert [group.tolist() for group in found] == [[1, 2], [5, 6]]


def test_no_pairs():
    assert complete_groups(np.zeros((0, 2), dtype=int), np.zeros(0), 0.99, 3) == []
