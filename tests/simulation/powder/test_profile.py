"""Instrument and sample as one value: what it refuses, its text, its copies."""

import pickle

import numpy as np
import pytest
from sklearn.base import clone

from xrdmatch import DiffractionSimulator
from xrdmatch.simulation import PowderProfile

ANGLES = np.arange(10, 80, 0.05)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"eta": 1.2}, r"PowderProfile's eta must be at least 0 and at most 1, got 1.2; leave"),
        ({"size": 0}, r"PowderProfile's size \[Å\] must be above 0 and at most inf, got 0"),
        ({"size": "small"}, r"PowderProfile's size \[Å\] must be above 0 .* got 'small'"),
        ({"strain": -1e-3}, "PowderProfile's strain must be at least 0"),
        ({"texture": 0.0}, r"PowderProfile's texture \(March and Dollase's r\) must be above 0"),
        ({"zero_shift": np.nan}, r"PowderProfile's zero_shift \[degrees\] must be .* got nan"),
        ({"fwhm": 0.0}, r"fwhm must be positive \[degrees\], or U, V, W .* got 0.0; use 0.1"),
        ({"fwhm": (0.0, -0.1, 0.01)}, r"fwhm must be positive .* got \(0.0, -0.1, 0.01\)"),
        ({"fwhm": (0.1, 0.2)}, r"fwhm must be positive .* got \(0.1, 0.2\)"),
        ({"texture_axis": (0, 0, 0)}, r"texture_axis must be .* other than 000, got \(0, 0, 0\)"),
        ({"displacement": 0.1}, r"got displacement=0.1 \[mm\] without goniometer_radius; give"),
        ({"goniometer_radius": -1}, r"goniometer_radius must be positive \[mm\], got -1; give"),
        ({"two_theta": [20, 10]}, "two or more rising angles, got two_theta of shape"),
        ({"two_theta": [[20, 10]]}, r"two or more rising angles, got .* of shape \(1, 2\)"),
        ({"two_theta": [0.0, 10]}, "above 0 and below 180 degrees, got 0 to 10; cut"),
    ],
)
def test_what_is_refused(options, message):
    with pytest.raises(ValueError, match=message):
        PowderProfile(**{"two_theta": ANGLES, **options})


def test_text_names_what_is_set():
    text = repr(PowderProfile([10, 20, 30.0], (0.01, 0, 0.01), background=[0.1, -0.02]))
    assert text == (
        "PowderProfile(3 points, 10 to 30 degrees, fwhm=(0.01, 0.0, 0.01), background=(0.1, -0.02))"
    )


def test_copies_are_the_same_and_read_only():
    profile = PowderProfile(ANGLES, size=200.0, texture=0.7, texture_axis=[1, 0, 0])
    copies = (
        pickle.loads(pickle.dumps(profile)),
        clone(DiffractionSimulator(profile=profile)).profile,
    )
    for copy in copies:
        assert repr(copy) == repr(profile)
        np.testing.assert_array_equal(copy.two_theta, ANGLES)
        assert not copy.two_theta.flags.writeable
