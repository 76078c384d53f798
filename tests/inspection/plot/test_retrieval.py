"""A query over its candidates: panels, titles, halves of discs."""

import matplotlib.pyplot as plt
import numpy as np
import pytest

from xrdmatch import CrystalTokenizer, DiffractionPattern, PatternMatcher
from xrdmatch.inspection import RetrievalDisplay, describe_candidates
from xrdmatch.inspection._plot.candidate_words import percent


def test_a_panel_for_each_candidate(matcher, patterns):
    display = RetrievalDisplay.from_estimator(matcher, patterns[0])
    assert display.plot() is display
    assert len(display.ax_) == len(display.figure_.axes) == 5
    assert all(ax.figure is display.figure_ for ax in display.ax_)


def test_title_tells_rank_label_formula_point_group_and_distance(matcher, patterns):
    panel = RetrievalDisplay.from_estimator(matcher, patterns[0], k=1).plot().ax_[0]
    assert panel.get_title() == "1  graphene\nC, 6/mmm, distance 0.0000"


def test_halves_of_query_and_candidate_lie_on_their_spots(matcher, patterns):
    display = RetrievalDisplay.from_estimator(matcher, patterns[0], k=2).plot()
    for panel, candidate in zip(display.ax_, display.candidates, strict=True):
        query, found, _ = panel.collections
        assert (query.get_label(), found.get_label()) == ("query", "candidate")
        right_edges = [path.get_extents().x1 for path in query.get_paths()]
        left_edges = [path.get_extents().x0 for path in found.get_paths()]
        np.testing.assert_allclose(right_edges, patterns[0].q[:, 0], atol=1e-12)
        np.testing.assert_allclose(left_edges, candidate.pattern.q[:, 0], atol=1e-12)
        assert not np.array_equal(query.get_facecolor(), found.get_facecolor())


def test_panels_show_one_range_and_the_legend_both_names(matcher, patterns):
    display = RetrievalDisplay.from_estimator(matcher, patterns[3], k=4).plot()
    assert len({(ax.get_xlim(), ax.get_ylim()) for ax in display.ax_}) == 1
    (legend,) = display.figure_.legends
    assert [text.get_text() for text in legend.get_texts()] == [
        "query",
        "candidate",
        "differ 4-fold",
    ]


@pytest.mark.parametrize("k", [1, 2, 5, 10])
def test_titles_and_panels_do_not_overlap(k, matcher, patterns):
    display = RetrievalDisplay.from_estimator(matcher, patterns[5], k=k).plot()
    display.figure_.canvas.draw()
    boxes = [ax.get_tightbbox() for ax in display.ax_]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    whole = display.figure_.bbox
    assert all(whole.contains(*box.min) and whole.contains(*box.max) for box in boxes)


def test_axes_are_named_on_the_outer_edge_only(matcher, patterns):
    panels = RetrievalDisplay.from_estimator(matcher, patterns[0], k=5).plot().ax_
    assert [bool(ax.get_xlabel()) for ax in panels] == [False, False, True, True, True]
    assert [bool(ax.get_ylabel()) for ax in panels] == [True, False, False, True, False]


def test_long_labels_are_cut(layers, patterns):
    matcher = PatternMatcher().fit(layers, labels=[f"{'long ' * 20}{i}" for i in range(12)])
    panel = RetrievalDisplay.from_estimator(matcher, patterns[0], k=1).plot().ax_[0]
    first = panel.get_title().split("\n")[0]
    assert len(first) == 30
    assert first.endswith("…")


def test_probabilities_stand_beside_candidates_and_that_of_none_last(matcher, patterns):
    candidates = describe_candidates(matcher, patterns[0], k=2)
    display = RetrievalDisplay(patterns[0], candidates, [0.82, 0.12, 0.03]).plot()
    titles = [ax.get_title().split("\n")[0] for ax in display.ax_]
    assert titles == ["1  graphene  82 %", f"2  {candidates[1].label}  12 %"]
    (legend,) = display.figure_.legends
    names = [text.get_text() for text in legend.get_texts()]
    assert names == ["query", "candidate", "differ 4-fold", "not in the gallery: 3 %"]
    assert not display.ax_[-1].get_xlabel().startswith("not")


def test_given_axes_say_it_below_the_last_one(matcher, patterns):
    candidates = describe_candidates(matcher, patterns[0], k=2)
    _, axes = plt.subplots(1, 2)
    RetrievalDisplay(patterns[0], candidates, [0.82, 0.12, 0.03]).plot(axes)
    assert [ax.get_xlabel() for ax in axes] == ["", "not in the gallery: 3 %"]
    RetrievalDisplay(patterns[0], candidates).plot(plt.subplots(1, 2)[1])
    assert plt.gcf().axes[-1].get_xlabel() == ""


@pytest.mark.parametrize("k", [1, 3])
def test_a_calibrated_retriever_tells_its_probabilities(k, calibrated, patterns):
    display = RetrievalDisplay.from_estimator(calibrated, patterns[0], k=k).plot()
    first, *_, unknown = display.probabilities
    assert f"  {percent(first)}\n" in display.ax_[0].get_title()
    said = display.figure_.legends[0].get_texts()[-1].get_text()
    assert said == f"not in the gallery: {percent(unknown)}"
    display.figure_.canvas.draw()
    whole, box = display.figure_.bbox, display.figure_.legends[0].get_window_extent()
    assert whole.contains(*box.min)
    assert whole.contains(*box.max)


def test_number_of_probabilities_must_fit(matcher, patterns):
    candidates = describe_candidates(matcher, patterns[0], k=2)
    with pytest.raises(ValueError, match=r"each of 2 candidates, .*, got shape \(2,\); pass 3"):
        RetrievalDisplay(patterns[0], candidates, [0.8, 0.2]).plot()


def test_galleries_of_tokens_are_drawn_too(layers, patterns):
    matcher = PatternMatcher().fit(CrystalTokenizer().transform(layers))
    panel = RetrievalDisplay.from_estimator(matcher, patterns[0], k=1).plot().ax_[0]
    assert panel.get_title() == "1  0\nC, 6/mmm, distance 0.0000"


def test_draws_into_given_axes(matcher, patterns):
    figure, axes = plt.subplots(2, 2)
    display = RetrievalDisplay.from_estimator(matcher, patterns[0], k=4).plot(axes)
    assert display.figure_ is figure
    assert display.ax_.tolist() == axes.ravel().tolist()


def test_number_of_axes_must_fit(matcher, patterns):
    display = RetrievalDisplay(patterns[0], describe_candidates(matcher, patterns[0], k=3))
    with pytest.raises(ValueError, match="needs 3 axes, got 1; pass that many"):
        display.plot(plt.figure().add_subplot())


def test_nothing_to_draw(matcher, patterns):
    display = RetrievalDisplay.from_estimator(matcher, patterns[0], elements="He")
    with pytest.raises(ValueError, match="no candidate to draw, got an empty list"):
        display.plot()


def test_powder_peaks_are_refused(matcher):
    with pytest.raises(ValueError, match="two columns, got 1"):
        RetrievalDisplay.from_estimator(matcher, DiffractionPattern([[0.2]], [1.0]))


@pytest.mark.usefixtures("no_matplotlib")
def test_missing_matplotlib_is_said(matcher, patterns):
    display = RetrievalDisplay.from_estimator(matcher, patterns[0], k=1)
    with pytest.raises(ImportError, match=r"not installed; pip install xrdmatch\[plot\]"):
        display.plot()
