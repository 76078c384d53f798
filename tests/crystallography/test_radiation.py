"""Radiations: kinds, lines and their mean."""

import numpy as np
import pytest

from xrdmatch.crystallography import Radiation, as_radiation

CU_KA = ((1.54056, 2.0), (1.54439, 1.0))


def test_wavelength_is_the_weighted_mean():
    assert Radiation(lines=CU_KA).wavelength == pytest.approx((2 * 1.54056 + 1.54439) / 3)
    assert Radiation("neutron").wavelength is None


def test_lines_given_as_a_list_are_the_same_value():
    listed = Radiation("xray", [list(line) for line in CU_KA])
    assert listed == Radiation("xray", CU_KA)
    assert hash(listed) == hash(Radiation("xray", CU_KA))


def test_text_rebuilds_it():
    radiation = Radiation("electron", ((0.0251, 1.0),))
    assert eval(repr(radiation)) == radiation


def test_unknown_kind():
    with pytest.raises(ValueError, match=r"one of 'xray', .*, got 'light'; pick one"):
        as_radiation("light")


@pytest.mark.parametrize(
    "lines", [((0.0, 1.0),), ((1.5, -1.0),), ((np.nan, 1.0),), ((np.inf, 1.0),), (1.54, 1.0)]
)
def test_bad_lines(lines):
    with pytest.raises(ValueError, match=r"Lines are \(wavelength \[Å\], weight\) pairs"):
        Radiation("xray", lines)


def test_as_radiation():
    doublet = Radiation("xray", CU_KA)
    assert as_radiation(doublet) is doublet
    assert as_radiation(doublet, wavelength=0.7) == Radiation("xray", ((0.7, 1.0),))
    assert as_radiation("neutron") == Radiation("neutron")
