"""What speaks against a candidate is told from what agrees."""

import numpy as np
import pytest

from xrdmatch import DiffractionPattern
from xrdmatch.inspection._plot.spot_differences import differing_spots

GAP = 0.4
GRID = np.array([[0.4 * h, 0.4 * k] for h in (-1, 0, 1) for k in (-1, 0, 1) if h or k])
STRENGTH = np.linspace(0.2, 1.0, len(GRID))


def spots(q, intensity):
    return DiffractionPattern(np.asarray(q), np.asarray(intensity))


def places(first, second):
    return {tuple(q) for q in differing_spots(first, second, GAP).round(6)}


def test_nothing_speaks_against_a_strained_copy_in_other_units():
    strained = spots(GRID * 1.03, 70 * STRENGTH)
    assert places(spots(GRID, STRENGTH), strained) == set()


@pytest.mark.parametrize("lacks", ["query", "candidate"])
def test_a_spot_that_one_of_them_lacks(lacks):
    whole, part = spots(GRID, STRENGTH), spots(GRID[1:], STRENGTH[1:])
    pair = (part, whole) if lacks == "query" else (whole, part)
    assert places(*pair) == {tuple(GRID[0].round(6))}


def test_intensities_that_differ_by_more_than_the_factor():
    changed = STRENGTH.copy()
    changed[2], changed[3] = STRENGTH[2] / 4.2, STRENGTH[3] / 3.8
    assert places(spots(GRID, STRENGTH), spots(GRID, changed)) == {tuple(GRID[2].round(6))}


def test_weak_spots_decide_nothing():
    weak = spots([*GRID, [0.8, 0.8]], [*STRENGTH, 0.02])
    assert places(spots(GRID, STRENGTH), weak) == set()
