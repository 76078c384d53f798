"""Observed and calculated profile, marks and difference."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from xrdmatch.inspection import PatternDisplay, ProfileDisplay

X = np.linspace(10.0, 60.0, 501)
CALCULATED = 20.0 + 500.0 * np.exp(-(((X - 30.0) / 0.5) ** 2))
OBSERVED = CALCULATED + 30.0 * np.sin(X)
TICKS = {"quartz": [20.0, 30.0], "calcite": [29.4]}


@pytest.fixture
def display():
    return ProfileDisplay.from_profile(X, OBSERVED, CALCULATED, TICKS)


def test_lines_hold_the_data(display):
    lines = display.plot().lines_
    np.testing.assert_array_equal(lines["observed"].get_xydata(), np.column_stack([X, OBSERVED]))
    np.testing.assert_array_equal(lines["calculated"].get_ydata(), CALCULATED)
    shifted = lines["difference"].get_ydata() - (OBSERVED - CALCULATED)
    np.testing.assert_allclose(shifted, shifted[0])  # on the same scale, moved as a whole


def test_profile_marks_and_difference_lie_one_below_the_other(display):
    display.plot()
    rows = [np.array(marks.get_segments())[..., 1] for marks in display.ticks_.values()]
    heights = [OBSERVED.min(), rows[0].max(), rows[0].min(), rows[1].max(), rows[1].min()]
    heights.append(display.lines_["difference"].get_ydata().max())
    heights.append(display.ax_.get_ylim()[0])
    assert heights == sorted(heights, reverse=True)
    assert len(set(heights)) == len(heights)


def test_marks_stand_at_the_peaks(display):
    marks = display.plot().ticks_
    assert {n: [s[0, 0] for s in m.get_segments()] for n, m in marks.items()} == TICKS


def test_axes_have_units_and_no_negative_counts(display):
    ax = display.plot().ax_
    assert ax.get_xlabel() == r"$2\theta$ [°]"
    assert ax.get_ylabel() == "intensity [counts]"
    assert ax.get_xlim() == (10.0, 60.0)
    assert min(ax.get_yticks()) >= OBSERVED.min() - 1e-9 or min(ax.get_yticks()) == 0
    other = ProfileDisplay.from_profile(X / 50, OBSERVED, x_axis="q", unit="arb. units").plot().ax_
    assert (other.get_xlabel(), other.get_ylabel()) == ("$q$ [1/Å]", "intensity [arb. units]")


def test_legend_names_all(display):
    texts = [text.get_text() for text in display.plot().ax_.get_legend().get_texts()]
    assert sorted(texts) == ["calcite", "calculated", "difference", "observed", "quartz"]


def test_observed_alone():
    display = ProfileDisplay.from_profile(X, OBSERVED).plot()
    assert list(display.lines_) == ["observed"]
    assert display.ticks_ == {}


def test_marks_of_one_phase_need_no_name():
    display = ProfileDisplay.from_profile(X, OBSERVED, ticks=[30.0]).plot()
    assert list(display.ticks_) == ["peaks"]


def test_points_may_be_missing():
    holes = OBSERVED.copy()
    holes[100:120] = np.nan
    display = ProfileDisplay.from_profile(X, holes, CALCULATED).plot()
    assert np.isfinite(display.ax_.get_ylim()).all()


def test_a_flat_profile():
    low, high = ProfileDisplay.from_profile(X, np.zeros_like(X)).plot().ax_.get_ylim()
    assert low < 0 < high


def test_the_door_of_the_pattern_display():
    display = PatternDisplay.from_profile(X, OBSERVED, CALCULATED, TICKS, unit="arb. units")
    assert isinstance(display, ProfileDisplay)
    assert display.unit == "arb. units"
    assert set(display.plot().lines_) == {"observed", "calculated", "difference"}


def test_draws_into_given_axes(display):
    figure, axes = plt.subplots(1, 2)
    assert display.plot(axes[1]) is display
    assert display.ax_ is axes[1]
    assert display.figure_ is figure


@pytest.mark.parametrize("name", ["observed", "calculated"])
def test_lengths_must_agree(name):
    profiles = {"observed": OBSERVED, "calculated": CALCULATED} | {name: OBSERVED[1:]}
    with pytest.raises(ValueError, match=f"{name} must have one number .* got 500 for 501 x"):
        ProfileDisplay.from_profile(X, **profiles)


def test_nothing_to_draw():
    with pytest.raises(ValueError, match="not all NaN"):
        ProfileDisplay.from_profile(X, np.full_like(X, np.nan))


def test_one_column_each():
    with pytest.raises(ValueError, match=r"x must be a list of numbers, got .* \(501, 1\)"):
        ProfileDisplay.from_profile(X[:, None], OBSERVED)


def test_unknown_axis():
    with pytest.raises(ValueError, match="'q', 'two_theta', got 'd'"):
        ProfileDisplay.from_profile(X, OBSERVED, x_axis="d")


@pytest.mark.usefixtures("no_matplotlib")
def test_missing_matplotlib_is_said(display):
    with pytest.raises(ImportError, match=r"not installed; pip install xrdmatch\[plot\]"):
        display.plot()
