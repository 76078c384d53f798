"""A structure from above and from the side."""

import itertools

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_rgb
from pymatgen.core import Element, Lattice, Structure
from scipy.spatial.distance import cdist

from xrdmatch.datasets import load_monolayers
from xrdmatch.inspection import StructureDisplay
from xrdmatch.inspection._plot.structure import DISC

MO_RADIUS = 1.54  # [Å]
NEAR = 1e-6  # [Å] rounding of the discs' outlines


@pytest.fixture(scope="module")
def by_name():
    return {layer.properties["name"]: layer for layer in load_monolayers()}


@pytest.fixture
def display(by_name):
    return StructureDisplay.from_structure(by_name["MoS2-2H"], n_cells=(2, 2))


def collection(ax, label):
    (found,) = [drawn for drawn in ax.collections if drawn.get_label() == label]
    return found


def middles(discs):
    boxes = [path.get_extents() for path in discs.get_paths()]
    return np.array([[(box.x0 + box.x1) / 2, (box.y0 + box.y1) / 2] for box in boxes])


def test_discs_lie_where_the_atoms_are_in_both_views(display):
    display.plot()
    for discs, columns in zip(display.discs_, ([0, 1], [0, 2]), strict=True):
        distances = cdist(middles(discs), display.atoms.positions[:, columns])
        assert distances.min(0).max() < NEAR
        assert distances.min(1).max() < NEAR


def test_discs_are_sized_and_coloured_by_element(display):
    plan, _ = display.plot().discs_
    widths = np.array([path.get_extents().width for path in plan.get_paths()])
    assert widths.max() == pytest.approx(2 * DISC * MO_RADIUS, rel=1e-3)
    largest = np.isclose(widths, widths.max())
    assert largest.sum() == (display.atoms.numbers == 42).sum()
    np.testing.assert_allclose(plan.get_facecolor()[largest, :3] * 255, [[84, 181, 181]] * 4)


def test_what_is_in_front_is_drawn_last(by_name):
    display = StructureDisplay.from_structure(by_name["WTe2-1T'"]).plot()
    for view, depth in (("plan", 2), ("side", 1)):
        order, _ = display._seen(view)
        along = display.atoms.positions[order, depth].round(3)
        steps = np.diff(along) if view == "plan" else -np.diff(along)
        assert (steps >= 0).all()


