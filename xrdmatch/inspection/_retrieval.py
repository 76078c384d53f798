"""A query over its candidates."""

from math import ceil

import numpy as np

from xrdmatch.inspection._candidates import describe_candidates
from xrdmatch.inspection._spots import (
    COLOURS,
    check_spots,
    draw_spots,
    frame_spots,
    import_pyplot,
    spot_gap,
)
from xrdmatch.preprocessing import as_pattern

N_COLUMNS = 3
PANEL = 2.7  # [inch] width of a panel: three side by side fill 800 pixels at 100 dpi
TITLE_LENGTH = 26  # characters that fit over a panel


class RetrievalDisplay:
    """A query's spots over those that its best candidates would give.

    One panel a candidate: the query as discs, the candidate's simulated pattern as rings, both
    with areas in proportion to the square root of the intensity relative to the pattern's own
    strongest. A disc that fills its ring agrees in place and strength. All panels show the range
    of the query.

    Parameters
    ----------
    pattern : DiffractionPattern
        The query.
    candidates : list of Bunch
        Output of `describe_candidates`.

    Attributes
    ----------
    ax_ : ndarray of matplotlib.axes.Axes, of shape (n_candidates,)
        The panels, best first, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.

    See Also
    --------
    PatternDisplay : One pattern alone.

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

    def __init__(self, pattern, candidates):
        self.pattern = pattern
        self.candidates = candidates

    @classmethod
    def from_estimator(cls, retriever, pattern, k=5, elements=None):
        """Ask a retriever and make a display of its answer.

        Parameters
        ----------
        retriever : StructureRetriever or Pipeline that ends in one
            A fitted retriever.
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
        return cls(pattern, describe_candidates(retriever, pattern, k, elements))

    def plot(self, ax=None):
        """Draw a panel for each candidate.

        Parameters
        ----------
        ax : sequence of matplotlib.axes.Axes, default=None
            Where, one for each candidate; a new figure with three panels in a row if None.

        Returns
        -------
        RetrievalDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If there is no candidate, or axes and candidates differ in number.
        """
        if not self.candidates:
            raise ValueError("There is no candidate to draw, got an empty list; ask for others.")
        self.ax_ = self._new_axes() if ax is None else _as_axes(ax, len(self.candidates))
        self.figure_ = self.ax_[0].figure
        gap = spot_gap(self.pattern)
        for panel, candidate in zip(self.ax_, self.candidates, strict=True):
            self._draw(panel, candidate, gap)
        return self

    def _draw(self, ax, candidate, gap):
        frame_spots(ax, self.pattern, gap)
        draw_spots(ax, self.pattern, gap, filled=True, colour=COLOURS["query"], label="query")
        draw_spots(
            ax, candidate.pattern, gap, filled=False, colour=COLOURS["candidate"],
            label="candidate",
        )  # fmt: skip
        ax.set_title(_title(candidate), fontsize=9)

    def _new_axes(self):
        """Panels in a grid, with scales on its outer edge and one legend below."""
        n = len(self.candidates)
        n_columns = min(n, N_COLUMNS)
        n_rows = ceil(n / n_columns)
        size = (PANEL * max(n_columns, 2), (PANEL + 0.3) * n_rows + 0.4)
        figure = import_pyplot().figure(figsize=size, layout="constrained")
        grid = figure.subplots(n_rows, n_columns, squeeze=False).ravel()
        for i, ax in enumerate(grid):
            ax.tick_params(labelsize=8)
            ax.set_xlabel("$q_x$ [1/Å]" if i + n_columns >= n else "", fontsize=8)
            ax.set_ylabel("$q_y$ [1/Å]" if i % n_columns == 0 else "", fontsize=8)
        for ax in grid[n:]:
            ax.remove()
        figure.legend(handles=_legend_handles(), loc="outside lower center", ncols=2, frameon=False)
        return grid[:n]


def _as_axes(ax, n):
    axes = np.ravel(np.array(ax, dtype=object))
    if len(axes) != n:
        raise ValueError(
            f"RetrievalDisplay draws one panel a candidate and needs {n} axes, got {len(axes)}; "
            "pass that many, or None for a new figure."
        )
    return axes


def _title(candidate):
    """Rank and label; formula, point group and distance."""
    label = f"{candidate.rank}  {candidate.label}"
    if len(label) > TITLE_LENGTH:
        label = label[: TITLE_LENGTH - 1] + "…"
    return f"{label}\n{candidate.formula}, {candidate.point_group}, d = {candidate.distance:.3g}"


def _legend_handles():
    """A disc and a ring; collections of ellipses have no legend of their own."""
    from matplotlib.lines import Line2D

    disc = {"marker": "o", "linestyle": "none", "markersize": 8}
    return [
        Line2D([], [], color=COLOURS["query"], label="query", **disc),
        Line2D([], [], color=COLOURS["candidate"], label="candidate", fillstyle="none", **disc),
    ]
