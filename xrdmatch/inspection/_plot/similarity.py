"""`SimilarityDisplay`: similarity of each structure with each pattern of a batch."""

from math import ceil

import numpy as np

from xrdmatch.crystallography import ShortRepr, layer_frame, site_table
from xrdmatch.inspection._embeddings import embed_patterns, embed_structures, names_of
from xrdmatch.inspection._plot.pyplot import import_pyplot

MOST_NAMES = 30  # that stay readable along a side
SMALLEST, LARGEST = 5.5, 7.5  # [inch] width of a new figure, with few names and with most
HEIGHT = 0.84  # of a new figure in units of its width: the colour bar stands beside
NAME_LENGTH = 18  # characters
# Dots on one's own structure, Okabe and Ito's vermilion rings on another's.
RIGHT = {"marker": ".", "color": "#202020", "linewidths": 0}
WRONG = {"marker": "o", "facecolors": "none", "edgecolors": "#D55E00", "linewidths": 1.6}
COLOUR_MAP = "cividis"


class SimilarityDisplay(ShortRepr):
    """Cosine similarities of structures and patterns, as an image.

    A row is a structure, a column a pattern; where row i and column i belong together, a retriever
    that knows them all has a bright diagonal. Each pattern's nearest structure is marked: by a
    dot where it is its own, by a ring where it is another.

    Parameters
    ----------
    similarity : ndarray of shape (n_structures, n_patterns)
        Cosines between -1 and 1.
    labels : sequence of str
        Names of the structures.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes with the image, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.
    image_ : matplotlib.image.AxesImage
        The image.
    marks_ : dict of str to matplotlib.collections.PathCollection
        Dots and rings, ``"right"`` and ``"wrong"``.

    See Also
    --------
    EmbeddingDisplay : The embeddings themselves, in two dimensions.

    References
    ----------
    .. [1] Fu et al., Commun. Phys. 8, 221 (2025), Figure 1.

    Examples
    --------
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.inspection import SimilarityDisplay
    >>> from xrdmatch.retrieval import load_pretrained
    >>> layers = load_monolayers()[:8]
    >>> patterns = DiffractionSimulator().transform(layers)
    >>> display = SimilarityDisplay.from_estimator(load_pretrained("monolayers"), layers, patterns)
    >>> display.plot().ax_.get_title()
    '8 of 8 patterns nearest to their own structure (100 %)'
    """

    def __init__(self, similarity, labels):
        self.similarity = similarity
        self.labels = labels

    @classmethod
    def from_estimator(cls, retriever, structures, patterns, labels=None, *, sort=None):
        """Embed both sides and compare each with each.

        Parameters
        ----------
        retriever : ContrastiveStructureRetriever or Pipeline that ends in one
            One that has learned; it needs no gallery.
        structures : list of Structure or ndarray of tokens
            The crystals.
        patterns : list of patterns
            Row i came from structure i.
        labels : sequence of str, default=None
            Names of the structures; those that they carry, or their formulas, if None.
        sort : {"lattice", "name"}, default=None
            ``"lattice"``: nets by their angle, then by the area of the cell, which brings those
            together whose spots lie alike. ``"name"``: by the alphabet. None keeps the order.

        Returns
        -------
        SimilarityDisplay
            The display, not yet plotted.

        Raises
        ------
        TypeError
            If the retriever has no embeddings.
        ValueError
            If lengths differ, or `sort` is unknown.
        """
        labels = names_of(structures) if labels is None else [str(label) for label in labels]
        _check_lengths(structures, patterns, labels)
        order = _order(sort, structures, labels)
        left = embed_structures(retriever, structures)[order]
        right = embed_patterns(retriever, patterns)[order]
        return cls(left @ right.T, [labels[i] for i in order])

    def plot(self, ax=None, *, vmin=None):
        """Draw the image.

        Up to 30 names stand along the sides; of more, every second, third and so on.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; new axes if None.
        vmin : float, default=None
            Where the colours begin, for images that are to be compared; the smallest similarity
            if None. They end at 1.

        Returns
        -------
        SimilarityDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        n = len(self.labels)
        if ax is None:
            width = np.clip(SMALLEST + 0.07 * n, SMALLEST, LARGEST)
            _, ax = import_pyplot().subplots(figsize=(width, HEIGHT * width), layout="constrained")
        self.image_ = ax.imshow(
            self.similarity, cmap=COLOUR_MAP, vmin=vmin, vmax=1.0, interpolation="nearest"
        )
        bar = ax.figure.colorbar(self.image_, ax=ax, shrink=0.7)
        bar.set_label("cosine similarity of the embeddings")
        self._name_ticks(ax)
        self.marks_ = self._draw_marks(ax)
        ax.set(xlabel="pattern of", ylabel="structure")
        ax.set_title(self._title(), fontsize=10)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _nearest(self):
        """Row of each column's largest similarity."""
        return self.similarity.argmax(0)

    def _title(self):
        right = self._nearest() == np.arange(len(self.labels))
        return (
            f"{right.sum()} of {right.size} patterns nearest to their own structure "
            f"({right.mean():.0%})".replace("%", " %")
        )

    def _draw_marks(self, ax):
        """Mark each column's largest similarity."""
        columns, rows = np.arange(len(self.labels)), self._nearest()
        size = np.clip(3000 / len(self.labels) ** 1.5, 12, 60)  # [points^2]
        marks = {"right": (rows == columns, RIGHT), "wrong": (rows != columns, WRONG)}
        return {
            name: ax.scatter(columns[chosen], rows[chosen], s=size, label=name, **style)
            for name, (chosen, style) in marks.items()
        }

    def _name_ticks(self, ax):
        ticks = np.arange(0, len(self.labels), ceil(len(self.labels) / MOST_NAMES))
        names = [_short(self.labels[i]) for i in ticks]
        ax.set_xticks(ticks, names, rotation=90, fontsize=7)
        ax.set_yticks(ticks, names, fontsize=7)


def _check_lengths(structures, patterns, labels):
    n, n_patterns, n_labels = len(structures), len(patterns), len(labels)
    if not n == n_patterns == n_labels or not n:
        raise ValueError(
            "Row i of patterns and labels belongs to structure i, got "
            f"{n} structures, {n_patterns} patterns and {n_labels} labels; pass as many of each, "
            "at least one."
        )


def _order(sort, structures, labels):
    """Positions in the order of the rows."""
    if sort is None:
        return np.arange(len(labels))
    if sort not in [*ORDERS]:
        raise ValueError(
            f"sort must be one of {', '.join(map(repr, ORDERS))} or None, got {sort!r}."
        )
    return ORDERS[sort](structures, labels)


def _by_lattice(structures, _):
    """Hexagonal nets, then oblique and rectangular ones, each from small to large cells."""
    a, b = layer_frame(site_table(structures)).lattice[:, :2, :2].swapaxes(0, 1)
    area = a[:, 0] * b[:, 1]
    angle = np.degrees(np.arctan2(b[:, 1], b[:, 0]))
    return np.lexsort((area, -np.abs(angle - 90.0).round()))


def _by_name(_, labels):
    return np.argsort(labels, kind="stable")


ORDERS = {"lattice": _by_lattice, "name": _by_name}


def _short(name):
    return name if len(name) <= NAME_LENGTH else name[: NAME_LENGTH - 1] + "…"
