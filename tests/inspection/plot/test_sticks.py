"""Powder peaks as sticks: where, how high, what is written over them."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest

from xrdmatch import DiffractionPattern
from xrdmatch.inspection import PatternDisplay

SILICON = 5.431  # [Å]
HKL = [(1, 1, 1), (2, 2, 0), (3, 1, 1), (4, 0, 0), (3, 3, 1), (4, -2, 2)]
TWO_THETA = [28.44, 47.30, 56.12, 69.13, 76.38, 88.03]  # [degrees] of silicon, Cu K-alpha1
CU = 1.540593  # [Å]


@pytest.fixture
def silicon():
    q = np.linalg.norm(HKL, axis=1)[:, None] / SILICON
    return DiffractionPattern(q, [100.0, 60.0, 35.0, 8.0, 13.0, 17.0], hkl=HKL)


def ends(display):
    return np.array(display.sticks_.get_segments())


def test_sticks_reach_from_zero_to_the_relative_intensity(silicon):
    display = PatternDisplay.from_pattern(silicon).plot()
    np.testing.assert_allclose(ends(display)[:, 0, 0], silicon.q[:, 0])
    assert (ends(display)[:, 0, 1] == 0).all()
    np.testing.assert_allclose(ends(display)[:, 1, 1], silicon.intensity)
    assert display.ax_.get_xlabel() == "$q$ [1/Å]"
    assert display.ax_.get_ylabel() == "relative intensity [%]"


def test_angles_of_silicon(silicon):
    display = PatternDisplay.from_pattern(silicon).plot(wavelength=CU)
    np.testing.assert_allclose(ends(display)[:, 0, 0], TWO_THETA, atol=0.02)
    assert display.ax_.get_xlabel() == r"$2\theta$ [°]"


def test_peaks_beyond_reach_are_left_out(silicon):
    display = PatternDisplay.from_pattern(silicon).plot(wavelength=3.0)
    assert len(ends(display)) == 3
    assert len(display.labels_) == 3


def test_strongest_are_labelled_with_three_indices_first(silicon):
    labels = PatternDisplay(silicon).plot(n_labels=2).labels_
    assert [text.get_text() for text in labels] == [r"$1\,1\,1$", r"$2\,2\,0$"]
    everything = [text.get_text() for text in PatternDisplay(silicon).plot(n_labels=99).labels_]
    assert r"$4\,\bar{2}\,2$" in everything


def test_labels_overlap_neither_each_other_nor_sticks():
    rng = np.random.RandomState(0)
    q = np.sort(rng.uniform(0.2, 1.2, 60))[:, None]
    hkl = rng.randint(-12, 13, (60, 3))
    crowded = DiffractionPattern(q, rng.exponential(size=60), hkl=hkl)
    display = PatternDisplay(crowded).plot(n_labels=30)
    display.figure_.canvas.draw()
    boxes = [text.get_window_extent() for text in display.labels_]
    assert 3 < len(boxes) < 30
    assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))
    frame = display.ax_.get_window_extent()
    assert all(frame.contains(*box.min) and frame.contains(*box.max) for box in boxes)
    tops = display.ax_.transData.transform(ends(display)[:, 1])
    for box in boxes:
        inside = (tops[:, 0] > box.x0) & (tops[:, 0] < box.x1) & (tops[:, 1] > box.y0 + 1)
        assert not inside.any()


def test_no_indices_no_labels(silicon):
    nameless = DiffractionPattern(silicon.q, silicon.intensity)
    assert PatternDisplay(nameless).plot().labels_ == []


@pytest.mark.parametrize("intensity", [0.0, 3.0])
def test_a_single_peak(intensity):
    display = PatternDisplay(DiffractionPattern([[0.5]], [intensity], hkl=[(1, 0, 0)])).plot()
    low, high = display.ax_.get_xlim()
    assert low < 0.5 < high
    assert len(display.labels_) == 1


def test_draws_into_given_axes(silicon):
    figure, axes = plt.subplots(1, 2)
    display = PatternDisplay(silicon)
    assert display.plot(axes[1]) is display
    assert display.ax_ is axes[1]
    assert display.figure_ is figure


def test_a_wavelength_that_reaches_nothing(silicon):
    with pytest.raises(ValueError, match=r"8 Å reaches q = 0\.25 1/Å, got peaks from 0\.3189"):
        PatternDisplay(silicon).plot(wavelength=8.0)


@pytest.mark.parametrize("wavelength", [0.0, -1.0, np.nan, np.inf])
def test_a_wavelength_that_is_none(wavelength, silicon):
    with pytest.raises(ValueError, match="positive number in Å, got"):
        PatternDisplay(silicon).plot(wavelength=wavelength)
