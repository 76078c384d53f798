"""Radiations: kinds, lines and their mean."""

import numpy as np
import pytest

from xrdmatch.crystallography import ANODES, Radiation, as_radiation

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


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("CuKa", ((1.5405929, 1.0), (1.5444274, 0.5))),
        ("Cu", ((1.5405929, 1.0), (1.5444274, 0.5))),
        ("cu kα", ((1.5405929, 1.0), (1.5444274, 0.5))),
        ("Cu K-alpha1", ((1.5405929, 1.0),)),
        ("CuKα2", ((1.5444274, 1.0),)),
        ("MoKb", ((0.632303, 1.0),)),
        ("Ag K beta 1", ((0.4970817, 1.0),)),
    ],
)
def test_lines_by_name(name, lines):
    assert as_radiation(name) == Radiation("xray", lines)
    assert as_radiation("xray", wavelength=name) == Radiation("xray", lines)


def test_a_number_is_one_line():
    assert as_radiation(1.54).lines == ((1.54, 1.0),)
    assert as_radiation("neutron", wavelength=1.54) == Radiation("neutron", ((1.54, 1.0),))


@pytest.mark.parametrize("name", ["UnKa", "CuLa", "CuKb2", "CuKa3", ""])
def test_unknown_lines(name):
    with pytest.raises(ValueError, match=r"Radiation must be one of .* a line such as 'CuKa'"):
        as_radiation(name)


def test_lines_agree_with_an_older_table():
    """pymatgen's, from Bearden's units: but for cobalt's K-beta, where it has a slip of a digit."""
    older = pytest.importorskip("pymatgen.analysis.diffraction.xrd").WAVELENGTHS
    for anode, (ka1, ka2, kb) in ANODES.items():
        for line, ours in (("Ka1", ka1), ("Ka2", ka2), ("Kb1", kb)):
            theirs = older.get(anode + line)
            if theirs is not None and (anode, line) != ("Co", "Kb1"):
                assert ours == pytest.approx(theirs, rel=1e-4)
