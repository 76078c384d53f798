"""Patterns in the frame of their own cell: wherever they were, they end in one place."""

import numpy as np
import pytest

from xrdmatch import DiffractionPattern
from xrdmatch.preprocessing import align_spots, find_lattices

BASIS = np.array([[0.31, 0.02], [0.07, 0.42]])
HK = np.array([(h, k) for h in range(-3, 4) for k in range(-2, 3) if (h, k) != (0, 0)])
Q = HK @ BASIS


def turned(angle):
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, s], [-s, c]])


def as_set(pattern):
    return {tuple(row) for row in pattern.q.round(5) + 0.0}


@pytest.mark.parametrize("angle", [0.3, 1.9, 3.3, 5.0])
def test_turned_patterns_end_in_one_place(angle):
    first = align_spots(DiffractionPattern(Q, np.ones(len(Q))))
    other = align_spots(DiffractionPattern(Q @ turned(angle), np.ones(len(Q))))
    assert as_set(other) == as_set(first)


def test_the_shorter_axis_of_the_cell_points_along_x():
    pattern = DiffractionPattern(Q @ turned(0.7), np.ones(len(Q)), orientation="unknown")
    aligned = align_spots(pattern)
    direct = np.linalg.inv(find_lattices(aligned.q)[0].basis).T
    short = direct[np.linalg.norm(direct, axis=1).argmin()]
    assert abs(short[1]) < 1e-6
    assert aligned.orientation == "known"


def test_bad_patterns():
    row = np.arange(1, 5)[:, None] * [[0.3, 0.1]]
    with pytest.raises(ValueError, match=r"found none in .*4 spots.*needs spots in two directions"):
        align_spots(DiffractionPattern(row, np.ones(4)))
    with pytest.raises(ValueError, match="two components of q are aligned, got a pattern with 3"):
        align_spots(DiffractionPattern(np.ones((2, 3)), np.ones(2)))
