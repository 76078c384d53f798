"""A simulator's options: what is refused, and the form in which the physics reads them."""

import numpy as np
import pytest

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Radiation
from xrdmatch.simulation import check_settings


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (
            {"geometry": "powders"},
            "geometry must be one of 'zone_axis', 'powder', got 'powders'; pick",
        ),
        ({"intensity": "dynamic"}, "intensity must be one of 'kinematic', 'paper', got 'dynamic'"),
        ({"radiation": "light"}, "Radiation must be one of 'xray', .* got 'light'"),
        ({"wavelength": 0.0}, r"wavelength \[Å\] must be positive and finite, or None, got 0.0"),
        ({"q_max": -1.0}, r"q_max \[1/Å\] must be positive and finite, or None, got -1.0"),
        ({"q_max": np.nan}, r"q_max \[1/Å\] must be positive and finite, or None, got nan"),
        ({"q_max": np.inf}, r"q_max \[1/Å\] must be positive and finite, or None, got inf"),
        ({"q_max": "2"}, r"q_max \[1/Å\] must be positive and finite, or None, got '2'"),
        ({"geometry": ["zone_axis"]}, r"geometry must be one of .* got \['zone_axis'\]"),
        ({"geometry": "powder"}, "Spots need geometry=\"zone_axis\", got 'powder'; pass"),
        ({"radiation": ["xray"]}, r"Radiation must be one of 'xray', .* got \['xray'\]"),
        ({"b_iso": "soft"}, r"b_iso must be finite and not negative \[Å\^2\], got 'soft'; use"),
        ({"b_iso": {"MoS2": 1.0}}, "b_iso by element needs element symbols as keys, got 'MoS2'"),
        ({"hk_max": 0}, "hk_max must be a whole number of at least 1, got 0; 6 gives"),
        ({"hk_max": 2.5}, "hk_max must be a whole number of at least 1, got 2.5"),
        ({"b_iso": -1.0}, r"b_iso must be finite and not negative \[Å\^2\], got -1.0"),
        ({"b_iso": np.inf}, "b_iso must be finite and not negative"),
        ({"b_iso": {"Mo": np.nan}}, "b_iso must be finite and not negative"),
        ({"b_iso": {"Xy": 1.0}}, "b_iso by element needs element symbols as keys, got 'Xy'"),
        ({"tilt": 20}, r"tilt is \(angle, azimuth\) \[degrees\] with .*, got 20; \(20, 0\) tilts"),
        ({"tilt": (90, 0)}, r"angle of at least 0 and below 90, got \(90, 0\)"),
        ({"tilt": "a bit"}, "angle of at least 0 and below 90, got 'a bit'"),
        ({"tilt": (np.nan, 0)}, r"angle of at least 0 and below 90, got \(nan, 0\)"),
        ({"thickness": -5}, r"thickness \[Å\] must be positive and finite, or None, got -5; give"),
        (
            {"thickness": 100},
            r"thickness needs a wavelength \[Å\], got None; set wavelength=0.0251",
        ),
        (
            {"thickness": 100, "wavelength": 0.0251, "tilt": (10, 0)},
            "exclude each other, got tilt and thickness; set one",
        ),
        (
            {"intensity": "paper", "wavelength": 1.5, "tilt": (10, 0)},
            "exclude each other, got tilt and intensity; set one",
        ),
        (
            {"tilt": (20, 0)},
            r"Only thin layers seen along .* got .* tilt=\(20, 0\) and thickness=None",
        ),
        (
            {"thickness": 50, "wavelength": 0.0251},
            "got a simulator with tilt=None and thickness=50; pass one in which both are None",
        ),
        ({"intensity": "paper"}, r'intensity="paper" needs a wavelength \[Å\], got None; set'),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(ValueError, match=message):
        check_settings(DiffractionSimulator(**options))


def test_radiation_and_wavelength_become_one():
    settings = check_settings(DiffractionSimulator(radiation="electron", wavelength=0.0251))
    assert settings.radiation == Radiation("electron", ((0.0251, 1.0),))


def test_a_radiation_with_lines_is_enough_for_the_paper():
    doublet = Radiation("xray", ((1.54056, 2.0), (1.54439, 1.0)))
    settings = check_settings(DiffractionSimulator(radiation=doublet, intensity="paper"))
    assert settings.radiation == doublet


def test_debye_waller_factors_stand_at_their_atomic_numbers():
    table = check_settings(DiffractionSimulator(b_iso={"Mo": 0.4, "S": 0.6})).b_iso
    assert (table[42], table[16], table.sum()) == (0.4, 0.6, 1.0)
    assert (check_settings(DiffractionSimulator(b_iso=0.7)).b_iso == 0.7).all()
