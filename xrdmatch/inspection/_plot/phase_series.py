"""Weight fractions of phases over a series of scans."""

import numpy as np

from xrdmatch.inspection._plot.profile_drawing import TICK_COLOURS
from xrdmatch.inspection._plot.pyplot import DrawnIntoFiles, import_pyplot

SIZE = (8, 4.5)  # inches
MOST_NAMED = 20  # scans whose names stand below


class PhaseSeriesDisplay(DrawnIntoFiles):
    """Weight fractions of phases over a series of scans, with their standard uncertainties.

    Parameters
    ----------
    names : list of n_scans str
        What the scans are called.
    fractions, sigmas : dict of str to ndarray of shape (n_scans,)
        Weight fraction of each phase and its standard uncertainty: 0 where a scan does not have the
        phase, NaN where nothing is known of the scan.
    stacked : bool, default=False
        Whether phases are drawn as bars on top of each other, in place of lines.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.
    lines_ : dict of str to matplotlib.lines.Line2D
        The line of each phase; empty where they are stacked.
    bars_ : dict of str to matplotlib.container.BarContainer
        The bars of each phase; empty where they are not stacked.

    See Also
    --------
    ProfileDisplay.from_decomposition : The phases of one scan.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.inspection import PhaseSeriesDisplay
    >>> fractions = {"MnO": np.array([1.0, 0.6]), "Mn2O3": np.array([0.0, 0.4])}
    >>> sigmas = {name: np.full(2, 0.02) for name in fractions}
    >>> sorted(PhaseSeriesDisplay(["25 C", "300 C"], fractions, sigmas).plot().lines_)
    ['Mn2O3', 'MnO']
    """

    size = SIZE

    def __init__(self, names, fractions, sigmas, *, stacked=False):
        self.names = names
        self.fractions = fractions
        self.sigmas = sigmas
        self.stacked = stacked

    @classmethod
    def from_decompositions(cls, found, *, stacked=False):
        """Make a display of what `PhaseDecomposition.decompose` returned for a series.

        Parameters
        ----------
        found : list of n_scans DecomposedScan or None
            In the order of the series; None where a scan could not be taken apart.
        stacked : bool, default=False
            Whether phases are drawn as bars on top of each other.

        Returns
        -------
        PhaseSeriesDisplay
            The display, not yet plotted; phases are called by formula and space group, with the
            label where two share these.

        Raises
        ------
        ValueError
            If no scan has a phase.
        """
        called = _called(found)
        if not called:
            raise ValueError(
                f"No phase was found in any of {len(found)} scans, so there is nothing to draw; "
                "look at the scans one by one."
            )
        unknown = np.array([one is None for one in found])
        fractions = {name: np.where(unknown, np.nan, 0.0) for name in called.values()}
        sigmas = {name: np.where(unknown, np.nan, 0.0) for name in called.values()}
        for k, one in enumerate(found):
            for i, entry in enumerate([] if one is None else one.indices.tolist()):
                fractions[called[entry]][k] = one.weight_fraction[i]
                sigmas[called[entry]][k] = one.weight_fraction_std[i]
        names = [str(k) if one is None else one.name or str(k) for k, one in enumerate(found, 1)]
        return cls(names, fractions, sigmas, stacked=stacked)

    def plot(self, ax=None):
        """Draw a line, or bars, for each phase.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; new axes if None.

        Returns
        -------
        PhaseSeriesDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        if ax is None:
            _, ax = import_pyplot().subplots(figsize=SIZE, layout="constrained")
        self.ax_, self.figure_, self.lines_, self.bars_ = ax, ax.figure, {}, {}
        x = np.arange(1, len(self.names) + 1)
        (self._draw_bars if self.stacked else self._draw_lines)(x)
        ax.set(ylabel="weight [%]", xlabel="scan", ylim=(-3, 103))
        ax.xaxis.get_major_locator().set_params(integer=True)
        if len(x) <= MOST_NAMED:
            ax.set_xticks(x, self.names, rotation=30, ha="right", fontsize=8)
        ax.legend(frameon=False, fontsize=9)
        return self

    def _draw_lines(self, x):
        for i, (name, share) in enumerate(self.fractions.items()):
            style = {"color": TICK_COLOURS[i % len(TICK_COLOURS)], "marker": "o", "markersize": 4}
            bars = self.ax_.errorbar(x, 100 * share, 100 * self.sigmas[name], label=name, **style)
            self.lines_[name] = bars.lines[0]

    def _draw_bars(self, x):
        floor = np.zeros(len(x))
        for i, (name, share) in enumerate(self.fractions.items()):
            style = {"color": TICK_COLOURS[i % len(TICK_COLOURS)], "width": 0.92, "label": name}
            self.bars_[name] = self.ax_.bar(x, 100 * share, bottom=floor, **style)
            floor = floor + 100 * share


def _called(found):
    """Names of all phases by their position in the gallery, in the order of their coming."""
    facts = {}
    for one in found:
        for i, entry in enumerate([] if one is None else one.indices.tolist()):
            name = f"{one.formulas[i]}, {one.space_groups[i]}"
            facts.setdefault(entry, (name, str(one.labels[i])))
    plain = [name for name, _ in facts.values()]
    return {
        entry: name if plain.count(name) == 1 else f"{name} ({label}, {entry})"
        for entry, (name, label) in facts.items()
    }
