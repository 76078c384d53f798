"""Which point group is inside which: the tree of the International Tables, written by hand."""

import numpy as np
import pytest

from xrdmatch.crystallography import (
    POINT_GROUPS,
    maximal_subgroups,
    point_group_operations,
    subgroups,
)
from xrdmatch.crystallography._subgroups import _all_subgroups, _products

MAXIMAL = {
    "1": "", "-1": "1", "2": "1", "m": "1", "2/m": "-1 2 m",
    "222": "2", "mm2": "2 m", "mmm": "2/m 222 mm2",
    "4": "2", "-4": "2", "4/m": "2/m 4 -4", "422": "222 4", "4mm": "mm2 4",
    "-42m": "222 mm2 -4", "4/mmm": "mmm 4/m 422 4mm -42m",
    "3": "1", "-3": "-1 3", "32": "2 3", "3m": "m 3", "-3m": "2/m -3 32 3m",
    "6": "2 3", "-6": "m 3", "6/m": "2/m -3 6 -6", "622": "222 32 6", "6mm": "mm2 3m 6",
    "-6m2": "mm2 32 3m -6", "6/mmm": "mmm -3m 6/m 622 6mm -6m2",
    "23": "222 3", "m-3": "mmm -3 23", "432": "422 32 23", "-43m": "-42m 3m 23",
    "m-3m": "4/mmm -3m m-3 432 -43m",
}  # fmt: skip


@pytest.mark.parametrize("symbol", MAXIMAL)
def test_maximal_subgroups(symbol):
    assert maximal_subgroups(symbol) == MAXIMAL[symbol].split()


@pytest.mark.parametrize("symbol", MAXIMAL)
def test_subgroups_are_what_steps_to_maximal_ones_reach(symbol):
    reached, to_visit = set(), [symbol]
    while to_visit:
        reached.add(one := to_visit.pop())
        to_visit += MAXIMAL[one].split()
    assert subgroups(symbol) == [other for other in POINT_GROUPS if other in reached]


@pytest.mark.parametrize("symbol", POINT_GROUPS)
def test_orders_divide(symbol):
    order = POINT_GROUPS[symbol].order
    assert all(order % POINT_GROUPS[other].order == 0 for other in subgroups(symbol))


@pytest.mark.parametrize(("symbol", "number"), [("m-3m", 98), ("6/mmm", 54), ("mmm", 16), ("3", 2)])
def test_number_of_subgroups_in_their_orientations(symbol, number):
    assert len(_all_subgroups(_products(point_group_operations(symbol)))) == number


def test_any_axes():
    operations = point_group_operations("-43m")
    axes = np.array([[1.0, 0.4, 0.0], [0.0, 1.3, -0.2], [0.0, 0.0, 0.7]])
    assert maximal_subgroups(axes @ operations @ np.linalg.inv(axes)) == ["-42m", "3m", "23"]
