"""Pictures of attention: panels, names, bars, atoms and spots."""

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import ContrastiveStructureRetriever, CrystalTokenizer, DiffractionSimulator
from xrdmatch.inspection import AttentionDisplay, attention_maps, received_attention


@pytest.fixture(scope="module")
def pattern(layers):
    return DiffractionSimulator(hk_max=2).transform(layers[3:4])[0]


@pytest.fixture
def crystal_display(retrievers, boron_nitride):
    return AttentionDisplay.from_estimator(retrievers["sequence"], boron_nitride)


@pytest.fixture
def spot_display(retrievers, pattern):
    return AttentionDisplay.from_estimator(retrievers["structure_factor"], pattern)


def names_along(axis):
    return [text.get_text() for text in axis.get_ticklabels()]


def test_a_map_for_each_layer_and_head(crystal_display):
    assert crystal_display.plot() is crystal_display
    assert crystal_display.ax_.shape == (2, 2)
    for (layer, head), ax in np.ndenumerate(crystal_display.ax_):
        assert ax.get_title() == f"layer {layer + 1}, head {head + 1}"
        (image,) = ax.images
        np.testing.assert_array_equal(image.get_array(), crystal_display.attention[layer, head])
        assert ax.figure is crystal_display.figure_


def test_maps_share_one_scale_of_colours(crystal_display):
    images = [ax.images[0] for ax in crystal_display.plot().ax_.ravel()]
    assert len({image.get_clim() for image in images}) == 1


def test_names_of_tokens_on_the_outer_edge(crystal_display):
    axes = crystal_display.plot().ax_
    crystal_display.figure_.draw_without_rendering()
    expected = ["start", "a", "b", "c", r"$\alpha$", r"$\beta$", r"$\gamma$"]
    expected += ["x1", "y1", "z1", "B1", "x2", "y2", "z2", "N2", "end"]
    assert names_along(axes[0, 0].yaxis) == expected
    assert [ax.xaxis.get_tick_params()["labelbottom"] for ax in axes[:, 0]] == [False, True]
    assert [ax.yaxis.get_tick_params()["labelleft"] for ax in axes[0]] == [True, False]


def test_names_are_thinned_where_they_would_overlap(retrievers, layers):
    long = max(layers, key=len).make_supercell([2, 2, 1], in_place=False)
    ax = AttentionDisplay.from_estimator(retrievers["sequence"], long).plot().ax_[0, 0]
    ax.figure.draw_without_rendering()
    boxes = [text.get_window_extent() for text in ax.yaxis.get_ticklabels()]
    assert 3 < len(boxes) < 8 + 4 * len(long)
    assert not any(a.overlaps(b) for a, b in pairwise(boxes))


def test_maps_of_spots_are_sorted_by_length(spot_display):
    ax = spot_display.plot().ax_[1, 0]
    order = np.argsort(np.linalg.norm(spot_display.q, axis=1).round(6), kind="stable")
    expected = spot_display.attention[1, 0][np.ix_(order, order)]
    np.testing.assert_array_equal(ax.images[0].get_array(), expected)
    lengths = [float(name) for name in names_along(spot_display.ax_[0, 0].yaxis)]
    assert lengths == sorted(lengths)


def test_bars_of_the_marks(crystal_display):
    ax = crystal_display.plot(kind="read_out").ax_
    heights = [[bar.get_height() for bar in bars] for bars in ax.containers]
    for row, found in zip(crystal_display.read_out, heights, strict=True):
        expected = received_attention(crystal_display.attention, [row])
        np.testing.assert_allclose(found, expected, atol=1e-6)
    legend = [text.get_text() for text in ax.get_legend().get_texts()]
    assert legend == ["start mark", "end mark"]


def test_bars_of_a_mean_over_spots(spot_display):
    ax = spot_display.plot(kind="read_out", reduction="last").ax_
    (bars,) = ax.containers
    assert sum(bar.get_height() for bar in bars) == pytest.approx(1, abs=1e-4)
    assert ax.get_legend().get_texts()[0].get_text() == "mean over all spots"


def test_atoms_in_the_plan_are_coloured_by_their_four_numbers(crystal_display):
    (atoms,) = crystal_display.plot(kind="plan").ax_.collections
    share = received_attention(crystal_display.attention, crystal_display.read_out)
    expected = [share[7:11].mean() * len(share), share[11:15].mean() * len(share)]
    np.testing.assert_allclose(sorted(set(atoms.get_array())), sorted(expected), atol=1e-6)
    assert len(atoms.get_paths()) == 2 * 4  # two atoms in each of two by two cells
    centres = np.array([p.get_extents().get_points().mean(0) for p in atoms.get_paths()])
    cell = crystal_display.structure.lattice.matrix[:2, :2]
    np.testing.assert_allclose(centres[4] - centres[0], cell[0], atol=1e-6)


