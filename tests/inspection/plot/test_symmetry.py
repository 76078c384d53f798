"""Bars of point groups: how many, how high, and what is written below them."""

import numpy as np
import pytest

from xrdmatch.inspection import SymmetryDisplay, mismatch_report
from xrdmatch.simulation import perturb_patterns


@pytest.fixture(scope="module")
def report(matcher, layers):
    return mismatch_report(matcher, layers, perturb_patterns(layers, random_state=0))


@pytest.mark.parametrize("reference", ["anywhere", "within_class"])
def test_bars(report, reference):
    display = SymmetryDisplay.from_report(report, "-3m", reference).plot()
    summary = report[reference]["-3m"]
    assert len(display.bars_) == len(report.ks) + 1
    heights = np.array([[bar.get_height() for bar in bars] for bars in display.bars_])
    np.testing.assert_allclose(heights[:-1].sum(1), 100 * (summary.n_mismatches > 0))
    assert heights[-1].sum() == pytest.approx(100)
    labels = [text.get_text() for text in display.ax_.get_xticklabels()]
    assert len(labels) == heights.shape[1]
    own = labels.index(r"$\bar{3}m$")
    np.testing.assert_allclose(heights[:-1, own], 100 * summary.candidates["-3m"])
    np.testing.assert_allclose(heights[-1, own], 100 * summary.expected["-3m"][-1])
    assert display.ax_.get_ylim()[1] <= 110
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts[-1] == "chance"
    assert texts[-2] == f"first 5: {summary.n_mismatches[-1]} wrong"
    assert r"\bar{3}m" in display.ax_.get_title()


def test_all_queries_on_axes_of_ones_own(report):
    import matplotlib.pyplot as plt

    figure, ax = plt.subplots()
    display = SymmetryDisplay.from_report(report).plot(ax)
    assert (display.ax_, display.figure_) == (ax, figure)
    assert "all queries" in ax.get_title()


def test_from_estimator_is_the_report(matcher, layers, report):
    queries = perturb_patterns(layers, random_state=0)
    display = SymmetryDisplay.from_estimator(matcher, layers, queries, "-3m", n_jobs=1)
    for k_first, k_again in zip(
        report.within_class["-3m"].candidates.items(),
        display.report.within_class["-3m"].candidates.items(),
        strict=True,
    ):
        assert k_first[0] == k_again[0]
        np.testing.assert_array_equal(k_first[1], k_again[1])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"point_group": "432"}, "must be one that has mismatches, got '432'"),
        ({"reference": "elsewhere"}, "reference must be one of .* got 'elsewhere'"),
    ],
)
def test_errors(report, options, message):
    with pytest.raises(ValueError, match=message):
        SymmetryDisplay.from_report(report, **options)


def test_matplotlib_is_optional(report, no_matplotlib):
    display = SymmetryDisplay.from_report(report)
    with pytest.raises(ImportError, match=r"pip install xrdmatch\[plot\]"):
        display.plot()
