"""Drawn queries become rows, by whatever the inputs of patterns have for it."""

import numpy as np
import pytest

from xrdmatch.crystallography import Radiation
from xrdmatch.learning import DrawnSpots
from xrdmatch.learning._inputs import drawn_rows

SPOTS = DrawnSpots(np.ones((2, 3, 2)), np.ones((2, 3)), Radiation())


class Sums:
    """Sums over intensities."""

    def of(self, patterns):
        return np.array([pattern.intensity.sum() for pattern in patterns])


class QuickSums(Sums):
    def of_draws(self, draws, given):
        return np.nansum(draws.intensity, axis=1) + given


class Colours:
    def of(self, patterns):
        return np.array([pattern.colour for pattern in patterns])

    def of_draws(self, draws, given):
        raise TypeError("spots have no colour")


def test_draws_go_through_of_where_there_is_no_quicker_way():
    given = np.zeros(2)
    assert drawn_rows(Sums(), SPOTS, given).tolist() == [3.0, 3.0]
    assert drawn_rows(QuickSums(), SPOTS, given + 1).tolist() == [4.0, 4.0]


def test_what_cannot_be_read_is_said():
    with pytest.raises(
        ValueError, match=r"draws spots, which Colours .* no colour\); set augmentat"
    ):
        drawn_rows(Colours(), SPOTS, np.zeros(2))
