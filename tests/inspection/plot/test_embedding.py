"""The map of the embeddings: groups, links, legend."""

from copy import copy

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from pymatgen.core import Lattice, Structure
from sklearn.exceptions import NotFittedError
from sklearn.pipeline import make_pipeline
from sklearn.utils import Bunch

from xrdmatch import CrystalTokenizer
from xrdmatch.inspection import EmbeddingDisplay
from xrdmatch.inspection._crystal_systems import crystal_systems
from xrdmatch.retrieval import load_pretrained

SINGLE = 1e-5  # embeddings are computed in single precision


@pytest.fixture(scope="module")
def retriever():
    return load_pretrained("monolayers")


@pytest.fixture
def display(retriever, layers, patterns):
    return EmbeddingDisplay.from_estimator(retriever, layers, patterns, method="pca")


def made_of(groups, name=""):
    positions = np.random.RandomState(0).randn(len(groups), 2)
    return EmbeddingDisplay(Bunch(positions=positions, axes=("x", "y")), groups, name)


def test_crystal_systems_of_well_known_crystals():
    iron = Structure.from_prototype("bcc", ["Fe"], a=2.87)
    layers = [
        iron,
        Structure(Lattice.tetragonal(3, 20), ["Fe"], [[0, 0, 0]]),
        Structure(Lattice.orthorhombic(3, 4, 20), ["Fe"], [[0, 0, 0]]),
        Structure(Lattice.monoclinic(3, 20, 4, 100), ["Fe"], [[0, 0, 0]]),
    ]
    assert crystal_systems(layers) == ["cubic", "tetragonal", "orthorhombic", "monoclinic"]


def test_atoms_on_top_of_each_other_have_no_system():
    on_top = Structure(
        Lattice.cubic(3), ["H", "H"], [[0, 0, 0], [0, 0, 0.001]], validate_proximity=False
    )
    assert crystal_systems([on_top]) == ["?"]


def test_tokens_have_the_systems_of_their_structures(layers):
    tokens = CrystalTokenizer(vacuum=20.0).transform(layers)
    assert crystal_systems(tokens) == crystal_systems(layers)


def test_every_structure_is_in_the_points_of_its_system(display, layers):
    display.plot()
    counts = {name: len(points.get_offsets()) for name, points in display.points_.items()}
    assert counts == {"trigonal": 7, "hexagonal": 5}
    hexagonal = [i for i, name in enumerate(display.groups) if name == "hexagonal"]
    names = {layers[i].properties["name"] for i in hexagonal}
    assert {"graphene", "h-BN"} <= names
    np.testing.assert_array_equal(
        display.points_["hexagonal"].get_offsets(), display.projection.positions[hexagonal]
    )


def test_links_join_structures_and_their_patterns(display):
    ends = np.array(display.plot().links_.get_segments())
    np.testing.assert_array_equal(ends[:, 0], display.projection.positions[:12])
    np.testing.assert_array_equal(ends[:, 1], display.projection.positions[12:])


def test_no_patterns_no_links(retriever, layers):
    display = EmbeddingDisplay.from_estimator(retriever, layers, method="pca").plot()
    assert display.links_ is None
    assert len(display.projection.positions) == 12


def test_legend_beside_the_map_counts(display):
    display.plot().figure_.canvas.draw()
    legend = display.ax_.get_legend()
    texts = [text.get_text() for text in legend.get_texts()]
    assert texts == ["trigonal (7)", "hexagonal (5)", "patterns"]
    assert legend.get_title().get_text() == "crystal system"
    assert not legend.get_window_extent().overlaps(display.ax_.get_window_extent())
    assert legend.get_window_extent().x1 <= display.figure_.bbox.x1


def test_axes_say_what_they_are(display, retriever, layers):
    assert display.plot().ax_.get_xlabel().startswith("component 1 (")
    assert len(display.ax_.get_xticks())
    by_tsne = EmbeddingDisplay.from_estimator(retriever, layers).plot()
    assert by_tsne.ax_.get_xlabel() == "t-SNE 1 (perplexity 4)"
    assert not len(by_tsne.ax_.get_xticks())


def test_the_gallery_is_shown_where_no_structures_are_given(display, retriever, layers):
    searching = copy(retriever).set_gallery(layers)
    tokens = CrystalTokenizer(vacuum=40.0).fit()
    piped = make_pipeline(tokens, copy(retriever).set_gallery(tokens.transform(layers)))
    given = EmbeddingDisplay.from_estimator(retriever, layers, method="pca")
    for estimator in (searching, piped):
        other = EmbeddingDisplay.from_estimator(estimator, method="pca")
        np.testing.assert_allclose(
            np.abs(other.projection.positions), np.abs(given.projection.positions), atol=SINGLE
        )
        assert other.groups == given.groups


def test_a_system_looks_the_same_in_every_figure():
    colours = [
        to_hex(made_of(groups).plot().points_["hexagonal"].get_facecolor()[0])
        for groups in (["hexagonal"], ["cubic", "hexagonal", "?"])
    ]
    assert colours[0] == colours[1]


def test_own_groups_and_the_rarest_as_others(retriever, layers):
    names = ["a", "a", "b", "b", "c", "c", "d", "d", "e", "f", "g", "h"]
    eight = EmbeddingDisplay.from_estimator(retriever, layers, method="pca", colour=names)
    assert eight.groups == names
    names[1] = "i"
    nine = EmbeddingDisplay.from_estimator(retriever, layers, method="pca", colour=names).plot()
    assert len(nine.points_) == 8
    assert list(nine.points_)[-1] == "other"
    looks = {to_hex(points.get_facecolor()[0]) for points in nine.points_.values()}
    assert len(looks) == 8


def test_draws_into_given_axes(display):
    figure, axes = plt.subplots(1, 2)
    assert display.plot(axes[1]) is display
    assert display.ax_ is axes[1]
    assert display.figure_ is figure


def test_lengths_must_agree(retriever, layers, patterns):
    with pytest.raises(ValueError, match=r"Row i of patterns .* got 11 for 12 structures"):
        EmbeddingDisplay.from_estimator(retriever, layers, patterns[1:])
    with pytest.raises(ValueError, match=r"Row i of colour .* got 2 for 12 structures"):
        EmbeddingDisplay.from_estimator(retriever, layers, colour=["a", "b"])


def test_unknown_colour(retriever, layers):
    with pytest.raises(ValueError, match="a name for each structure, got 'mass'"):
        EmbeddingDisplay.from_estimator(retriever, layers, colour="mass")


def test_no_gallery_to_show(retriever):
    with pytest.raises(NotFittedError, match="no gallery to show; pass structures"):
        EmbeddingDisplay.from_estimator(retriever)


def test_retrievers_without_embeddings(matcher):
    with pytest.raises(TypeError, match="a search or a wrapper, got PatternMatcher"):
        EmbeddingDisplay.from_estimator(matcher)


@pytest.mark.usefixtures("no_matplotlib")
def test_missing_matplotlib_is_said():
    with pytest.raises(ImportError, match=r"not installed; pip install xrdmatch\[plot\]"):
        made_of(["a", "b"]).plot()
