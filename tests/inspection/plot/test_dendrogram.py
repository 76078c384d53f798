"""A tree as a picture: branches, colours, names, brackets."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

from xrdmatch import PointGroupClustering
from xrdmatch.crystallography import POINT_GROUPS, crystal_system
from xrdmatch.inspection import DendrogramDisplay
from xrdmatch.inspection._plot.dendrogram import COLOURS, TRUNK
from xrdmatch.inspection._plot.hermann_mauguin import symbol_text


@pytest.fixture(scope="module")
def all_groups():
    return PointGroupClustering().fit(list(POINT_GROUPS))


def names(display):
    return [name.get_text() for name in display.ax_.get_yticklabels()]


def test_every_group_is_a_leaf_and_every_step_a_branch(all_groups):
    display = DendrogramDisplay.from_estimator(all_groups)
    assert display.plot() is display
    assert sorted(names(display)) == sorted(map(symbol_text, POINT_GROUPS))
    assert len(display.branches_.get_paths()) == 31
    assert display.ax_.figure is display.figure_


def test_all_32_are_the_default(all_groups):
    ours, default = (
        DendrogramDisplay.from_estimator(all_groups),
        DendrogramDisplay.from_point_groups(),
    )
    np.testing.assert_array_equal(ours.tree, default.tree)
    assert ours.labels == default.labels


def test_nothing_overlaps_within_800_pixels(all_groups):
    display = DendrogramDisplay.from_estimator(all_groups).plot()
    figure, ax = display.figure_, display.ax_
    figure.canvas.draw()
    assert figure.bbox.width == 800
    texts = [*ax.get_yticklabels(), *ax.texts, *ax.get_legend().get_texts()]
    boxes = [text.get_window_extent() for text in texts]
    assert not any(a.overlaps(b) for i, a in enumerate(boxes) for b in boxes[:i])
    assert all(figure.bbox.contains(*box.min) and figure.bbox.contains(*box.max) for box in boxes)


def test_branches_meet_at_the_distances(all_groups):
    display = DendrogramDisplay.from_estimator(all_groups).plot()
    heights = [path.vertices[:, 0].max() for path in display.branches_.get_paths()]
    np.testing.assert_allclose(sorted(heights), all_groups.distances_)
    rows = np.concatenate(
        [path.vertices[path.vertices[:, 0] == 0, 1] for path in display.branches_.get_paths()]
    )
    assert sorted(rows) == list(range(32))


def test_clusters_have_colours_and_the_trunk_is_grey(all_groups):
    display = DendrogramDisplay.from_estimator(all_groups).plot()
    colours = [to_hex(c).upper() for c in display.branches_.get_colors()]
    assert colours.count(TRUNK) == 4  # one less than clusters
    dots = {line.get_label(): line for line in display.ax_.lines if "cluster" in line.get_label()}
    assert list(dots) == [f"cluster {i}" for i in range(5)]
    assert {line.get_color() for line in dots.values()} == set(COLOURS[:5])
    for i in range(5):
        rows = dots[f"cluster {i}"].get_ydata()
        assert {names(display)[row] for row in rows} == {
            symbol_text(s) for s in all_groups.point_groups_[all_groups.labels_ == i]
        }


def test_cut_lies_between_the_steps(all_groups):
    display = DendrogramDisplay.from_estimator(all_groups).plot()
    (cut,) = (line for line in display.ax_.lines if line.get_label() == "cut")
    below, above = all_groups.distances_[-5:-3]
    assert below < cut.get_xdata()[0] < above


def test_brackets_name_the_crystal_systems(all_groups):
    display = DendrogramDisplay.from_estimator(all_groups).plot()
    systems = [crystal_system(all_groups.point_groups_[0])]
    shown = [display.crystal_systems[leaf] for leaf in display.leaves_]
    runs = [s for i, s in enumerate(shown) if i == 0 or shown[i - 1] != s]
    assert [text.get_text() for text in display.ax_.texts] == runs
    assert set(systems) <= set(runs)


def test_equal_samples_are_one_leaf_with_their_number():
    clustering = PointGroupClustering(2).fit(["mmm", "6", "mmm", "mm2", "mmm"])
    display = DendrogramDisplay.from_estimator(clustering).plot()
    assert names(display) == ["$mm2$", "$mmm$ ×3", "$6$"]
    assert len(display.branches_.get_paths()) == 2


def test_given_labels_keep_every_sample():
    clustering = PointGroupClustering(2).fit(["mmm", "6", "mmm"])
    display = DendrogramDisplay.from_estimator(clustering, labels=["one", "two", "three"]).plot()
    assert names(display)[-1] == "two"
    assert set(names(display)[:2]) == {"one", "three"}


def test_precomputed_distances_have_no_crystal_systems():
    distances = np.abs(np.subtract.outer([0.0, 3, 4], [0.0, 3, 4]))
    clustering = PointGroupClustering(2, metric="precomputed").fit(distances)
    display = DendrogramDisplay.from_estimator(clustering).plot()
    assert sorted(names(display)) == ["0", "1", "2"]
    assert len(display.ax_.texts) == 0
    assert display.ax_.get_xlabel() == "distance"


def test_more_clusters_than_colours():
    display = DendrogramDisplay.from_point_groups(n_clusters=12).plot()
    dots = [line for line in display.ax_.lines if "cluster" in line.get_label()]
    colour = {row: dot.get_color() for dot in dots for row in dot.get_ydata()}
    cluster = {row: dot.get_label() for dot in dots for row in dot.get_ydata()}
    assert all(colour[i] != colour[i + 1] for i in range(31) if cluster[i] != cluster[i + 1])


def test_draws_into_given_axes(all_groups):
    figure, ax = plt.subplots(figsize=(8, 9))
    display = DendrogramDisplay.from_estimator(all_groups).plot(ax)
    assert display.ax_ is ax
    assert display.figure_ is figure


def test_labels_must_be_as_many_as_samples(all_groups):
    with pytest.raises(ValueError, match="as many as samples, 32, got 1; name each"):
        DendrogramDisplay.from_estimator(all_groups, labels=["one"])


def test_one_point_group_is_no_tree():
    display = DendrogramDisplay.from_estimator(PointGroupClustering(1).fit(["m", "m"]))
    with pytest.raises(ValueError, match="at least two leaves, got"):
        display.plot()


@pytest.mark.usefixtures("no_matplotlib")
def test_missing_matplotlib_is_said(all_groups):
    display = DendrogramDisplay.from_estimator(all_groups)
    with pytest.raises(ImportError, match=r"not installed; pip install xrdmatch\[plot\]"):
        display.plot()
