"""`RetrievalDisplay`: a query's spots over those of its candidates."""

from math import ceil

import numpy as np

from xrdmatch.crystallography import ShortRepr
from xrdmatch.inspection._candidate_probabilities import candidate_probabilities
from xrdmatch.inspection._candidates import describe_candidates
from xrdmatch.inspection._plot.candidate_words import candidate_title
from xrdmatch.inspection._plot.pyplot import import_pyplot
from xrdmatch.inspection._plot.retrieval_legend import legend_handles, words_of_unknown
from xrdmatch.inspection._plot.spot_differences import differing_spots, ring_spots
from xrdmatch.inspection._plot.spots import (
    COLOURS,
    check_spots,
    draw_spots,
    frame_spots,
    spot_gap,
    spot_reach,
)
from xrdmatch.preprocessing import as_pattern

N_COLUMNS = 3
WIDTH, NARROWEST = 8.0, 5.0  # [inch] of a figure with three panels in a row, with one
AXIS, TITLE, LEGEND = 0.5, 0.85, 0.4  # [inch] left of a panel, above and below it, below all
SHARE = 0.9  # of the query's intensity that a panel shows
SECTORS = {"query": (90, 270), "candidate": (-90, 90)}  # [degrees]


class RetrievalDisplay(ShortRepr):
    """A query's spots over those that its best candidates would give.

    One panel a candidate: left halves of discs are the query's spots, right halves those of the
    candidate's simulated pattern. Where both halves make one disc, place and strength agree.
    Rings mark what speaks against a candidate: spots that only one of the two has, or whose
    intensities differ by more than a factor of four. Areas are in proportion to the square root
    of the intensity relative to the pattern's own strongest; all panels show the range that holds
    90 % of the query's intensity.

    Where probabilities are known, each candidate has its own beside its label, and that of a
    crystal that is not in the gallery stands last.

    Parameters
    ----------
    pattern : DiffractionPattern
        The query.
    candidates : list of Bunch
        Output of `describe_candidates`.
    probabilities : array-like of shape (n_candidates + 1,), default=None
        Of each candidate, and last of a crystal that is not in the gallery, where they are known.

    Attributes
    ----------
    ax_ : ndarray of matplotlib.axes.Axes, of shape (n_candidates,)
        The panels, best first, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.

    See Also
    --------
    PatternDisplay : One pattern alone.
    ReliabilityDisplay : Whether probabilities mean what they say.

    Examples
    --------
    >>> from xrdmatch import DiffractionSimulator, PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.inspection import RetrievalDisplay
    >>> layers = load_monolayers()[:10]
    >>> matcher = PatternMatcher().fit(layers)
    >>> query = DiffractionSimulator().transform(layers[:1])[0]
    >>> display = RetrievalDisplay.from_estimator(matcher, query, k=2).plot()
    >>> len(display.ax_)
    2
    """

    def __init__(self, pattern, candidates, probabilities=None):
        self.pattern = pattern
        self.candidates = candidates
        self.probabilities = probabilities

    @classmethod
    def from_estimator(cls, retriever, pattern, k=5, elements=None):
        """Ask a retriever and make a display of its answer.

        Parameters
        ----------
        retriever : StructureRetriever or Pipeline that ends in one
            A fitted retriever; a `CalibratedRetriever` tells the probabilities too.
        pattern : DiffractionPattern, array of shape (n_spots, 3) or picture
            The query.
        k : int, default=5
            How many candidates.
        elements : str, list or ElementFilter, default=None
            Known chemistry, as in `predict`.

        Returns
        -------
        RetrievalDisplay
            The display, not yet plotted.
        """
        pattern = check_spots(as_pattern(pattern))
        candidates = describe_candidates(retriever, pattern, k, elements)
        probabilities = candidate_probabilities(retriever, pattern, candidates, elements)
        return cls(pattern, candidates, probabilities)

    def plot(self, ax=None):
        """Draw a panel for each candidate.

        Parameters
        ----------
        ax : sequence of matplotlib.axes.Axes, default=None
            Where, one for each candidate; a new figure with three panels in a row if None, which
            has a legend too.

        Returns
        -------
        RetrievalDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is no candidate, or axes, probabilities and candidates differ in number.
        """
        if not self.candidates:
            raise ValueError("There is no candidate to draw, got an empty list; ask for others.")
        *shares, unknown = self._checked_probabilities()
        self.ax_ = self._new_axes(unknown) if ax is None else _as_axes(ax, len(self.candidates))
        if ax is not None and unknown is not None:
            self.ax_[-1].set_xlabel(words_of_unknown(unknown), fontsize=9)
        self.figure_ = self.ax_[0].figure
        for panel, candidate, share in zip(self.ax_, self.candidates, shares, strict=True):
            self._draw(panel, candidate, share)
        return self

    def _checked_probabilities(self):
        """Probability of each candidate, last of none of them; None where they are not known."""
        n = len(self.candidates) + 1
        if self.probabilities is None:
            return [None] * n
        if np.shape(self.probabilities) != (n,):
            raise ValueError(
                f"probabilities has one number for each of {n - 1} candidates, and that of a "
                "crystal that is not in the gallery, got shape "
                f"{np.shape(self.probabilities)}; pass {n}."
            )
        return self.probabilities

    def _draw(self, ax, candidate, probability):
        gap = spot_gap(self.pattern)
        frame_spots(ax, self._reach())
        for name, pattern in (("query", self.pattern), ("candidate", candidate.pattern)):
            draw_spots(ax, pattern, gap, colour=COLOURS[name], sector=SECTORS[name], label=name)
        ring_spots(ax, differing_spots(self.pattern, candidate.pattern, gap), gap)
        ax.set_title(candidate_title(candidate, probability), fontsize=9)

    def _reach(self):
        return spot_reach(self.pattern, spot_gap(self.pattern), SHARE)

    def _new_axes(self, unknown):
        """Panels in a grid, with names of axes on its outer edge and one legend below."""
        n = len(self.candidates)
        n_columns = min(n, N_COLUMNS)
        n_rows = ceil(n / n_columns)
        size = _figure_size(n_rows, n_columns, self._reach())
        figure = import_pyplot().figure(figsize=size, layout="constrained")
        grid = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
        for i, ax in enumerate(grid):
            ax.tick_params(labelsize=8)
            ax.set_xlabel("$q_x$ [1/Å]" if i + n_columns >= n else "", fontsize=8)
            ax.set_ylabel("$q_y$ [1/Å]" if i % n_columns == 0 else "", fontsize=8)
        for ax in grid[n:]:
            ax.remove()
        handles = legend_handles(unknown)
        style = {"loc": "outside lower center", "ncols": len(handles), "frameon": False}
        style |= {"fontsize": 9, "columnspacing": 1.0, "handletextpad": 0.2}
        figure.legend(handles=handles, **style)
        return grid[:n]


def _figure_size(n_rows, n_columns, reach):
    """Width and height at which the panels of a grid fill the figure."""
    width = max(WIDTH * n_columns / N_COLUMNS, NARROWEST)
    panel = (width / n_columns - AXIS) * np.clip(reach[1] / reach[0], 0.3, 1.5)
    return width, (panel + TITLE) * n_rows + LEGEND


def _as_axes(ax, n):
    axes = np.ravel(np.array(ax, dtype=object))
    if len(axes) != n:
        raise ValueError(
            f"RetrievalDisplay draws one panel a candidate and needs {n} axes, got {len(axes)}; "
            "pass that many, or None for a new figure."
        )
    return axes
