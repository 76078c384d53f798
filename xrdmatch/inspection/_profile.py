"""A measured profile with what was calculated for it."""

import numpy as np

from xrdmatch.inspection._spots import import_pyplot
from xrdmatch.inspection._sticks import AXIS_NAMES

# Okabe and Ito's vermilion and blue on black points; marks of several phases in turn.
COLOURS = {"observed": "#202020", "calculated": "#D55E00", "difference": "#0072B2"}
TICK_COLOURS = ("#009E73", "#CC79A7", "#E69F00", "#56B4E9")
ROW = 0.05  # height of a row of marks in units of the profile's range


class ProfileDisplay:
    """Observed and calculated profile, marks of the peaks, and the difference below.

    The plot of [1]_: points are observed, the line is calculated, each row of marks has the
    positions of one phase, and the line below is observed minus calculated, on the same scale.

    Parameters
    ----------
    x : ndarray of shape (n_points,)
        two_theta [degrees] or q [1/Å].
    observed : ndarray of shape (n_points,)
        Measured intensities.
    calculated : ndarray of shape (n_points,), default=None
        Calculated ones.
    ticks : dict of str to ndarray of shape (n_peaks,), default=None
        Positions of each phase's peaks, in the units of `x`.
    x_axis : {"two_theta", "q"}, default="two_theta"
        What `x` is.
    unit : str, default="counts"
        Unit of the intensities.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes with the profile, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.
    lines_ : dict of str to matplotlib.lines.Line2D
        ``"observed"``, ``"calculated"`` and ``"difference"``, those that there are.
    ticks_ : dict of str to matplotlib.collections.LineCollection
        The marks of each phase.

    See Also
    --------
    PatternDisplay : Peaks or spots, without a profile.

    References
    ----------
    .. [1] R. A. Young (ed.), The Rietveld Method, Oxford University Press (1993).

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.inspection import ProfileDisplay
    >>> two_theta = np.linspace(20, 40, 401)
    >>> calculated = 10 + 900 * np.exp(-((two_theta - 28.4) ** 2) / 0.1)
    >>> observed = np.random.RandomState(0).poisson(calculated)
    >>> display = ProfileDisplay.from_profile(two_theta, observed, calculated, {"Si": [28.4]})
    >>> sorted(display.plot().lines_)
    ['calculated', 'difference', 'observed']
    """

    def __init__(
        self, x, observed, calculated=None, ticks=None, *, x_axis="two_theta", unit="counts"
    ):
        self.x = x
        self.observed = observed
        self.calculated = calculated
        self.ticks = ticks
        self.x_axis = x_axis
        self.unit = unit

    @classmethod
    def from_profile(
        cls, x, observed, calculated=None, ticks=None, *, x_axis="two_theta", unit="counts"
    ):
        """Make a display of a profile.

        Parameters
        ----------
        x : array-like of shape (n_points,)
            two_theta [degrees] or q [1/Å].
        observed : array-like of shape (n_points,)
            Measured intensities; NaN where a point is to be left out.
        calculated : array-like of shape (n_points,), default=None
            Calculated ones; without them no difference is drawn.
        ticks : array-like of shape (n_peaks,) or dict of str to array-like, default=None
            Positions of peaks, in the units of `x`; a dict has those of several phases.
        x_axis : {"two_theta", "q"}, default="two_theta"
            What `x` is.
        unit : str, default="counts"
            Unit of the intensities.

        Returns
        -------
        ProfileDisplay
            The display, not yet plotted.

        Raises
        ------
        ValueError
            If lengths differ, there is nothing to draw, or `x_axis` is unknown.
        """
        if x_axis not in [*AXIS_NAMES]:
            raise ValueError(
                f"x_axis must be one of {', '.join(map(repr, AXIS_NAMES))}, got {x_axis!r}."
            )
        x, observed = _as_column(x, "x"), _as_column(observed, "observed")
        _check_length(observed, x, "observed")
        if calculated is not None:
            calculated = _as_column(calculated, "calculated")
            _check_length(calculated, x, "calculated")
        ticks = ticks if isinstance(ticks, dict | None) else {"peaks": ticks}
        ticks = {str(name): _as_column(at, "ticks") for name, at in (ticks or {}).items()}
        return cls(x, observed, calculated, ticks, x_axis=x_axis, unit=unit)

    def plot(self, ax=None):
        """Draw points, line, marks and difference.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; new axes if None.

        Returns
        -------
        ProfileDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        if ax is None:
            _, ax = import_pyplot().subplots(figsize=(8, 5), layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        low, high = self._range()
        row = ROW * (high - low)
        self.lines_ = self._draw_profiles()
        self.ticks_ = self._draw_ticks(low - row, row)
        floor = low - row * (1.5 + len(self.ticks_)) if self.ticks_ else low
        if self.calculated is not None:
            floor = self._draw_difference(floor - row)
        ax.set(xlim=(self.x.min(), self.x.max()), ylim=(floor - row, high + row))
        ax.set(xlabel=AXIS_NAMES[self.x_axis], ylabel=f"intensity [{self.unit}]")
        ax.set_yticks([tick for tick in ax.get_yticks() if min(low, 0) <= tick <= high + row])
        ax.legend(loc="upper right", frameon=False, fontsize=9, markerscale=2)
        return self

    def _range(self):
        """Smallest and largest intensity; from zero on where none is negative."""
        both = [self.observed] if self.calculated is None else [self.observed, self.calculated]
        values = np.concatenate(both)
        low, high = min(np.nanmin(values), 0.0), np.nanmax(values)
        return low, high if high > low else low + 1.0

    def _draw_profiles(self):
        style = {"marker": ".", "markersize": 3, "linestyle": "none"}
        lines = {"observed": self._draw("observed", self.observed, **style)}
        if self.calculated is not None:
            lines["calculated"] = self._draw("calculated", self.calculated, linewidth=1.2)
        return lines

    def _draw_ticks(self, top, row):
        """Draw a row of marks for each phase, one below the other."""
        found = {}
        for i, (name, positions) in enumerate(self.ticks.items()):
            y = top - (i + 1) * row
            found[name] = self.ax_.vlines(
                positions, y + 0.15 * row, y + 0.85 * row, label=name, linewidth=1.2,
                color=TICK_COLOURS[i % len(TICK_COLOURS)],
            )  # fmt: skip
        return found

    def _draw_difference(self, top):
        """Draw the difference below; return where it ends."""
        difference = self.observed - self.calculated
        zero = top - max(np.nanmax(difference), 0.0)
        self.ax_.axhline(zero, color="0.6", linewidth=0.8, zorder=1)
        self.lines_["difference"] = self._draw("difference", zero + difference, linewidth=0.8)
        return zero + min(np.nanmin(difference), 0.0)

    def _draw(self, name, values, **style):
        return self.ax_.plot(self.x, values, color=COLOURS[name], label=name, **style)[0]


def _as_column(values, name):
    values = np.asarray(values, dtype=float)
    if values.ndim != 1:
        raise ValueError(
            f"{name} must be a list of numbers, got an array of shape {values.shape}; pass one "
            "column."
        )
    return values


def _check_length(values, x, name):
    if len(values) != len(x) or not np.isfinite(values).any():
        raise ValueError(
            f"{name} must have one number for each x, not all NaN, got {len(values)} for "
            f"{len(x)} x; pass profiles of equal length."
        )
