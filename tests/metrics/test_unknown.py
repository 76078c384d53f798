"""The one value that stands for a crystal that is not in the gallery."""

import copy
import pickle

import numpy as np
import pytest

import xrdmatch
from xrdmatch.metrics import UNKNOWN, Unknown


@pytest.mark.parametrize(
    "again",
    [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x)), lambda x: type(x)()],
)
def test_it_stays_the_same_object(again):
    assert again(UNKNOWN) is UNKNOWN


def test_it_is_false_and_says_its_name():
    assert not UNKNOWN
    assert repr(UNKNOWN) == str(UNKNOWN) == f"{UNKNOWN}" == "UNKNOWN"


def test_it_is_equal_to_itself_only():
    assert Unknown() == UNKNOWN
    assert UNKNOWN not in (None, 0, "", "UNKNOWN", False)
    assert {UNKNOWN: 1}[Unknown()] == 1


def test_it_is_compared_inside_arrays():
    answers = np.array(["a", UNKNOWN, None], dtype=object)
    assert (answers == UNKNOWN).tolist() == [False, True, False]


def test_the_package_has_it_too():
    assert xrdmatch.UNKNOWN is UNKNOWN
