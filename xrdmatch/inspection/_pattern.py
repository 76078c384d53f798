"""One pattern as a picture of spots."""

import numpy as np

from xrdmatch.inspection._labels import label_spots
from xrdmatch.inspection._spots import (
    COLOURS,
    check_spots,
    draw_spots,
    frame_spots,
    import_pyplot,
    spot_gap,
    spot_reach,
)
from xrdmatch.preprocessing import as_pattern

LONGEST = 7.0  # [inch] longer side of a new figure


class PatternDisplay:
    """The spots of a 2D crystal's pattern.

    Areas are in proportion to the square root of the intensity; a cross marks the direct beam.

    Parameters
    ----------
    pattern : DiffractionPattern
        Spots of a zero layer.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes with the spots, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.
    spots_ : matplotlib.collections.PatchCollection
        The spots.
    labels_ : list of matplotlib.text.Text
        The indices that found room.

    See Also
    --------
    RetrievalDisplay : A pattern over its candidates.

    Examples
    --------
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.inspection import PatternDisplay
    >>> pattern = DiffractionSimulator().transform(load_monolayers()[:1])[0]
    >>> PatternDisplay.from_pattern(pattern).plot().ax_.get_xlabel()
    '$q_x$ [1/Å]'
    """

    def __init__(self, pattern):
        self.pattern = pattern

    @classmethod
    def from_pattern(cls, pattern):
        """Make a display of whatever can be read as a pattern.

        Parameters
        ----------
        pattern : DiffractionPattern, array of shape (n_spots, 3) or picture
            What `xrdmatch.preprocessing.as_pattern` accepts.

        Returns
        -------
        PatternDisplay
            The display, not yet plotted.

        Raises
        ------
        ValueError
            If it has no spots in a plane, such as a powder pattern.
        """
        return cls(check_spots(as_pattern(pattern)))

    def plot(self, ax=None, *, n_labels=6):
        """Draw the spots.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; new axes if None.
        n_labels : int, default=6
            How many of the strongest spots show their indices, where those are known.

        Returns
        -------
        PatternDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        check_spots(self.pattern)
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
