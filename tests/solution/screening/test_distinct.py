"""Candidates that differ."""

import numpy as np

from xrdmatch.solution._screening.distinct import distinct


def rows(*angles):
    return np.column_stack([np.cos(np.radians(angles)), np.sin(np.radians(angles))])


def test_of_those_that_show_the_same_the_best_comes_first():
    profiles = rows(0, 1, 60, 61, 30)
    assert distinct(profiles, ["a"] * 5, 3).tolist() == [0, 2, 4]


def test_room_is_filled_by_other_kinds_that_show_the_same():
    profiles = rows(0, 1, 2, 60)
    assert distinct(profiles, ["a", "a", "b", "c"], 4).tolist() == [0, 2, 3]
    assert distinct(profiles, ["a", "a", "b", "c"], 2).tolist() == [0, 3]


def test_kinds_that_are_missing_join_them():
    profiles = rows(0, 60, 1, 30, 2, 31)
    kinds = ["a", "a", "b", "c", "b", "d"]
    assert distinct(profiles, kinds, 2).tolist() == [0, 1]
    assert distinct(profiles, kinds, 2, n_more=2).tolist() == [0, 1, 2, 3]
    assert distinct(profiles, kinds, 2, n_more=9).tolist() == [0, 1, 2, 3, 5]


def test_of_nothing_nothing_is_chosen():
    assert distinct(np.zeros((0, 2)), [], 5).tolist() == []
