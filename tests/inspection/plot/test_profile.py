"""Observed and calculated profile, marks and difference."""

from dataclasses import fields, replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.collections import PolyCollection
from mixed_scans import known_structures, mixed_scan
from pymatgen.core import Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.inspection import PatternDisplay, ProfileDisplay
from xrdmatch.refinement import ScanFits, ScanProfile, SpotFits, refine_scan
from xrdmatch.retrieval import PhaseDecomposition, make_powder_retriever
from xrdmatch.simulation import PowderProfile

X = np.linspace(10.0, 60.0, 501)
CALCULATED = 20.0 + 500.0 * np.exp(-(((X - 30.0) / 0.5) ** 2))
OBSERVED = CALCULATED + 30.0 * np.sin(X)
TICKS = {"quartz": [20.0, 30.0], "calcite": [29.4]}


@pytest.fixture
def display():
    return ProfileDisplay.from_profile(X, OBSERVED, CALCULATED, TICKS)


def test_a_mixture_has_its_phases_in_colours_of_their_own():
    salts = known_structures()
    retriever = make_powder_retriever().fit([*salts.values()], labels=[*salts])
    scan = mixed_scan([salts["TiO2"], salts["NaCl"]], [0.6, 0.4])
    (found,) = PhaseDecomposition(retriever).decompose([scan])
    display = ProfileDisplay.from_decomposition(found).plot()
    names = [
        f"{n}, {100 * w:.1f} %" for n, w in zip(found.formulas, found.weight_fraction, strict=True)
    ]
    assert list(display.phases) == list(display.ticks_) == names
    assert display.r_wp == found.r_wp
    fills = [c for c in display.ax_.collections if isinstance(c, PolyCollection)]
    marks = [ticks.get_color()[0] for ticks in display.ticks_.values()]
    np.testing.assert_allclose([fill.get_facecolor()[0] for fill in fills], marks)
    with pytest.raises(TypeError, match=r"drawn from one DecomposedScan, got list; take one"):
        ProfileDisplay.from_decomposition([found])


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


def test_the_residual_stands_in_the_legend():
    display = ProfileDisplay.from_profile(X, OBSERVED, CALCULATED, TICKS, r_wp=0.1234).plot()
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts[1] == r"calculated, $R_\mathrm{wp}$ 12.3 %"
    assert list(display.lines_) == ["observed", "calculated", "difference"]


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


def test_saves_a_picture_and_opens_no_window(display, tmp_path):
    before = plt.get_fignums()
    assert display.save(tmp_path / "fit.png", title="quartz and calcite", dpi=50) is display
    assert plt.get_fignums() == before
    height, width, _ = plt.imread(tmp_path / "fit.png").shape
    assert (width, height) == (400, 250)
    assert display.ax_.get_title() == "quartz and calcite"


# Out of a refinement ---------------------------------------------------------------------------


def refined():
    """Two scans with two candidates each, of which the last is none."""
    both, ticks = np.array([CALCULATED, 2 * CALCULATED]), [np.array([20.0]), np.array([30.0])]
    profile = ScanProfile(X, OBSERVED, np.ones_like(X), both, 0 * both, ticks, "quartz")
    profiles = [profile, replace(profile, observed=OBSERVED + 1)]
    values = dict.fromkeys([field.name for field in fields(ScanFits)])
    values |= {"r_wp": np.array([[0.05, 0.4], [0.06, np.nan]]), "profiles": profiles}
    return ScanFits(**values | {"indices": np.array([[3, 1], [0, -1]])})


def test_a_refined_candidate():
    display = ProfileDisplay.from_refinement(refined(), candidate=1, name="SiO2").plot()
    np.testing.assert_array_equal(display.calculated, 2 * CALCULATED)
    assert display.r_wp == 0.4
    assert {n: at.tolist() for n, at in display.ticks.items()} == {"SiO2": [30.0]}
    best = ProfileDisplay.from_refinement(refined(), row=1)
    np.testing.assert_array_equal(best.observed, OBSERVED + 1)
    assert (best.r_wp, list(best.ticks)) == (0.06, ["peaks"])


@pytest.mark.parametrize(
    ("row", "candidate", "limits"),
    [(2, 0, "2 and 2"), (0, 2, "2 and 2"), (1, 1, "2 and 1"), (-1, 0, "2 and 2")],
)
def test_candidates_that_were_not_refined(row, candidate, limits):
    message = f"must be below {limits}, got {row} and {candidate}"
    with pytest.raises(ValueError, match=message):
        ProfileDisplay.from_refinement(refined(), row, candidate)


def test_spots_have_no_profiles():
    with pytest.raises(ValueError, match=r"fits must hold profiles, .* PatternDisplay"):
        ProfileDisplay.from_refinement(SpotFits(*[np.zeros((1, 1), int)] * len(fields(SpotFits))))


def test_a_known_structure_that_was_refined():
    copper = Structure.from_prototype("fcc", ["Cu"], a=3.615)
    profile = PowderProfile(np.arange(30, 80, 0.05), fwhm=0.2, background=0.1)
    (scan,) = DiffractionSimulator("powder", "CuKa", profile=profile).transform([copper])
    found = refine_scan(scan, copper)
    display = ProfileDisplay.from_refinement(found, name="Cu").plot()
    np.testing.assert_array_equal(display.calculated, found.profile.calculated)
    assert display.r_wp == found.r_wp
    assert len(display.ticks["Cu"]) == 3
    with pytest.raises(ValueError, match="must be below 1 and 1, got 0 and 1"):
        ProfileDisplay.from_refinement(found, candidate=1)


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
    with pytest.raises(ImportError, match=r"not installed; pip install xrdmatch\[plot\]"):
        display.save("nowhere.png")
