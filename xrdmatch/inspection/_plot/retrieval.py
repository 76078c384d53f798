"""A query over its candidates."""

from math import ceil

import numpy as np

from xrdmatch.inspection._candidates import describe_candidates
from xrdmatch.inspection._plot.pyplot import import_pyplot
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
TITLE_LENGTH = 30  # characters that fit over a panel


class RetrievalDisplay:
    """A query's spots over those that its best candidates would give.

    One panel a candidate: left halves of discs are the query's spots, right halves those of the
    candidate's simulated pattern. Where both halves make one disc, place and strength agree.
    Areas are in proportion to the square root of the intensity relative to the pattern's own
    strongest; all panels show the range that holds 90 % of the query's intensity.

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
        for panel, candidate in zip(self.ax_, self.candidates, strict=True):
            self._draw(panel, candidate)
        return self

    def _draw(self, ax, candidate):
        gap = spot_gap(self.pattern)
        frame_spots(ax, self._reach())
        for name, pattern in (("query", self.pattern), ("candidate", candidate.pattern)):
            draw_spots(ax, pattern, gap, colour=COLOURS[name], sector=SECTORS[name], label=name)
        ax.set_title(_title(candidate), fontsize=9)

    def _reach(self):
        return spot_reach(self.pattern, spot_gap(self.pattern), SHARE)

    def _new_axes(self):
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
        figure.legend(handles=_legend_handles(), loc="outside lower center", ncols=2, frameon=False)
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


def _title(candidate):
    """Rank and label; formula, point group and distance."""
    label = f"{candidate.rank}  {candidate.label}"
    if len(label) > TITLE_LENGTH:
        label = label[: TITLE_LENGTH - 1] + "…"
    facts = (candidate.formula, candidate.point_group, f"distance {candidate.distance:.4f}")
    return f"{label}\n{', '.join(facts)}"


def _legend_handles():
    """Draw a left and a right half disc, as collections of patches have no legend of their own."""
    from matplotlib.lines import Line2D
    from matplotlib.markers import MarkerStyle

    halves = {"query": "left", "candidate": "right"}
    return [
        Line2D(
            [], [], linestyle="none", markersize=11, markeredgecolor="none", label=name,
            marker=MarkerStyle("o", fillstyle=half), color=COLOURS[name], markerfacecoloralt="none",
        )
        for name, half in halves.items()
    ]  # fmt: skip
