"""Losses and learning rate of each epoch."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from xrdmatch import ContrastiveStructureRetriever, CrystalTokenizer
from xrdmatch.inspection import TrainingHistoryDisplay
from xrdmatch.retrieval import load_pretrained

ROWS = [
    {"epoch": 1, "train_loss": 4.0, "valid_loss": 4.2, "batches": [{"event_lr": 0.1}]},
    {"epoch": 2, "train_loss": 1.0, "valid_loss": 1.5, "batches": [{"event_lr": 0.3}, {}]},
    {"epoch": 3, "train_loss": 0.5, "valid_loss": 1.8, "event_lr": 0.2},
]


@pytest.fixture(scope="module")
def retriever(layers, patterns):
    settings = {"n_layers": 1, "n_heads": 2, "embedding_dim": 16, "validation_fraction": 0.3}
    return ContrastiveStructureRetriever(**settings, max_epochs=3, random_state=0).fit(
        layers, patterns
    )


def drawn(display):
    return {name: line.get_xydata().tolist() for name, line in display.plot().lines_.items()}


def test_draws_losses_and_learning_rate_of_each_epoch():
    assert drawn(TrainingHistoryDisplay.from_history(ROWS)) == {
        "train": [[1, 4.0], [2, 1.0], [3, 0.5]],
        "valid": [[1, 4.2], [2, 1.5], [3, 1.8]],
        "lr": [[1, 0.1], [2, 0.3], [3, 0.2]],
    }


def test_a_fitted_retriever_and_a_pipeline(retriever):
    display = TrainingHistoryDisplay.from_estimator(retriever)
    losses = drawn(display)
    np.testing.assert_array_equal(
        np.array(losses["train"])[:, 1], retriever.net_.history[:, "train_loss"]
    )
    assert set(losses) == {"train", "valid", "lr"}
    assert display.best_epoch == 1 + np.argmin(retriever.net_.history[:, "valid_loss"])
    assert (display.lr > 0).all()
    piped = make_pipeline(CrystalTokenizer(), retriever)
    assert drawn(TrainingHistoryDisplay.from_estimator(piped)) == losses


def test_best_epoch_is_marked_and_said():
    display = TrainingHistoryDisplay.from_history(ROWS).plot()
    assert display.best_epoch == 2
    texts = [text.get_text() for text in display.ax_.get_legend().get_texts()]
    assert texts == ["training", "validation", "best epoch: 2 (1.5)", "learning rate"]
    (mark,) = [line for line in display.ax_.lines if line.get_label().startswith("best")]
    assert set(mark.get_xdata()) == {2}


def test_training_alone_has_no_best_epoch():
    rows = [{"train_loss": row["train_loss"]} for row in ROWS]
    display = TrainingHistoryDisplay.from_history(rows).plot()
    assert display.best_epoch is None
    assert display.lr_ax_ is None
    assert list(display.lines_) == ["train"]
    assert display.epoch.tolist() == [1, 2, 3]  # counted where history does not


@pytest.mark.parametrize(("last", "scale"), [(0.5, "linear"), (0.3, "log"), (-1.0, "linear")])
def test_axis_is_logarithmic_where_losses_fall_far_and_stay_positive(last, scale):
    rows = [{"train_loss": value} for value in (4.0, last)]
    assert TrainingHistoryDisplay.from_history(rows).plot().ax_.get_yscale() == scale


@pytest.mark.parametrize("n_epochs", [2, 5, 20])
def test_epochs_are_whole(n_epochs):
    rows = [{"train_loss": 1.0 + i} for i in range(n_epochs)]
    ticks = TrainingHistoryDisplay.from_history(rows).plot().ax_.get_xticks()
    np.testing.assert_array_equal(ticks, np.round(ticks))


def test_legend_hides_no_line():
    display = TrainingHistoryDisplay.from_history(ROWS).plot()
    display.figure_.canvas.draw()
    legend = display.ax_.get_legend().get_window_extent()
    assert legend.y0 >= display.ax_.get_window_extent().y1
    assert legend.x0 >= 0
    assert legend.x1 <= display.figure_.bbox.x1


def test_draws_into_given_axes():
    figure, axes = plt.subplots(1, 2)
    display = TrainingHistoryDisplay.from_history(ROWS)
    assert display.plot(axes[1]) is display
    assert display.ax_ is axes[1]
    assert display.figure_ is figure


def test_loaded_and_unfitted_retrievers_have_no_history(matcher):
    for retriever in (
        load_pretrained("monolayers"),
        ContrastiveStructureRetriever(),
    ):
        with pytest.raises(ValueError, match=r"got a Contrastive.* without one; fit it"):
            TrainingHistoryDisplay.from_estimator(retriever)
    with pytest.raises(ValueError, match="got a PatternMatcher without one"):
        TrainingHistoryDisplay.from_estimator(matcher)


@pytest.mark.parametrize("rows", [[], [{"epoch": 1, "dur": 3.0}]])
def test_a_history_without_losses(rows):
    with pytest.raises(ValueError, match=f"valid_loss, got {len(rows)} epochs with none"):
        TrainingHistoryDisplay.from_history(rows)


@pytest.mark.usefixtures("no_matplotlib")
def test_missing_matplotlib_is_said():
    with pytest.raises(ImportError, match=r"not installed; pip install xrdmatch\[plot\]"):
        TrainingHistoryDisplay.from_history(ROWS).plot()
