"""Counts and simulators that make sense, and those that do not."""

import numpy as np
import pytest

from xrdmatch import DiffractionSimulator
from xrdmatch.solution._templates.options import check_count, powder_simulator


@pytest.mark.parametrize("value", [0, -1, 2.0, True, "4", None])
def test_what_is_no_count(value):
    with pytest.raises(ValueError, match="n must be a whole number of at least 1, got"):
        check_count("n", value)


def test_counts():
    check_count("n", 1)
    check_count("n", np.int64(4))


def test_simulators():
    assert powder_simulator(None, "MoKa").wavelength == "MoKa"
    own = DiffractionSimulator("powder", "CuKa")
    assert powder_simulator(own, "MoKa") is own
    with pytest.raises(ValueError, match="Templates are powders"):
        powder_simulator("CuKa", None)
