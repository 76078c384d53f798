"""Classes of patterns, on rows whose classes are known."""

import numpy as np
from scipy.sparse import csr_matrix

from xrdmatch.solution._templates.pattern_classes import pattern_classes


def rows_of_two_kinds(n):
    """Patterns with the strongest peak in interval 2, half of them with a second one in 5."""
    rows = np.zeros((2 * n, 8))
    rows[:, 2] = 1
    rows[:n, 5] = 0.5 + 0.01 * np.arange(n)
    rows[n:, 7] = 0.5 + 0.01 * np.arange(n)
    return rows


def test_kinds_are_found_and_the_nearest_to_their_mean_stand_for_them():
    rows = rows_of_two_kinds(5)
    found = pattern_classes(csr_matrix(rows), np.full(10, 2), 2, 3, random_state=0)
    assert len(set(found.of_pattern[:5])) == len(set(found.of_pattern[5:])) == 1
    first, second = found.of_pattern[[0, 5]]
    np.testing.assert_allclose(found.centroids[first], [0, 0, 0, 0, 0, 0.52, 0, 0], atol=1e-6)
    assert found.representatives[first, 0] == 2
    assert set(found.representatives[second]) == {6, 7, 8}
    assert found.interval.tolist() == [2, 2]


def test_intervals_are_apart_and_short_classes_are_padded():
    rows = np.vstack([rows_of_two_kinds(1), np.eye(8)[3:4]])
    found = pattern_classes(csr_matrix(rows), np.array([2, 2, 3]), 4, 2, random_state=0)
    assert found.interval.tolist() == [2, 3]
    assert found.of_pattern.tolist() == [0, 0, 1]
    assert found.representatives.tolist() == [[0, 1], [2, -1]]


def test_equal_patterns_make_one_class():
    rows = np.tile(rows_of_two_kinds(1)[:1], (20, 1))
    assert len(pattern_classes(csr_matrix(rows), np.full(20, 2), 4, 4).interval) == 1
