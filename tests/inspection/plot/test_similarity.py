"""Similarities as an image: right numbers, right marks, readable names."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from sklearn.pipeline import make_pipeline

from xrdmatch import CrystalTokenizer, DiffractionSimulator
from xrdmatch.inspection import SimilarityDisplay
from xrdmatch.retrieval import load_pretrained

SINGLE = 1e-5  # embeddings are computed in single precision


@pytest.fixture(scope="module")
def retriever():
    return load_pretrained("monolayers")


@pytest.fixture
def display(retriever, layers, patterns):
    return SimilarityDisplay.from_estimator(retriever, layers, patterns)


def named(similarity):
    return SimilarityDisplay(similarity, [f"s{i}" for i in range(len(similarity))])


def test_entries_are_cosines_of_the_embeddings(display, retriever, layers, patterns):
    for i, j in [(0, 0), (3, 5), (5, 3)]:
        cosine = (
            retriever.encode_structures([layers[i]]) @ retriever.encode_patterns([patterns[j]]).T
        )
        assert display.similarity[i, j] == pytest.approx(cosine.item(), abs=SINGLE)
    assert display.similarity.shape == (12, 12)


def test_image_shows_the_matrix_with_rows_downwards(display):
    display.plot()
    np.testing.assert_array_equal(display.image_.get_array(), display.similarity)
    assert display.image_.get_clim()[1] == 1.0
    assert display.ax_.get_ylim() == (11.5, -0.5)
    assert [text.get_text() for text in display.ax_.get_yticklabels()][:2] == [
        "graphene",
        "silicene",
    ]


def test_colour_bar_says_what_it_means(display):
    (bar,) = [ax for ax in display.plot().figure_.axes if ax is not display.ax_]
    assert bar.get_ylabel() == "cosine similarity of the embeddings"


def test_title_counts_what_is_right_and_marks_show_it():
    display = named(np.array([[0.9, 0.1, 0.2], [0.3, 0.2, 0.1], [0.1, 0.5, 0.8]])).plot()
    assert display.ax_.get_title() == "2 of 3 patterns nearest to their own structure (67 %)"
    assert display.marks_["right"].get_offsets().tolist() == [[0, 0], [2, 2]]
    assert display.marks_["wrong"].get_offsets().tolist() == [[1, 2]]


@pytest.mark.parametrize(("n", "shown"), [(30, 30), (31, 16), (100, 25)])
def test_names_are_thinned(n, shown):
    ticks = named(np.eye(n)).plot().ax_.get_xticklabels()
    assert len(ticks) == shown
    assert ticks[1].get_text() == f"s{-(-n // 30)}"


def test_names_do_not_overlap():
    display = SimilarityDisplay(np.eye(30), ["a rather long name of a layer"] * 30).plot()
    display.figure_.canvas.draw()
    boxes = [text.get_window_extent() for text in display.ax_.get_yticklabels()]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert display.ax_.get_yticklabels()[0].get_text() == "a rather long nam…"


def test_sorting_moves_rows_and_columns_together(display, retriever, layers, patterns):
    by_name = SimilarityDisplay.from_estimator(retriever, layers, patterns, sort="name")
    assert by_name.labels == sorted(display.labels)
    order = [display.labels.index(name) for name in by_name.labels]
    np.testing.assert_allclose(
        by_name.similarity, display.similarity[np.ix_(order, order)], atol=SINGLE
    )


def test_lattices_are_sorted_by_net_and_area(retriever):
    cells = {
        "large square": Lattice.tetragonal(5, 20),
        "oblique": Lattice([[3, 0, 0], [0.6, 3, 0], [0, 0, 20]]),
        "small square": Lattice.tetragonal(3, 20),
        "hexagonal": Lattice.hexagonal(6, 20),
        "hexagonal, 60°": Lattice([[3, 0, 0], [1.5, 1.5 * np.sqrt(3), 0], [0, 0, 20]]),
    }
    layers = [Structure(cell, ["Fe"], [[0, 0, 0.5]]) for cell in cells.values()]
    patterns = DiffractionSimulator().transform(layers)
    display = SimilarityDisplay.from_estimator(
        retriever, layers, patterns, labels=list(cells), sort="lattice"
    )
    assert display.labels == [
        "hexagonal, 60°",
        "hexagonal",
        "oblique",
        "small square",
        "large square",
    ]


def test_pipelines_and_tokens(display, retriever, layers, patterns):
    tokenizer = CrystalTokenizer(vacuum=40.0).fit()
    piped = make_pipeline(tokenizer, retriever)
    for estimator, structures in [(piped, layers), (retriever, tokenizer.transform(layers))]:
        other = SimilarityDisplay.from_estimator(estimator, structures, patterns)
        np.testing.assert_allclose(other.similarity, display.similarity, atol=SINGLE)
    assert other.labels[:2] == ["0", "1"]  # tokens have no names


def test_draws_into_given_axes_with_given_colours(display):
    figure, axes = plt.subplots(1, 2)
    assert display.plot(axes[1], vmin=-0.5) is display
    assert display.ax_ is axes[1]
    assert display.figure_ is figure
    assert display.image_.get_clim() == (-0.5, 1.0)


def test_lengths_must_agree(retriever, layers, patterns):
    with pytest.raises(ValueError, match="got 12 structures, 11 patterns and 12 labels"):
        SimilarityDisplay.from_estimator(retriever, layers, patterns[1:])
    with pytest.raises(ValueError, match="12 patterns and 1 labels; pass as many"):
        SimilarityDisplay.from_estimator(retriever, layers, patterns, labels=["one"])


def test_unknown_order(retriever, layers, patterns):
    with pytest.raises(ValueError, match="'lattice', 'name' or None, got 'mass'"):
        SimilarityDisplay.from_estimator(retriever, layers, patterns, sort="mass")


def test_retrievers_without_embeddings(matcher, layers, patterns):
    with pytest.raises(TypeError, match="a search or a wrapper, got PatternMatcher; load_pre"):
        SimilarityDisplay.from_estimator(matcher, layers, patterns)


@pytest.mark.usefixtures("no_matplotlib")
def test_missing_matplotlib_is_said():
    with pytest.raises(ImportError, match=r"not installed; pip install xrdmatch\[plot\]"):
        named(np.eye(3)).plot()