def test_atoms_above_each_other_share_a_disc(retrievers):
    places = [[1 / 3, 2 / 3, 0.5], [2 / 3, 1 / 3, 0.58], [2 / 3, 1 / 3, 0.42]]
    layer = Structure(Lattice.hexagonal(3.18, 20.0), ["Mo", "S", "S"], places)
    ax = AttentionDisplay.from_estimator(retrievers["sequence"], layer).plot(kind="plan").ax_
    widths = sorted({round(p.get_extents().width, 3) for p in ax.collections[0].get_paths()})
    assert len(ax.collections[0].get_paths()) == 3 * 4
    assert {"S1\nS2", "Mo3"} == {text.get_text() for text in ax.texts}
    assert len(widths) == 2  # half discs of sulfur and whole ones of molybdenum


def test_spots_and_their_mates_have_one_colour(spot_display):
    (spots,) = spot_display.plot(kind="spots").ax_.collections
    share = received_attention(spot_display.attention, spot_display.read_out)
    np.testing.assert_allclose(spots.get_array(), np.tile(share * len(share), 2), atol=1e-6)
    centres = np.array([p.get_extents().get_points().mean(0) for p in spots.get_paths()])
    np.testing.assert_allclose(centres, np.vstack([spot_display.q, -spot_display.q]), atol=1e-6)


def test_an_end_mark_is_no_spot(retrievers, pattern):
    display = AttentionDisplay.from_estimator(retrievers["sequence"], pattern)
    (spots,) = display.plot(kind="spots").ax_.collections
    assert len(spots.get_paths()) == 2 * (len(display.tokens) - 1)
    assert names_along(display.plot(kind="read_out").ax_.xaxis)[-1] == "end"


@pytest.mark.parametrize("kind", ["read_out", "plan"])
def test_draws_into_given_axes(crystal_display, kind):
    ax = plt.figure().add_subplot()
    assert crystal_display.plot(ax, kind=kind).ax_ is ax
    assert crystal_display.figure_ is ax.figure


def test_draws_maps_into_given_axes(crystal_display):
    figure, axes = plt.subplots(2, 2)
    assert crystal_display.plot(axes).figure_ is figure
    with pytest.raises(ValueError, match="2 layers and 2 heads needs 4 axes, got 1; pass that"):
        crystal_display.plot(plt.figure().add_subplot())


def test_one_item_of_many(retrievers, layers):
    maps = attention_maps(retrievers["sequence"], layers)
    display = AttentionDisplay.from_maps(maps, item=5)
    assert display.tokens == maps.tokens[5]
    row = CrystalTokenizer(vacuum=40.0).transform(layers[5:6])[0]
    assert AttentionDisplay.from_estimator(retrievers["sequence"], row).tokens == display.tokens


def test_what_cannot_be_drawn_is_said(crystal_display, spot_display):
    with pytest.raises(ValueError, match="one of 'heads', 'read_out', 'plan', 'spots', got 'pie'"):
        crystal_display.plot(kind="pie")
    with pytest.raises(ValueError, match=r"'start', 'a' \.\.\.; use kind=\"plan\""):
        crystal_display.plot(kind="spots")
    with pytest.raises(ValueError, match=r"'sequence' towers read, got .*; use kind=\"spots\""):
        spot_display.plot(kind="plan")


@pytest.mark.usefixtures("no_matplotlib")
@pytest.mark.parametrize("kind", ["heads", "read_out", "plan"])
def test_missing_matplotlib_is_said(crystal_display, kind):
    with pytest.raises(ImportError, match=r"not installed; pip install xrdmatch\[plot\]"):
        crystal_display.plot(kind=kind)


def test_peaks_of_powders_are_drawn_as_maps_and_bars():
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    salts = [
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), ["Na", "Cl"], sites) for a in (5, 6, 7)
    ]
    simulator = DiffractionSimulator("powder", "CuKa")
    retriever = ContrastiveStructureRetriever(
        n_layers=1, n_heads=2, embedding_dim=16, max_epochs=1, simulator=simulator
    ).fit(salts)
    display = AttentionDisplay.from_estimator(retriever, simulator.transform(salts)[0])
    assert display.plot().ax_.shape == (1, 2)
    ax = display.plot(kind="read_out").ax_
    assert ax.get_xlabel() == r"$|q|$ of the peak [1/Å]"
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["mean over all peaks"]
    for kind in ("spots", "plan"):
        with pytest.raises(ValueError, match=rf'kind="{kind}" shows .*; use kind="read_out"'):
            display.plot(kind=kind)
