"""Which structures a gallery takes, with a stand-in for encoding."""

import numpy as np
import pytest

from xrdmatch.io import SkippedStructureWarning
from xrdmatch.retrieval._gallery import joined, joined_labels, label_array, picked, usable_rows


def encoder(bad, calls=None):
    """A function that refuses these items, saying where in its list they stand."""

    def encode(items):
        if calls is not None:
            calls.append(len(items))
        for position, item in enumerate(items):
            if item in bad:
                raise ValueError(f"{item} is bad at position {position}")

    return encode


@pytest.mark.parametrize("bad", [{3}, {0, 9}, {0, 1, 2, 3, 4, 5, 6, 7, 8}])
def test_the_good_ones_stay_and_the_bad_ones_are_named(bad):
    labels = np.array([f"label-{i}" for i in range(10)])
    with pytest.warns(SkippedStructureWarning) as caught:
        rows = usable_rows(list(range(10)), labels, encoder(bad))
    assert rows == [i for i in range(10) if i not in bad]
    text = str(caught[0].message)
    assert text.startswith(f"Left {len(bad)} of 10 structures out of the gallery: ")
    for i in bad:
        assert f"label-{i}: {i} is bad at position {i}" in text


def test_only_ten_are_named():
    with pytest.warns(SkippedStructureWarning, match=r"Left 14 of 20 .*9: 9 is bad.* and 4 more$"):
        usable_rows(list(range(20)), np.arange(20), encoder(set(range(14))))


def test_few_bad_ones_cost_few_attempts():
    calls = []
    with pytest.warns(SkippedStructureWarning):
        usable_rows(list(range(1024)), np.arange(1024), encoder({500}, calls))
    assert len(calls) == 21  # the whole, then two halves ten times over


def test_none_that_is_good():
    with pytest.raises(
        ValueError, match="structures that can be taken, got none: 0 is bad at posi"
    ):
        usable_rows([0, 1], np.arange(2), encoder({0, 1}))


def test_picked_and_joined_keep_their_form():
    tokens = np.arange(6.0).reshape(3, 2)
    np.testing.assert_array_equal(picked(tokens, [0, 2]), [[0, 1], [4, 5]])
    assert picked(["a", "b", "c"], [0, 2]) == ["a", "c"]
    assert joined(["a"], ("b", "c")) == ["a", "b", "c"]
    wider = joined(tokens[:1], np.full((1, 3), 7.0))
    np.testing.assert_array_equal(wider, [[0, 1, np.nan], [7, 7, 7]])


def test_labels_keep_their_type():
    assert joined_labels(np.array([0, 1]), np.array([2])).dtype.kind == "i"
    assert joined_labels(np.array(["a"]), np.array(["longer"])).tolist() == ["a", "longer"]
    assert joined_labels(np.array([0]), np.array(["a"])).tolist() == [0, "a"]


@pytest.mark.parametrize(
    "labels", [[3, 1], ["b", "a"], [1, "a"], ["a", 2.5], [(1, 2), (3, 4)], [None, "a"]]
)
def test_labels_come_back_as_they_were_given(labels):
    array = label_array(labels)
    assert array.shape == (2,)
    assert list(array) == labels
