"""The legend stands above the third of a profile whose strongest peak is lowest."""

import numpy as np
import pytest

from xrdmatch.inspection._plot.legend_place import legend_place


@pytest.mark.parametrize(
    ("heights", "place"),
    [
        ((9, 5, 1), "upper right"),
        ((1, 5, 9), "upper left"),
        ((5, 1, 9), "upper center"),
        ((3, 3, 3), "upper right"),
    ],
)
def test_the_lowest_third(heights, place):
    profile = np.repeat(np.array(heights, dtype=float), 10)
    assert legend_place(profile) == place
    profile[::4] = np.nan
    assert legend_place(profile) == place
