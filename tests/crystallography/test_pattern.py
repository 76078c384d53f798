"""Patterns: what is refused, what is frozen, what is kept."""

import copy
import pickle
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from xrdmatch import DiffractionPattern
from xrdmatch.crystallography import Radiation

Q = [[0.5, 0.0], [0.0, 0.5], [0.5, 0.5]]
HKL = [[1, 0, 0], [0, 1, 0], [1, 1, 0]]
ARRAYS = ("q", "intensity", "hkl")


@pytest.fixture
def pattern():
    return DiffractionPattern(Q, [1, 2, 3], HKL, Radiation("electron"))


def test_a_detectors_pattern_says_what_is_uncertain_and_keeps_it_when_pickled():
    turned = DiffractionPattern(
        Q, [1, 2, 3], sigma=[1, 1, 2], orientation="unknown", scale_error=0.03, unit="pixel"
    )
    copied = pickle.loads(pickle.dumps(turned))
    assert repr(turned) == "DiffractionPattern(3 spots, |q| <= 0.707 pixels, orientation unknown)"
    assert (copied.orientation, copied.scale_error, copied.unit) == ("unknown", 0.03, "pixel")
    assert copied.sigma.tolist() == [1, 1, 2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([0.5, 1.0], [1, 1]), r"q must have shape .* got \(2,\); write powder positions"),
        ((np.ones((2, 4)), [1, 1]), r"q must have shape .* got \(2, 4\)"),
        ((np.ones((2, 0)), [1, 1]), r"q must have shape .* got \(2, 0\)"),
        ((Q, [1, 2]), r"one intensity for each spot, got 3 rows of q and .* \(2,\)"),
        ((Q, [[1], [2], [3]]), r"one intensity for each spot, .* shape \(3, 1\)"),
        ((np.empty((0, 2)), []), "at least one spot, got none; lower the threshold"),
        (([[0.5, np.nan]], [1]), "positions must be finite, got NaN or infinity"),
        (([[0.5, np.inf]], [1]), "positions must be finite, got NaN or infinity"),
        ((Q, [1, 2, np.nan]), "Intensities must be finite, got NaN or infinity"),
        ((Q, [1, 2, np.inf]), "Intensities must be finite, got NaN or infinity"),
        ((Q, [1, 2, -0.25]), "Intensities must not be negative, got -0.25; subtract"),
        ((Q, [1, 2, 3], HKL[:2]), r"hkl must have shape \(3, 3\), .* got \(2, 3\)"),
        ((Q, [1, 2, 3], Q), r"hkl must have shape \(3, 3\), .* got \(3, 2\)"),
        ((Q, [1, 2, 3], None, "light"), "Radiation must be one of .* got 'light'"),
        ((Q, [1, 2, 3], None, None, [1, 2]), r"one standard error for each spot, got \(2,\) for 3"),
        ((Q, [1, 2, 3], None, None, [1, 2, -1]), "not negative, got -1 to 2"),
        ((Q, [1, 2, 3], None, None, None, "turned"), "orientation must be one of .* 'turned'"),
        ((Q, [1, 2, 3], None, None, None, "unknown", -1), "scale_error must be .* got -1"),
        ((Q, [1, 2, 3], None, None, None, "unknown", 0, 0, "x"), "centre_error must be .* got 'x'"),
        ((Q, [1, 2, 3], None, None, None, "unknown", 0, 0, 0, "nm"), "unit must be one of .* 'nm'"),
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        DiffractionPattern(*arguments)


def test_nothing_can_be_changed(pattern):
    for name in ARRAYS:
        with pytest.raises(ValueError, match="read-only"):
            getattr(pattern, name)[0] = 0
    with pytest.raises(FrozenInstanceError):
        pattern.q = np.zeros((1, 2))


def test_callers_arrays_stay_their_own():
    q, intensity = np.array(Q), np.ones(3)
    pattern = DiffractionPattern(q, intensity)
    q[0], intensity[0] = 7.0, 7.0
    assert pattern.q[0, 0] == 0.5
    assert pattern.intensity[0] == 1.0


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda p: pickle.loads(pickle.dumps(p))])
def test_copies_are_equal_and_read_only(pattern, copied):
    twin = copied(pattern)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(twin, name), getattr(pattern, name))
        assert not getattr(twin, name).flags.writeable
    assert twin.radiation == pattern.radiation


def test_equality_is_identity(pattern):
    assert pattern == pattern
    assert pattern != copy.deepcopy(pattern)


def test_counts(pattern):
    assert (pattern.n_peaks, pattern.n_dimensions) == (3, 2)
    assert DiffractionPattern([[0.5], [1.0]], [1, 1]).n_dimensions == 1


def test_kind_of_radiation_is_enough():
    assert DiffractionPattern(Q, [1, 2, 3], radiation="neutron").radiation == Radiation("neutron")


def test_text(pattern):
    assert repr(pattern) == "DiffractionPattern(3 spots, |q| <= 0.707 1/Å, electron)"
    powder = DiffractionPattern([[0.25], [1.5]], [1, 1])
    assert repr(powder) == "DiffractionPattern(2 peaks, |q| <= 1.5 1/Å)"
