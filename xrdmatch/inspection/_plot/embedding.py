"""The space of the embeddings as a map."""

from collections import Counter

import numpy as np
from sklearn.utils.validation import check_is_fitted

from xrdmatch.crystallography import ShortRepr
from xrdmatch.inspection._crystal_systems import SYSTEMS, UNKNOWN, crystal_systems
from xrdmatch.inspection._embedding_map import embedding_map
from xrdmatch.inspection._embeddings import embed_patterns, embed_structures, last_step
from xrdmatch.inspection._plot.pyplot import import_pyplot

# Okabe and Ito's colours, told apart by everybody, each with a marker of its own.
STYLES = (
    ("#D55E00", "v"),
    ("#009E73", "D"),
    ("#E69F00", "s"),
    ("#CC79A7", "P"),
    ("#56B4E9", "^"),
    ("#0072B2", "o"),
    ("#202020", "X"),
    ("#999999", "h"),
)
OTHER = "other"
PATTERN = {"marker": ".", "s": 10, "color": "0.25"}


class EmbeddingDisplay(ShortRepr):
    """Embeddings of structures, and of patterns, in two dimensions.

    Colours and markers tell crystal systems or groups of your own. Patterns are small dots, each
    with a thin line to the structure that it came from: the shorter, the better the retriever
    knows it.

    Parameters
    ----------
    projection : Bunch
        What `from_estimator` computes: ``positions`` (n_points, 2), structures first, and
        ``axes``.
    groups : sequence of str
        Group of each structure.
    group_name : str, default=""
        What the groups are, over the legend.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes with the map, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.
    points_ : dict of str to matplotlib.collections.PathCollection
        The structures of each group.
    links_ : matplotlib.collections.LineCollection or None
        Lines from structures to their patterns.

    See Also
    --------
    SimilarityDisplay : Similarities themselves, which no map shows truly.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.inspection import EmbeddingDisplay
    >>> from xrdmatch.retrieval import load_pretrained
    >>> display = EmbeddingDisplay.from_estimator(
    ...     load_pretrained("monolayers"), load_monolayers()[:12], method="pca")
    >>> sorted(display.plot().points_)
    ['hexagonal', 'trigonal']
    """

    def __init__(self, projection, groups, group_name=""):
        self.projection = projection
        self.groups = groups
        self.group_name = group_name

    @classmethod
    def from_estimator(
        cls,
        retriever,
        structures=None,
        patterns=None,
        *,
        method="tsne",
        colour="crystal_system",
        random_state=0,
    ):
        """Embed structures and patterns and place them in a plane.

        Parameters
        ----------
        retriever : ContrastiveStructureRetriever or Pipeline that ends in one
            One that has learned.
        structures : list of Structure or ndarray of tokens, default=None
            The crystals; the retriever's gallery if None.
        patterns : list of patterns, default=None
            Row i came from structure i; only structures are placed if None.
        method : {"tsne", "pca"}, default="tsne"
            ``"tsne"`` keeps neighbours together; its perplexity is 30, or a third of the number of
            points where that is less. ``"pca"`` is linear; its axes say how much of the variance
            they hold.
        colour : "crystal_system" or sequence of str, default="crystal_system"
            Groups of the structures: crystal systems, found with a tolerance of 0.05 Å, or one
            name for each. Beyond eight groups, the rarest are counted as others.
        random_state : int, RandomState or None, default=0
            Makes t-SNE repeatable.

        Returns
        -------
        EmbeddingDisplay
            The display, not yet plotted.

        Raises
        ------
        TypeError
            If the retriever has no embeddings.
        ValueError
            If lengths differ, `method` or `colour` is unknown, or there are too few points.
        """
        vectors, structures = _structure_vectors(retriever, structures)
        name, groups = _groups(colour, structures)
        _check_length(groups, structures, "colour")
        if patterns is not None:
            _check_length(patterns, structures, "patterns")
            vectors = np.concatenate([vectors, embed_patterns(retriever, patterns)])
        return cls(embedding_map(vectors, method, random_state), groups, name)

    def plot(self, ax=None):
        """Draw the map.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; new axes if None.

        Returns
        -------
        EmbeddingDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        if ax is None:
            _, ax = import_pyplot().subplots(figsize=(7.5, 5.5), layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        n = len(self.groups)
        structures, patterns = np.split(self.projection.positions, [n])
        self.points_ = self._draw_groups(ax, structures)
        self.links_ = _draw_patterns(ax, structures, patterns) if len(patterns) else None
        ax.set(xlabel=self.projection.axes[0], ylabel=self.projection.axes[1])
        if self.projection.axes[0].startswith("t-SNE"):  # its coordinates mean nothing
            ax.set(xticks=[], yticks=[])
        ax.legend(
            title=self.group_name, loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False,
            markerscale=1.3,
        )  # fmt: skip
        return self

    def _draw_groups(self, ax, positions):
        groups = np.array(self.groups, dtype=object)
        size = np.clip(4000 / len(groups), 12, 45)  # [points^2]
        found = {}
        for name, (colour, marker) in _styles(self.groups).items():
            members = positions[groups == name]
            found[name] = ax.scatter(
                *members.T, s=size, color=colour, marker=marker, linewidths=0.4,
                edgecolors="white", zorder=3, label=f"{name} ({len(members)})",
            )  # fmt: skip
        return found


def _structure_vectors(retriever, structures):
    """Embeddings of structures or of the gallery, and the structures themselves.

    A pipeline's gallery has been through its steps already.
    """
    if structures is not None:
        return embed_structures(retriever, structures), structures
    searching = last_step(retriever)
    check_is_fitted(
        searching,
        "gallery_",
        msg="This %(name)s has no gallery to show; pass structures, or call set_gallery first.",
    )
    return embed_structures(searching, searching.gallery_), searching.gallery_


def _groups(colour, structures):
    """Name what the groups are, and give each structure its own; rare ones count as others."""
    if isinstance(colour, str):
        if colour != "crystal_system":
            raise ValueError(
                "colour is 'crystal_system' or a sequence with a name for each structure, got "
                f"{colour!r}; pass one of these."
            )
        return "crystal system", crystal_systems(structures)
    names = [str(name) for name in colour]
    kept = dict(Counter(names).most_common())
    if len(kept) > len(STYLES):
        kept = set(list(kept)[: len(STYLES) - 1])
    return "", [name if name in kept else OTHER for name in names]


def _check_length(values, structures, name):
    if len(values) != len(structures):
        raise ValueError(
            f"Row i of {name} belongs to structure i, got {len(values)} for "
            f"{len(structures)} structures; pass one for each."
        )


def _styles(groups):
    """Colour and marker of each group; crystal systems have the same ones in every figure."""
    present = set(groups)
    if present <= {*SYSTEMS, UNKNOWN}:
        systems = zip((*SYSTEMS, UNKNOWN), STYLES, strict=True)
        return {name: style for name, style in systems if name in present}
    names = sorted(present - {OTHER}) + [OTHER] * (OTHER in present)
    return dict(zip(names, STYLES, strict=False))


def _draw_patterns(ax, structures, patterns):
    from matplotlib.collections import LineCollection

    ends = np.stack([structures, patterns], axis=1)
    links = ax.add_collection(LineCollection(ends, colors="0.6", linewidths=0.6, zorder=1))
    ax.scatter(*patterns.T, zorder=2, label="patterns", **PATTERN)
    return links
