"""Counts are no logarithms."""

import numpy as np
import pytest

from xrdmatch import DiffractionPattern
from xrdmatch.preprocessing import find_spots
from xrdmatch.simulation import to_image

PATTERN = DiffractionPattern([[0.5, 0.0], [0.0, 1.0]], [800.0, 500.0])


def test_counts_are_refused():
    counts = to_image(PATTERN, log=False)
    with pytest.raises(
        ValueError, match=r"at most 4, got values up to 127.\d: these are counts; s"
    ):
        find_spots(counts, 40.0, log=True)
    assert find_spots(counts, 40.0, log=False).n_peaks == 2


@pytest.mark.parametrize("dtype", [np.float16, np.float32, float])
def test_logarithms_pass_whatever_their_precision(dtype):
    assert find_spots(to_image(PATTERN).astype(dtype), 40.0).n_peaks == 2
