"""Queries as one list of patterns, and their distances merged again."""

import numpy as np
import pytest
from pymatgen.core import Structure

from xrdmatch import CrystalTokenizer, DiffractionPattern
from xrdmatch.retrieval._queries import (
    check_lengths,
    check_no_structures,
    flatten_queries,
    merge_rows,
)

FIRST, SECOND = (DiffractionPattern([[x, 0.1]], [1.0]) for x in (0.3, 0.4))
IMAGE = np.ones((5, 5))


@pytest.mark.parametrize(
    ("queries", "patterns", "owners"),
    [
        (FIRST, [FIRST], [0]),
        ([FIRST, SECOND], [FIRST, SECOND], [0, 1]),
        ((FIRST, SECOND), [FIRST, SECOND], [0, 1]),
        ([(FIRST, SECOND), FIRST], [FIRST, SECOND, FIRST], [0, 0, 1]),
        ([FIRST, (SECOND,), (FIRST, FIRST)], [FIRST, SECOND, FIRST, FIRST], [0, 1, 2, 2]),
        (IMAGE, [IMAGE], [0]),
    ],
)
def test_flat_list_with_owners(queries, patterns, owners):
    flat, numbers = flatten_queries(queries)
    assert all(ours is theirs for ours, theirs in zip(flat, patterns, strict=True))
    assert numbers.tolist() == owners


def test_a_stack_of_pictures_is_several_queries():
    assert len(flatten_queries(np.stack([IMAGE, IMAGE, IMAGE]))[0]) == 3


@pytest.mark.parametrize("queries", [[], (), [(), FIRST], np.empty((0, 3))])
def test_queries_without_a_pattern(queries):
    with pytest.raises(
        ValueError, match="A query needs at least one pattern, got none; pass a pat"
    ):
        flatten_queries(queries)


@pytest.mark.parametrize("queries", [None, 5])
def test_queries_that_are_no_list(queries):
    with pytest.raises(TypeError, match=r"a pattern or a list of them, got \w+; pass a Diff"):
        flatten_queries(queries)


def test_structures_in_the_place_of_patterns():
    iron = Structure.from_prototype("bcc", ["Fe"], a=2.87)
    tokens = CrystalTokenizer().transform([iron])
    check_no_structures([FIRST, IMAGE, [[0.1, 0.2, 1.0]]])
    for given, kind in (([FIRST, iron], "a Structure"), (tokens, "crystal tokens")):
        with pytest.raises(TypeError, match=f"A pattern is due here, got {kind}; simulate"):
            check_no_structures(given)


def test_merged_distances_are_means():
    distances = np.array([[1.0, 5.0], [3.0, 7.0], [10.0, 0.0]])
    np.testing.assert_array_equal(merge_rows(distances, np.array([0, 0, 1])), [[2, 6], [10, 0]])


def test_lengths():
    check_lengths([1, 2], [3, 4])
    with pytest.raises(ValueError, match="as many labels as structures, got 1 labels for 2 struct"):
        check_lengths([1, 2], ["a"], "labels")
    with pytest.raises(
        TypeError, match=r"come in a list, got a single DiffractionPattern; write \["
    ):
        check_lengths(FIRST, [FIRST])
