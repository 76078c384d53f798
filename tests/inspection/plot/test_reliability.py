"""Reliability curve, histogram and risk against coverage."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from scipy.special import expit

from xrdmatch import UNKNOWN
from xrdmatch.inspection import ReliabilityDisplay
from xrdmatch.metrics import expected_calibration_error, risk_coverage


def drawn(factor=1.0, n=400):
    """Answers and confidences, whose log odds are too large by a factor."""
    rng = np.random.RandomState(0)
    logits = rng.normal(1.0, 1.5, size=n)
    return rng.uniform(size=n) < expit(logits), expit(factor * logits)


@pytest.fixture(scope="module")
def display():
    return ReliabilityDisplay.from_predictions(*drawn(), n_draws=200)


def line(panel, start):
    """Points of the line whose name begins so."""
    named = zip(*panel.get_legend_handles_labels(), strict=True)
    (found,) = [one for one, name in named if name.startswith(start)]
    return (found.lines[0] if hasattr(found, "lines") else found).get_xydata()


def test_points_are_the_bins_with_their_intervals(display):
    found = expected_calibration_error(*drawn(), n_draws=200)
    panel = display.plot().panels_["reliability"]
    points = line(panel, "found")
    np.testing.assert_allclose(points[:, 0], found.bin_confidence)
    np.testing.assert_allclose(points[:, 1], found.bin_accuracy)
    (bars,) = panel.collections
    ends = np.array([segment[:, 1] for segment in bars.get_segments()])
    np.testing.assert_allclose(ends, found.bin_interval, atol=1e-12)
    assert line(panel, "perfect").tolist() == [[0, 0], [1, 1]]


def test_the_error_and_its_chance_are_said(display):
    (text,) = display.plot().panels_["reliability"].texts
    error, chance, n_queries = text.get_text().split("\n")
    found = display.calibration
    assert error.startswith(f"calibration error {found.error:.3f} (")
    assert chance.startswith(f"perfect models: {found.chance.mean:.3f}, 95 % below ")
    assert n_queries == "400 queries"


def test_the_histogram_counts_every_query(display):
    panel = display.plot().panels_["histogram"]
    heights = [column.get_height() for column in panel.patches]
    assert heights == np.histogram(drawn()[1], bins=20, range=(0, 1))[0].tolist()
    assert panel.get_xlim() == display.panels_["reliability"].get_xlim()


def test_risk_between_a_constant_and_a_perfect_order(display):
    curve = risk_coverage(*drawn(), n_draws=200)
    panel = display.plot().panels_["risk"]
    found, best = line(panel, "found, area"), line(panel, "perfect order")
    np.testing.assert_allclose(found[1:], np.stack([curve.coverage, curve.risk], 1))
    assert line(panel, "constant").tolist() == [[0, curve.chance], [1, curve.chance]]
    assert found[-1, 1] == pytest.approx(best[-1, 1]) == pytest.approx(curve.chance)
    assert best[:, 1].mean() == pytest.approx(curve.best, abs=0.01)
    assert (np.interp(best[:, 0], *found.T) >= best[:, 1] - 1e-9).all()


def test_a_constant_confidence_has_one_point_and_a_flat_risk():
    correct, _ = drawn()
    display = ReliabilityDisplay.from_predictions(correct, np.full(400, 0.5), n_draws=20).plot()
    assert line(display.panels_["reliability"], "found").tolist() == [[0.5, correct.mean()]]
    risk = line(display.panels_["risk"], "found")
    assert risk[:, 0].tolist() == [0, 1]
    assert risk[:, 1] == pytest.approx([1 - correct.mean()] * 2)


def test_bins_without_queries_have_no_point():
    correct, confidence = [True, True, False, False], [0.1, 0.2, 0.9, 0.9]
    display = ReliabilityDisplay.from_predictions(
        correct, confidence, n_bins=3, strategy="uniform", n_draws=50
    )
    points = line(display.plot().panels_["reliability"], "found")
    np.testing.assert_allclose(points, [[0.15, 1], [0.9, 0]])


def test_options_reach_both_measures():
    correct, confidence = drawn()
    copies = np.repeat(np.arange(400), 3)
    options = {"clusters": copies, "n_draws": 100, "random_state": 3}
    display = ReliabilityDisplay.from_predictions(
        correct[copies], confidence[copies], n_bins=5, **options
    )
    curve = risk_coverage(correct[copies], confidence[copies], **options)
    assert display.curve.interval.tolist() == curve.interval.tolist()
    assert len(display.calibration.bin_count) == 5


class Sure:
    """Takes 0 for the truth of every query, with .8."""

    classes_ = np.arange(3)

    def probabilities(self, patterns, k=10, elements=None):
        n = len(patterns)
        return np.tile([0.8, 0.1, 0.0, 0.1], (n, 1)), np.tile([0, 1, 2], (n, 1))


def test_a_retriever_is_asked():
    display = ReliabilityDisplay.from_estimator(
        Sure(), [None] * 4, [0, 0, 1, UNKNOWN], n_bins=1, n_draws=20
    )
    assert display.calibration.bin_accuracy.tolist() == [0.5]
    assert display.confidence == pytest.approx([0.8] * 4)
    assert display.curve.chance == 0.5


def test_words_and_panels_do_not_overlap(display):
    display.plot()
    display.figure_.canvas.draw()
    boxes = [panel.get_tightbbox() for panel in display.panels_.values()]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    whole = display.figure_.bbox
    assert all(whole.contains(*box.min) and whole.contains(*box.max) for box in boxes)


def test_draws_into_given_axes(display):
    figure, axes = plt.subplots(1, 2)
    assert display.plot(axes[1]) is display
    assert display.ax_ is axes[1]
    assert display.figure_ is figure
    assert [*axes[1].child_axes] == [*display.panels_.values()]


def test_saves_a_picture_and_opens_no_window(display, tmp_path):
    before = plt.get_fignums()
    assert display.save(tmp_path / "sure.png", title="60 layers", dpi=50) is display
    assert plt.get_fignums() == before
    height, width, _ = plt.imread(tmp_path / "sure.png").shape
    assert (width, height) == (500, 250)
    assert display.ax_.get_title() == "60 layers"


def test_what_cannot_be_drawn():
    with pytest.raises(ValueError, match="confidence lies between 0 and 1, got 82"):
        ReliabilityDisplay.from_predictions([True], [82])


@pytest.mark.usefixtures("no_matplotlib")
def test_missing_matplotlib_is_said(display):
    with pytest.raises(ImportError, match=r"not installed; pip install xrdmatch\[plot\]"):
        display.plot()
