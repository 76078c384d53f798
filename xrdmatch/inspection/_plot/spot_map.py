"""Phases over a scan of patterns as a picture."""

import numpy as np

from xrdmatch.inspection._plot.pyplot import DrawnIntoFiles, import_pyplot
from xrdmatch.retrieval import NO_SPOTS, UNDECIDED

# Okabe and Ito's colours, told apart by everybody.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
OTHER, GREY, EMPTY = "#5B4B8A", "#B0B0B0", "#FFFFFF"
LONGEST = 6.0  # [inch] longer side of the map
LEGEND = 2.6  # [inch]


class SpotMapDisplay(DrawnIntoFiles):
    """Phases over a scan, each in a colour; grey where undecided, white where no spots were found.

    Phases beyond the seven most frequent share a colour.

    Parameters
    ----------
    spot_map : SpotMap
        Fitted.
    step : float, default=None
        Distance of neighbouring places; axes count places if None.
    unit : str, default="nm"
        Of the step.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        The axes, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.
    image_ : matplotlib.image.AxesImage
        The map.

    See Also
    --------
    xrdmatch.retrieval.SpotMap : Makes the map.

    Examples
    --------
    >>> from xrdmatch.inspection import SpotMapDisplay
    >>> display = SpotMapDisplay.from_estimator(spot_map, step=20.0)  # doctest: +SKIP
    >>> display.save("map.png")  # doctest: +SKIP
    """

    def __init__(self, spot_map, step=None, unit="nm"):
        self.spot_map = spot_map
        self.step = step
        self.unit = unit

    @classmethod
    def from_estimator(cls, spot_map, step=None, unit="nm"):
        """Take a fitted map.

        Parameters
        ----------
        spot_map : SpotMap
            Fitted.
        step : float, default=None
            Distance of neighbouring places; axes count places if None.
        unit : str, default="nm"
            Of the step.

        Returns
        -------
        SpotMapDisplay
            The display, not yet plotted.

        Raises
        ------
        ValueError
            If the step is not positive.
        """
        if step is not None and not 0 < step < np.inf:
            raise ValueError(f"A step is a length above 0, got {step!r}; None counts places.")
        return cls(spot_map, step, unit)

    @property
    def size(self):
        """Width and height of a new figure [inch]."""
        height, width = self.spot_map.phase_.shape
        side = LONGEST / max(height, width)
        return max(2.0, side * width) + LEGEND, max(1.8, side * height) + 0.6

    def plot(self, ax=None):
        """Draw the map and its legend.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; new axes if None.

        Returns
        -------
        SpotMapDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        if ax is None:
            ax = import_pyplot().figure(figsize=self.size, layout="constrained").subplots()
        self.ax_, self.figure_ = ax, ax.figure
        colours = phase_colours(self.spot_map.phases_)
        self.image_ = ax.imshow(
            _painted(self.spot_map.phase_, colours),
            extent=self._extent(),
            interpolation="nearest",
        )
        of = f"[{self.unit}]" if self.step else "[places]"
        ax.set(xlabel=f"x {of}", ylabel=f"y {of}")
        for axis in (ax.xaxis, ax.yaxis):  # between two places there is none
            axis.get_major_locator().set_params(integer=self.step is None)
        self._add_legend(colours)
        return self

    def _extent(self):
        height, width = self.spot_map.phase_.shape
        if self.step is None:
            return -0.5, width - 0.5, height - 0.5, -0.5
        return 0, width * self.step, height * self.step, 0

    def _add_legend(self, colours):
        from matplotlib.patches import Patch

        patches = [
            Patch(facecolor=colours[name], edgecolor="black", lw=0.5, label=f"{name}: {share:.0%}")
            for name, share in self.spot_map.shares_.items()
        ]
        style = {"loc": "upper left", "bbox_to_anchor": (1.01, 1), "frameon": False, "fontsize": 9}
        self.ax_.legend(handles=patches, **style)


def phase_colours(phases):
    """Give each phase a colour, and places without one grey or white.

    Parameters
    ----------
    phases : list of str
        The most frequent first.

    Returns
    -------
    dict of str to str
        Colours by name.
    """
    own = {name: COLOURS[i] if i < len(COLOURS) else OTHER for i, name in enumerate(phases)}
    return own | {UNDECIDED: GREY, NO_SPOTS: EMPTY}


def _painted(phase, colours):
    """Red, green and blue at every place, (n_rows, n_columns, 3)."""
    from matplotlib.colors import to_rgb

    return np.array([[to_rgb(colours[name]) for name in row] for row in phase])
