"""One pattern as a picture of spots or of sticks."""

import numpy as np

from xrdmatch.crystallography import ShortRepr
from xrdmatch.inspection._plot.labels import label_spots
from xrdmatch.inspection._plot.profile import ProfileDisplay
from xrdmatch.inspection._plot.pyplot import import_pyplot
from xrdmatch.inspection._plot.spots import (
    COLOURS,
    check_spots,
    draw_spots,
    frame_spots,
    spot_gap,
    spot_reach,
)
from xrdmatch.inspection._plot.sticks import AXIS_NAMES, draw_sticks, label_sticks, stick_positions
from xrdmatch.preprocessing import as_pattern

LONGEST = 7.0  # [inch] longer side of a new figure


class PatternDisplay(ShortRepr):
    r"""The spots of a 2D crystal's pattern, or the peaks of a powder as sticks.

    Areas of spots are in proportion to the square root of the intensity, and a cross marks the
    direct beam. Heights of sticks are in proportion to the intensity.

    Parameters
    ----------
    pattern : DiffractionPattern
        Spots of a zero layer, or powder peaks.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes with the spots or sticks, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.
    spots_ : matplotlib.collections.PatchCollection
        The spots, where it has any.
    sticks_ : matplotlib.collections.LineCollection
        The sticks, where it has any.
    labels_ : list of matplotlib.text.Text
        The indices that found room.

    See Also
    --------
    ProfileDisplay : A measured profile with what was calculated for it.
    RetrievalDisplay : A pattern over its candidates.

    Examples
    --------
    >>> from xrdmatch import DiffractionPattern, DiffractionSimulator
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.inspection import PatternDisplay
    >>> pattern = DiffractionSimulator().transform(load_monolayers()[:1])[0]
    >>> PatternDisplay.from_pattern(pattern).plot().ax_.get_xlabel()
    '$q_x$ [1/Å]'
    >>> powder = DiffractionPattern([[0.319], [0.521]], [100.0, 60.0])
    >>> PatternDisplay.from_pattern(powder).plot(wavelength=1.5406).ax_.get_xlabel()
    '$2\\theta$ [°]'
    """

    def __init__(self, pattern):
        self.pattern = pattern

    @classmethod
    def from_pattern(cls, pattern):
        """Make a display of whatever can be read as a pattern.

        Parameters
        ----------
        pattern : DiffractionPattern, array of shape (n_spots, 3) or picture
            What `xrdmatch.preprocessing.as_pattern` accepts. Where q has one column, it is drawn
            as sticks.

        Returns
        -------
        PatternDisplay
            The display, not yet plotted.

        Raises
        ------
        ValueError
            If it has spots that leave the plane.
        """
        return cls(_checked(as_pattern(pattern)))

    @staticmethod
    def from_profile(
        x, observed, calculated=None, ticks=None, *, x_axis="two_theta", unit="counts"
    ):
        """Make a display of a measured profile: see `ProfileDisplay.from_profile`.

        Parameters
        ----------
        x : array-like of shape (n_points,)
            two_theta [degrees] or q [1/Å].
        observed : array-like of shape (n_points,)
            Measured intensities.
        calculated : array-like of shape (n_points,), default=None
            Calculated ones.
        ticks : array-like of shape (n_peaks,) or dict of str to array-like, default=None
            Positions of peaks, in the units of `x`.
        x_axis : {"two_theta", "q"}, default="two_theta"
            What `x` is.
        unit : str, default="counts"
            Unit of the intensities.

        Returns
        -------
        ProfileDisplay
            The display, not yet plotted.
        """
        return ProfileDisplay.from_profile(x, observed, calculated, ticks, x_axis=x_axis, unit=unit)

    def plot(self, ax=None, *, n_labels=6, wavelength=None):
        """Draw the spots or sticks.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; new axes if None.
        n_labels : int, default=6
            How many of the strongest show their indices, where those are known.
        wavelength : float, default=None
            Wavelength [Å]; powder peaks stand at two_theta then, those that it cannot reach
            are left out. They stand at q if None.

        Returns
        -------
        PatternDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If spots are to have a wavelength, or no peak is within the reach of it.
        """
        if _checked(self.pattern).n_dimensions == 1:
            return self._plot_sticks(ax, n_labels, wavelength)
        if wavelength is not None:
            raise ValueError(
                f"A wavelength turns powder peaks into angles, got {wavelength!r} for spots; leave "
                "it out."
            )
        return self._plot_spots(ax, n_labels)

    def _plot_spots(self, ax, n_labels):
        gap = spot_gap(self.pattern)
        reach = spot_reach(self.pattern, gap)
        if ax is None:
            size = LONGEST * np.maximum(reach / reach.max(), 0.5)
            _, ax = import_pyplot().subplots(figsize=size, layout="constrained")
        frame_spots(ax, reach)
        ax.set(xlabel="$q_x$ [1/Å]", ylabel="$q_y$ [1/Å]")
        self.spots_ = draw_spots(ax, self.pattern, gap, colour=COLOURS["query"], label="spots")
        known = self.pattern.hkl is not None
        self.labels_ = label_spots(ax, self.pattern, gap, n_labels) if known else []
        self.ax_, self.figure_ = ax, ax.figure
        return self

    def _plot_sticks(self, ax, n_labels, wavelength):
        positions = stick_positions(self.pattern, wavelength)
        if ax is None:
            size = LONGEST, 0.6 * LONGEST
            _, ax = import_pyplot().subplots(figsize=size, layout="constrained")
        name = AXIS_NAMES["q" if wavelength is None else "two_theta"]
        ax.set(xlabel=name, ylabel="relative intensity [%]")
        self.sticks_ = draw_sticks(ax, positions, self.pattern, COLOURS["query"])
        known = self.pattern.hkl is not None
        self.labels_ = label_sticks(ax, positions, self.pattern, n_labels) if known else []
        self.ax_, self.figure_ = ax, ax.figure
        return self


def _checked(pattern):
    return pattern if pattern.n_dimensions == 1 else check_spots(pattern)
