"""A powder simulator's options: what is refused, and how far the range reaches."""

import numpy as np
import pytest

from xrdmatch import DiffractionSimulator
from xrdmatch.simulation import PowderProfile, check_powder_settings


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({}, "A powder's angles need a wavelength, got none; set wavelength='CuKa'"),
        ({"wavelength": -1.0}, r"wavelength \[Å\] must be positive"),
        ({"wavelength": "CuKx"}, "got 'CuKx'"),
        ({"wavelength": 1.5, "q_max": -1}, r"q_max \[1/Å\] must be positive"),
        ({"wavelength": 1.5, "q_max": 1.4}, r"below 2 / wavelength = 1.333 1/Å, got 1.4; lower"),
        ({"wavelength": 1.5, "monochromator": 91}, "from 0 to 90 degrees, or None, got 91; give"),
        ({"wavelength": 1.5, "b_iso": -1}, "b_iso must be finite and not negative"),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(ValueError, match=message):
        check_powder_settings(DiffractionSimulator("powder", **options))


def test_profile_must_be_one():
    with pytest.raises(TypeError, match="profile must be a PowderProfile or None, got 'narrow'"):
        DiffractionSimulator("powder", "CuKa", profile="narrow").fit()


def test_range():
    settings = check_powder_settings(DiffractionSimulator("powder", wavelength=1.5))
    assert settings.q_max == pytest.approx(2 * np.sin(np.pi / 4) / 1.5)  # two_theta of 90 degrees
    settings = check_powder_settings(DiffractionSimulator("powder", wavelength=1.5, q_max=0.4))
    assert settings.q_max == 0.4
    scan = DiffractionSimulator("powder", "CuKa", profile=PowderProfile([5, 117.0]))
    assert check_powder_settings(scan).q_max == pytest.approx(np.sqrt(3) / 1.5405929)


def test_lines_come_by_name_or_number():
    named, told = (
        DiffractionSimulator("powder", "CuKa"),
        DiffractionSimulator("powder", wavelength="CuKa"),
    )
    assert check_powder_settings(named).radiation == check_powder_settings(told).radiation
    neutrons = check_powder_settings(DiffractionSimulator("powder", "neutron", wavelength=1.2))
    assert (neutrons.radiation.kind, neutrons.radiation.wavelength) == ("neutron", 1.2)