def test_axes_have_units_one_scale_and_room_for_all(display):
    display.plot().figure_.canvas.draw()
    plan, side = display.ax_
    assert (plan.get_xlabel(), plan.get_ylabel()) == ("x [Å]", "y [Å]")
    assert (side.get_xlabel(), side.get_ylabel()) == ("x [Å]", "z [Å]")
    assert plan.get_xlim() == side.get_xlim()
    assert plan.get_aspect() == side.get_aspect() == 1.0
    for ax, discs in zip(display.ax_, display.discs_, strict=True):
        boxes = [path.get_extents() for path in discs.get_paths()]
        (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
        assert all(left <= box.x0 and box.x1 <= right for box in boxes)
        assert all(bottom <= box.y0 and box.y1 <= top for box in boxes)


def test_title_and_legend(display):
    plan = display.plot().ax_[0]
    assert plan.get_title() == "MoS2-2H"
    legend = plan.get_legend()
    assert [text.get_text() for text in legend.get_texts()] == ["S", "Mo"]
    colours = [to_rgb(handle.get_color()) for handle in legend.legend_handles]
    assert colours[0] == pytest.approx((1, 1, 48 / 255))
    display.figure_.canvas.draw()
    assert not legend.get_window_extent().overlaps(plan.get_window_extent())
    assert legend.get_window_extent().x1 <= display.figure_.bbox.x1


def test_nameless_structures_are_called_by_formula():
    iron = Structure.from_prototype("bcc", ["Fe"], a=2.87)
    assert StructureDisplay.from_structure(iron).title == "Fe"


def test_cell_is_outlined_in_the_plan_and_for_crystals_in_both(display):
    plan, side = display.plot().ax_
    corners = np.array(collection(plan, "cell").get_segments()).reshape(-1, 2)
    a = display.atoms.lattice[0, 0]
    corner = np.round([-a / 2, a * np.sqrt(3) / 2], 6)
    assert len(collection(plan, "cell").get_segments()) == 4
    assert any(np.allclose(corner, found, atol=1e-5) for found in corners)
    assert not [drawn for drawn in side.collections if drawn.get_label() == "cell"]
    cube = Structure(Lattice.cubic(4), ["Po"], [[0, 0, 0]])
    for ax in StructureDisplay.from_structure(cube).plot().ax_:
        assert len(collection(ax, "cell").get_segments()) == 4  # twelve edges, most behind others


def test_bonds_join_the_middles_of_discs(display):
    plan, _ = display.plot().ax_
    ends = np.array(collection(plan, "bonds").get_segments())
    wanted = display.atoms.positions[display.atoms.bonds][..., :2]
    np.testing.assert_array_equal(ends, wanted)


@pytest.mark.parametrize("name", ["MoS2-2H", "NiPS3", "WTe2-1T'"])
def test_symbols_name_what_is_in_front_and_do_not_overlap(name, by_name):
    display = StructureDisplay.from_structure(by_name[name]).plot()
    display.figure_.canvas.draw()
    for ax, view in zip(display.ax_, ("plan", "side"), strict=True):
        order, seen = display._seen(view)
        assert len(ax.texts)
        for text in ax.texts:
            at = np.linalg.norm(seen[:, :2] - text.get_position(), axis=1)
            front = np.flatnonzero(at < 0.2)[-1]
            number = display.atoms.numbers[order[front]]
            assert text.get_text() == Element.from_Z(int(number)).symbol
        boxes = [text.get_window_extent() for text in ax.texts]
        assert not any(a.overlaps(b) for a, b in itertools.combinations(boxes, 2))


def test_draws_views_into_given_axes(display):
    figure, axes = plt.subplots(1, 2)
    assert display.plot(axes) is display
    assert display.ax_.tolist() == axes.tolist()
    assert display.figure_ is figure
    ax = plt.figure().add_subplot()
    assert display.plot(ax, views="side").ax_.tolist() == [ax]
    assert ax.get_ylabel() == "z [Å]"
    assert len(display.discs_) == 1


@pytest.mark.parametrize("n_sites", [1, 43])
def test_layers_of_any_size_have_a_figure(n_sites):
    rng = np.random.RandomState(0)
    sites = np.column_stack([rng.rand(n_sites, 2), 0.45 + 0.1 * rng.rand(n_sites)])
    layer = Structure(Lattice.orthorhombic(2.5, 14, 30), ["Si"] * n_sites, sites)
    display = StructureDisplay.from_structure(layer).plot()
    display.figure_.canvas.draw()
    boxes = [ax.get_tightbbox() for ax in display.ax_]
    assert not boxes[0].overlaps(boxes[1])
    assert all(box.height > 20 for box in boxes)


def test_number_of_axes_must_fit(display):
    with pytest.raises(ValueError, match="draws 2 views and needs as many axes, got 1"):
        display.plot(plt.figure().add_subplot())


@pytest.mark.parametrize("views", ["top", [], ("plan", "front")])
def test_unknown_views(views, display):
    with pytest.raises(ValueError, match="some of 'plan', 'side', got"):
        display.plot(views=views)


def test_what_is_no_structure():
    with pytest.raises(TypeError, match="must be pymatgen Structures, got int"):
        StructureDisplay.from_structure(3)


@pytest.mark.usefixtures("no_matplotlib")
def test_missing_matplotlib_is_said(display):
    with pytest.raises(ImportError, match=r"not installed; pip install xrdmatch\[plot\]"):
        display.plot()
