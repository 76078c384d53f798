"""A tree of point groups as a picture."""

import numpy as np
from scipy.cluster.hierarchy import dendrogram
from sklearn.utils.validation import check_is_fitted

from xrdmatch.cluster import PointGroupClustering
from xrdmatch.crystallography import POINT_GROUPS, ShortRepr
from xrdmatch.inspection._plot.brackets import FONT_SIZE, GAP, draw_brackets
from xrdmatch.inspection._plot.hermann_mauguin import symbol_text
from xrdmatch.inspection._plot.pyplot import import_pyplot
from xrdmatch.inspection._plot.tree import (
    cluster_of_nodes,
    cut_distance,
    in_order,
    merge_equal_leaves,
    tree_of,
)

# Okabe and Ito's, without the yellow, which is too pale for a line.
COLOURS = ["#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#202020"]
TRUNK = "#909090"  # above the cut
WIDTH, LEAF, REST = 8.0, 0.195, 1.2  # [inch] of a new figure: width, height a leaf, above and below
N_COLUMNS = 6  # of the legend


class DendrogramDisplay(ShortRepr):
    r"""The tree that a clustering built, its leaves named, its clusters coloured.

    Distances grow to the left; where two branches meet is how far apart they are. A dashed line
    shows the cut, brackets show the crystal systems. Branches are turned so that leaves come in
    the order of the table of point groups, as far as the tree allows.

    Parameters
    ----------
    tree : ndarray of shape (n_leaves - 1, 4)
        The tree as scipy writes it: two nodes, their distance, number of leaves below.
    labels : sequence of str, of length n_leaves
        Names of the leaves.
    clusters : sequence of int, of length n_leaves
        The cluster of each leaf, from 0.
    crystal_systems : sequence of str, default=None
        Of each leaf, where known.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes with the tree, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.
    leaves_ : list of int
        Leaves from top to bottom, as positions in `labels`.
    branches_ : matplotlib.collections.LineCollection
        The branches, one for each step of the tree.

    See Also
    --------
    xrdmatch.cluster.PointGroupClustering : Builds the tree.

    Examples
    --------
    >>> from xrdmatch.inspection import DendrogramDisplay
    >>> display = DendrogramDisplay.from_point_groups(["2", "mm2", "-6", "6/m"], n_clusters=2)
    >>> [label.get_text() for label in display.plot().ax_.get_yticklabels()]
    ['$2$', '$mm2$', '$\\bar{6}$', '$6/m$']
    """

    def __init__(self, tree, labels, clusters, crystal_systems=None):
        self.tree = tree
        self.labels = labels
        self.clusters = clusters
        self.crystal_systems = crystal_systems

    @classmethod
    def from_estimator(cls, clustering, labels=None):
        """Make a display of a fitted clustering.

        Parameters
        ----------
        clustering : PointGroupClustering
            A fitted clustering.
        labels : sequence of str, default=None
            A name for each sample, which has a leaf of its own then. If None, all samples with
            one point group are one leaf, with its symbol and their number; samples of a
            clustering of precomputed distances are numbered.

        Returns
        -------
        DendrogramDisplay
            The display, not yet plotted.

        Raises
        ------
        ValueError
            If labels and samples differ in number, or all have one point group.
        """
        check_is_fitted(clustering)
        tree, clusters = tree_of(clustering), clustering.labels_
        if clustering.metric != "point_group":
            labels = range(len(clusters)) if labels is None else labels
            return cls(tree, _checked(labels, len(clusters)), clusters)
        groups = clustering.point_groups_
        if labels is None:
            tree, first, n_each = merge_equal_leaves(tree, groups)
            clusters, groups = clusters[first], groups[first]
            labels = [_leaf_text(g, n) for g, n in zip(groups, n_each, strict=True)]
        ranks = [list(POINT_GROUPS).index(group) for group in groups]
        systems = [POINT_GROUPS[group].crystal_system for group in groups]
        return cls(in_order(tree, ranks), _checked(labels, len(groups)), clusters, systems)

    @classmethod
    def from_point_groups(cls, point_groups=None, *, n_clusters=5, linkage="average"):
        """Cluster point groups and make a display of the tree.

        Parameters
        ----------
        point_groups : list of str, default=None
            Symbols; all 32 if None.
        n_clusters : int, default=5
            How many clusters.
        linkage : {"average", "complete", "single"}, default="average"
            How the distance of clusters is told, see `PointGroupClustering`.

        Returns
        -------
        DendrogramDisplay
            The display, not yet plotted.
        """
        groups = list(POINT_GROUPS) if point_groups is None else point_groups
        return cls.from_estimator(PointGroupClustering(n_clusters, linkage=linkage).fit(groups))

    def plot(self, ax=None):
        """Draw the tree.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; new axes, high enough for all names, if None.

        Returns
        -------
        DendrogramDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is only one leaf.
        """
        if len(self.labels) < 2:
            raise ValueError(
                f"A tree needs at least two leaves, got {self.labels}; pass labels to have one for "
                "each sample."
            )
        if ax is None:
            size = (WIDTH, LEAF * len(self.labels) + REST)
            _, ax = import_pyplot().subplots(figsize=size, layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        self._draw_branches()
        self._draw_leaves()
        self._draw_cut()
        if self.crystal_systems is not None:
            draw_brackets(ax, [self.crystal_systems[leaf] for leaf in self.leaves_])
        ax.legend(
            loc="lower center", bbox_to_anchor=(0.5, 1.0), ncols=N_COLUMNS, frameon=False,
            fontsize=FONT_SIZE, columnspacing=1.2, handlelength=1.2,
        )  # fmt: skip
        return self

    def _draw_branches(self):
        from matplotlib.collections import LineCollection

        colours = self._colours()
        clusters = cluster_of_nodes(self.tree, self.clusters)
        layout = dendrogram(
            self.tree, no_plot=True, link_color_func=lambda node: colours[clusters[node]]
        )
        rows = (np.array(layout["icoord"]) - 5) / 10  # scipy's leaves are at 5, 15, 25
        lines = np.stack([layout["dcoord"], rows], axis=-1)
        branches = LineCollection(list(lines), colors=layout["color_list"], linewidths=1.8)
        self.branches_ = self.ax_.add_collection(branches)
        self.leaves_ = layout["leaves"]
        self.ax_.set(
            xlim=(1.04 * self.tree[-1, 2] or 1.0, 0),
            ylim=(len(self.leaves_) - 0.4, -0.6),
            xlabel="distance" if self.crystal_systems is None else "distance of point groups",
        )

    def _colours(self):
        """Colours of clusters in their order from top to bottom, so that neighbours differ."""
        leaves = dendrogram(self.tree, no_plot=True)["leaves"]
        clusters = dict.fromkeys(int(self.clusters[leaf]) for leaf in leaves)
        return {-1: TRUNK} | {c: COLOURS[i % len(COLOURS)] for i, c in enumerate(clusters)}

    def _draw_leaves(self):
        ax, colours = self.ax_, self._colours()
        clusters = np.array([self.clusters[leaf] for leaf in self.leaves_])
        for cluster in sorted(set(clusters.tolist())):
            rows = np.flatnonzero(clusters == cluster)
            ax.plot(
                np.zeros(len(rows)), rows, "o", color=colours[cluster], markersize=5,
                clip_on=False, label=f"cluster {cluster}",
            )  # fmt: skip
        ax.yaxis.tick_right()
        names = [self.labels[leaf] for leaf in self.leaves_]
        ax.set_yticks(range(len(names)), names, fontsize=FONT_SIZE)
        ax.tick_params(axis="y", length=0, pad=GAP)
        ax.spines[["left", "right", "top"]].set_visible(False)

    def _draw_cut(self):
        n_clusters = len(set(map(int, self.clusters)))
        distance = cut_distance(self.tree, n_clusters)
        self.ax_.axvline(distance, color="#202020", linewidth=1, linestyle="--", label="cut")


def _leaf_text(group, n_samples):
    return symbol_text(group) + (f" ×{n_samples}" if n_samples > 1 else "")


def _checked(labels, n_samples):
    if len(labels) != n_samples:
        raise ValueError(
            f"Labels must be as many as samples, {n_samples}, got {len(labels)}; name each sample."
        )
    return [str(label) for label in labels]
