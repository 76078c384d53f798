"""Which patterns say that they are of another kind of radiation."""

import numpy as np
import pytest

from xrdmatch import DiffractionPattern
from xrdmatch.crystallography import Radiation, Scan
from xrdmatch.learning import check_radiation

Q, INTENSITY = [[0.5, 0.0]], [1.0]


@pytest.mark.parametrize(
    "pattern",
    [
        DiffractionPattern(Q, INTENSITY, radiation="xray"),
        DiffractionPattern(Q, INTENSITY),
        np.array([[0.5, 0.0, 1.0]]),
        Scan([10, 20, 30], [1, 2, 1], radiation="MoKa"),
        Scan([10, 20, 30], [1, 2, 1]),
    ],
    ids=["same", "silent", "array", "scan", "silent scan"],
)
def test_what_is_of_the_same_kind_or_does_not_say_passes(pattern):
    check_radiation([pattern], "xray")
    check_radiation(pattern, "xray")


@pytest.mark.parametrize(
    "pattern",
    [
        DiffractionPattern(Q, INTENSITY, radiation="neutron"),
        Scan([10, 20, 30], [1, 2, 1], radiation=Radiation("neutron", ((1.5, 1.0),))),
    ],
)
def test_what_is_of_another_kind_is_named(pattern):
    known = DiffractionPattern(Q, INTENSITY, radiation="xray")
    with pytest.raises(ValueError, match=r"learned with xray patterns .* neutron as pattern 1; "):
        check_radiation([known, pattern], "xray")
