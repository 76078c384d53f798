"""Which structures a gallery takes, with a stand-in for encoding."""

import numpy as np
import pytest
from sklearn.exceptions import NotFittedError

from xrdmatch.crystallography import NothingLeftError, StructureError
from xrdmatch.retrieval._gallery import (
    joined,
    joined_labels,
    label_array,
    picked,
    usable_parts,
)


def encoder(bad, calls=None):
    """A function that refuses these items, saying where in its list they stand."""

    def encode(items):
        if calls is not None:
            calls.append(len(items))
        for position, item in enumerate(items):
            if item in bad:
                raise StructureError(f"{item} is bad {{place}}", position)
        return Row(items)

    return encode


class Row(list):
    """An encoded gallery of items."""

    def joined(self, other):
        return Row(self + other)


@pytest.mark.parametrize("bad", [{3}, {0, 9}, {0, 1, 2, 3, 4, 5, 6, 7, 8}])
def test_the_good_ones_stay_and_the_bad_ones_are_named(bad):
    labels = np.array([f"label-{i}" for i in range(10)])
    rows, _, skipped = usable_parts(list(range(10)), labels, encoder(bad))
    assert rows == [i for i in range(10) if i not in bad]
    named = [(one.item, one.reason) for one in skipped]
    assert named == [(f"label-{i}", f"{i} is bad at position {i}") for i in sorted(bad)]


@pytest.mark.parametrize("bad", [set(), {500}, {0, 17, 999}, set(range(0, 1000, 7))])
def test_the_good_ones_come_encoded_and_in_order(bad):
    good = [i for i in range(1000) if i not in bad]
    rows, encoded, skipped = usable_parts(range(1000), np.arange(1000), encoder(bad))
    assert rows == encoded == good
    assert len(skipped) == len(bad)


def test_nearly_all_are_encoded_once():
    """Only the block of a bad one is encoded again, and of that only a small one twice."""
    calls = []
    usable_parts(range(4096), np.arange(4096), encoder({500}, calls))
    assert sum(calls) == 4096 + 256 + 16
    assert max(calls) == 256
    calls.clear()
    usable_parts(range(4096), np.arange(4096), encoder(set(), calls))
    assert sum(calls) == 4096


def test_joining_copies_little():
    """Each structure goes through about as many joins as the blocks can be halved."""
    copied = []

    class Counted(list):
        def joined(self, other):
            copied.append(len(self) + len(other))
            return Counted(self + other)

    usable_parts(range(64 * 256), np.arange(64 * 256), Counted)
    assert sum(copied) == 6 * 64 * 256


def test_an_encoder_that_has_learned_nothing_is_no_fault_of_the_structures():
    def encode(items):
        raise NotFittedError("not fitted")

    with pytest.raises(NotFittedError):
        usable_parts([1, 2], np.arange(2), encode)


def test_none_that_is_good():
    with pytest.raises(
        NothingLeftError, match="structures that can be taken, got none: 0 is bad at posi"
    ):
        usable_parts([0, 1], np.arange(2), encoder({0, 1}))


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
