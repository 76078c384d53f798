"""One pattern as a picture of spots; powders are in test_sticks."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from xrdmatch import DiffractionPattern
from xrdmatch.inspection import PatternDisplay


def test_a_disc_for_every_spot_and_room_for_all(patterns):
    display = PatternDisplay.from_pattern(patterns[0]).plot()
    boxes = [path.get_extents() for path in display.spots_.get_paths()]
    assert len(boxes) == patterns[0].n_peaks
    (left, right), (bottom, top) = display.ax_.get_xlim(), display.ax_.get_ylim()
    assert all(left <= box.x0 and box.x1 <= right for box in boxes)
    assert all(bottom <= box.y0 and box.y1 <= top for box in boxes)


def test_axes_have_units_and_equal_scales(patterns):
    display = PatternDisplay(patterns[0]).plot()
    assert display.ax_.get_xlabel() == "$q_x$ [1/Å]"
    assert display.ax_.get_ylabel() == "$q_y$ [1/Å]"
    assert display.ax_.get_aspect() == 1.0


def test_draws_into_given_axes(patterns):
    figure, axes = plt.subplots(1, 2)
    display = PatternDisplay(patterns[0])
    assert display.plot(axes[1]) is display
    assert display.ax_ is axes[1]
    assert display.figure_ is figure
    assert not axes[0].collections


def test_draws_into_a_part_of_a_figure(patterns):
    ax = plt.figure().subfigures(1, 2)[0].add_subplot()
    assert PatternDisplay(patterns[0]).plot(ax).labels_


def test_no_indices_no_labels(patterns):
    nameless = DiffractionPattern(patterns[0].q, patterns[0].intensity)
    assert PatternDisplay(nameless).plot().labels_ == []


def test_takes_spots_as_an_array(patterns):
    rows = np.column_stack([patterns[0].q, patterns[0].intensity])
    np.testing.assert_array_equal(PatternDisplay.from_pattern(rows).pattern.q, patterns[0].q)


@pytest.mark.parametrize("make", [PatternDisplay.from_pattern, lambda p: PatternDisplay(p).plot()])
def test_spots_off_the_zero_layer_are_refused(make):
    spots = DiffractionPattern([[0.2, 0.0, 0.1], [0.3, 0.1, 0.0]], [1.0, 2.0])
    with pytest.raises(ValueError, match="two columns, got 3; pass the spots of one zero layer"):
        make(spots)


def test_spots_have_no_wavelength(patterns):
    with pytest.raises(ValueError, match=r"got 1\.54 for spots; leave it out"):
        PatternDisplay(patterns[0]).plot(wavelength=1.54)


@pytest.mark.usefixtures("no_matplotlib")
def test_missing_matplotlib_is_said(patterns):
    display = PatternDisplay.from_pattern(patterns[0])
    with pytest.raises(ImportError, match=r"not installed; pip install xrdmatch\[plot\]"):
        display.plot()
