"""Vectors of powders against loops over peaks."""

import numpy as np
import pytest
from pymatgen.core import Structure
from sklearn.base import clone

from xrdmatch import DiffractionPattern, DiffractionSimulator
from xrdmatch.preprocessing import BinnedPattern
from xrdmatch.simulation import PowderProfile


def naive(pattern, length, q_max, intensity):
    bins = np.zeros(length)
    for (q,), height in zip(pattern.q, pattern.intensity, strict=True):
        place = q / q_max * (length - 1)
        left = min(int(place), length - 2)
        bins[left] += (left + 1 - place) * height**intensity
        bins[left + 1] += (place - left) * height**intensity
    return bins / bins.max()


@pytest.fixture
def pattern():
    rng = np.random.RandomState(0)
    return DiffractionPattern(np.sort(rng.uniform(0.1, 0.9, (20, 1)), 0), rng.uniform(1, 9, 20))


@pytest.mark.parametrize(("intensity", "power"), [("root", 0.5), ("plain", 1)])
@pytest.mark.parametrize("length", [2, 140, 3500])
def test_peaks_are_shared_between_neighbours(pattern, intensity, power, length):
    found = BinnedPattern(length, intensity=intensity, q_max=0.95).transform([pattern])
    np.testing.assert_allclose(found[0], naive(pattern, length, 0.95, power), atol=1e-12)


def test_no_intensity_is_lost(pattern):
    bins = BinnedPattern(50, intensity="plain", q_max=1.0)
    scaled = bins.transform([pattern])[0]
    np.testing.assert_allclose(scaled.sum() / scaled.max(), scaled.sum())
    twice = DiffractionPattern(np.r_[pattern.q, pattern.q[:1]], np.r_[pattern.intensity, 100.0])
    assert bins.transform([twice])[0].max() == 1
    row = bins.binned(np.zeros(20, int), pattern.q[:, 0], pattern.intensity, 1, 1.0)[0]
    assert row.sum() / row.max() == pytest.approx(scaled.sum())


def test_a_peak_one_bin_on_is_one_bin_on():
    step = 1.0 / 99
    patterns = [DiffractionPattern([[0.3 + i * step]], [5.0]) for i in range(2)]
    first, second = BinnedPattern(100, q_max=1.0).transform(patterns)
    np.testing.assert_allclose(np.roll(first, 1), second, atol=1e-9)


def test_peaks_beyond_the_end_are_left_out():
    beyond = DiffractionPattern([[0.5], [1.2]], [1.0, 9.0])
    found = BinnedPattern(11, q_max=1.0).transform([beyond])[0]
    assert found.nonzero()[0].tolist() == [5]


def test_a_scan_is_like_its_peaks():
    """A fine, clean scan of silicon: its peaks are found where they are."""
    silicon = Structure.from_prototype("diamond", ["Si"], a=5.431)
    profile = PowderProfile(np.arange(20, 90, 0.02), fwhm=0.1)
    scan = DiffractionSimulator("powder", "CuKa1", profile=profile).transform([silicon])
    peaks = DiffractionSimulator("powder", "CuKa1", q_max=0.91).transform([silicon])
    bins = BinnedPattern(140, q_max=0.95)
    first, second = bins.transform([*scan, *peaks])
    assert first @ second > 0.98 * np.linalg.norm(first) * np.linalg.norm(second)


def test_an_empty_list_has_no_rows():
    assert BinnedPattern(q_max=1.0).transform([]).shape == (0, 140)


def test_parameters_survive_a_clone():
    assert clone(BinnedPattern(850, intensity="plain")).tower_options() == {"length": 850}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"length": 1}, "length must be a whole number of at least 2, got 1"),
        ({"intensity": "log"}, "intensity must be 'root' or 'plain', got 'log'"),
        ({"q_max": -1}, r"q_max must be positive \[1/Å\], got -1"),
        ({"q_max": None}, r"bins need an end, got q_max=None; set q_max"),
    ],
)
def test_options_are_checked(pattern, options, message):
    with pytest.raises(ValueError, match=message):
        BinnedPattern(**{"q_max": 1.0, **options}).transform([pattern])


def test_spots_are_refused():
    with pytest.raises(ValueError, match="powder"):
        BinnedPattern(q_max=1.0).transform([DiffractionPattern([[0.3, 0.1]], [1.0])])
