"""The point groups of wrong candidates as bars."""

import numpy as np

from xrdmatch.crystallography import POINT_GROUPS, ShortRepr
from xrdmatch.inspection._mismatch import ALL, REFERENCES, mismatch_report
from xrdmatch.inspection._plot.hermann_mauguin import symbol_text
from xrdmatch.inspection._plot.pyplot import import_pyplot

# Light to dark blue, told apart in grey as well; chance is hatched besides.
COLOURS = ("#9ECAE1", "#4292C6", "#08306B")
CHANCE = "#BDBDBD"
TARGET = "#FFF3D6"  # behind the bars of the query's own point group
LEAST = 0.01  # share that a point group needs for bars of its own
OTHERS = "others"
FIT_LEVEL = 9  # labels that find room beside each other


class SymmetryDisplay(ShortRepr):
    """Point groups of mismatches at each k, beside what chance gives.

    The query's own point group is marked, with the 95 % interval of its share.

    Parameters
    ----------
    report : Bunch
        Output of `mismatch_report`.
    point_group : str, default="all"
        Point group of the queries.
    reference : {"within_class", "anywhere"}, default="within_class"
        What is counted, and what chance draws from: entries of the query's Laue class in the
        plane and crystal system, or all.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes with the bars, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.
    bars_ : list of matplotlib.container.BarContainer
        One for each k, last the one of chance.

    See Also
    --------
    mismatch_report : The numbers.

    Examples
    --------
    >>> from xrdmatch import PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.inspection import SymmetryDisplay
    >>> from xrdmatch.simulation import perturb_patterns
    >>> layers = load_monolayers()[:40]
    >>> queries = perturb_patterns(layers, random_state=0)
    >>> matcher = PatternMatcher().fit(layers)
    >>> display = SymmetryDisplay.from_estimator(matcher, layers, queries, point_group="-3m")
    >>> len(display.plot().bars_)
    4
    """

    def __init__(self, report, point_group=ALL, reference="within_class"):
        self.report = report
        self.point_group = point_group
        self.reference = reference

    @classmethod
    def from_report(cls, report, point_group=ALL, reference="within_class"):
        """Make a display of a report.

        Parameters
        ----------
        report : Bunch
            Output of `mismatch_report`.
        point_group : str, default="all"
            Point group of the queries.
        reference : {"within_class", "anywhere"}, default="within_class"
            What is counted, and what chance draws from.

        Returns
        -------
        SymmetryDisplay
            The display, not yet plotted.

        Raises
        ------
        ValueError
            If the report has no such point group, or the reference is another.
        """
        if reference not in REFERENCES:
            raise ValueError(
                f"reference must be one of {[*REFERENCES]}, got {reference!r}; pick one."
            )
        if point_group not in report[reference]:
            raise ValueError(
                f"point_group must be one that has mismatches, got {point_group!r}; the report "
                f"has {', '.join(report[reference])}."
            )
        return cls(report, point_group, reference)

    @classmethod
    def from_estimator(
        cls,
        retriever,
        structures,
        patterns,
        point_group=ALL,
        reference="within_class",
        ks=(1, 3, 5),
        **options,
    ):
        """Ask a retriever and make a display of its mismatches.

        Parameters
        ----------
        retriever : StructureRetriever or Pipeline that ends in one
            A fitted retriever.
        structures : list of Structure or ndarray of tokens
            Structure of each query.
        patterns : list
            The queries.
        point_group : str, default="all"
            Point group of the queries.
        reference : {"within_class", "anywhere"}, default="within_class"
            What is counted, and what chance draws from.
        ks : sequence of int, default=(1, 3, 5)
            How many candidates count.
        **options : dict
            Passed to `mismatch_report`.

        Returns
        -------
        SymmetryDisplay
            The display, not yet plotted.
        """
        asked = None if point_group == ALL else [point_group]
        report = mismatch_report(retriever, structures, patterns, ks, asked, **options)
        return cls.from_report(report, point_group, reference)

    def plot(self, ax=None):
        """Draw the bars.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; new axes if None.

        Returns
        -------
        SymmetryDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        summary, ks = self.report[self.reference][self.point_group], self.report.ks
        symbols = _shown(summary)
        if ax is None:
            _, ax = import_pyplot().subplots(figsize=(8, 4), layout="constrained")
        self._mark(ax, symbols, summary)
        series = [_heights(summary.candidates, symbols, i) for i in range(len(ks))]
        series.append(_heights(summary.expected, symbols, len(ks) - 1))
        width = 0.8 / len(series)
        places = np.arange(len(symbols)) - 0.4 + width / 2
        self.bars_ = [
            ax.bar(places + i * width, heights, width, **style)
            for i, (heights, style) in enumerate(
                zip(series, _styles(ks, summary.n_mismatches), strict=True)
            )
        ]
        self._draw_intervals(ax, symbols, summary, places, width)
        texts = [s if s == OTHERS else symbol_text(s) for s in symbols]
        ax.set_xticks(range(len(symbols)), texts, rotation=60 if len(symbols) > FIT_LEVEL else 0)
        ax.set(xlabel="point group of wrong candidates", ylabel="share of wrong candidates [%]")
        ax.set_ylim(0, min(105, 1.1 * ax.dataLim.ymax))
        ax.set_title(self._title(), fontsize=10)
        ax.legend(frameon=False)
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _mark(self, ax, symbols, summary):
        if self.point_group in symbols:
            middle = symbols.index(self.point_group)
            ax.axvspan(middle - 0.5, middle + 0.5, color=TARGET, zorder=0, linewidth=0)

    def _draw_intervals(self, ax, symbols, summary, places, width):
        if self.point_group not in symbols:
            return
        at = places[symbols.index(self.point_group)] + width * np.arange(len(self.report.ks))
        low, high = 100 * summary.interval["point_group"].T
        ax.vlines(at, low, high, color="#D55E00", linewidth=1.2)

    def _title(self):
        if self.point_group == ALL:
            who = "all queries"
        else:
            who = f"queries of point group {symbol_text(self.point_group)}"
        return f"{who}\ncandidates: {REFERENCES[self.reference]}"


def _shown(summary):
    """Point groups with bars of their own in the order of the table, then the others."""
    pairs = {s: (shares, summary.expected[s]) for s, shares in summary.candidates.items()}
    seen = {s: np.max(shares) for s, shares in pairs.items()}
    order = [s for s in POINT_GROUPS if seen.get(s, 0) >= LEAST]
    return order + [OTHERS] * (len(order) < len(seen))


def _heights(shares, symbols, i):
    """Percentages of the shown point groups at the i-th k."""
    named = [100 * shares[s][i] for s in symbols if s != OTHERS]
    rest = 100 * sum(values[i] for values in shares.values()) - sum(named)
    return named + [rest] * (OTHERS in symbols)


def _styles(ks, n_mismatches):
    colours = [COLOURS[min(i, len(COLOURS) - 1)] for i in range(len(ks))]
    for k, colour, n in zip(ks, colours, n_mismatches, strict=True):
        yield {"color": colour, "label": f"first {k}: {n} wrong"}
    yield {"color": CHANCE, "hatch": "///", "edgecolor": "white", "label": "chance"}
