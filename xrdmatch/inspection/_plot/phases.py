"""The phases of a scan: profile, marks of the peaks and difference in panels of their own."""

import numpy as np

from xrdmatch.inspection._plot.decomposed_profile import decomposed_profile
from xrdmatch.inspection._plot.phases_drawing import draw_phase_panels
from xrdmatch.inspection._plot.pyplot import DrawnIntoFiles, import_pyplot

SIZE = (9, 6)  # inches
SCALES = ("linear", "sqrt")


class PhaseDisplay(DrawnIntoFiles):
    """What each phase adds to a scan, what is left of it, and the peaks that nothing explains.

    The picture of a report, for notebooks: the scan with each phase in its colour above the
    background, a row of marks for each phase's peaks, and below them observed minus calculated.
    On the scale of square roots weak peaks show beside strong ones, and the difference is that of
    the roots, whose counting error is 1/2 everywhere.

    Parameters
    ----------
    two_theta : ndarray of shape (n_points,)
        Angles [degrees].
    observed, calculated, background : ndarray of shape (n_points,)
        Counts.
    phases : dict of str to ndarray of shape (n_points,)
        Counts of each phase, background included.
    ticks : dict of str to ndarray of shape (n_peaks,)
        Angles of each phase's peaks [degrees].
    unexplained : ndarray of shape (n_unexplained,)
        Angles of peaks that no phase explains [degrees].
    r_wp : float, default=None
        Weighted residual, as a fraction.
    scale : {"linear", "sqrt"}, default="linear"
        Scale of the counts.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes with the profile, once plotted.
    axes_ : dict of str to matplotlib.axes.Axes
        ``"counts"``, ``"ticks"`` and ``"difference"``.
    figure_ : matplotlib.figure.Figure
        Their figure.
    lines_ : dict of str to matplotlib.lines.Line2D
        ``"observed"``, ``"calculated"``, ``"difference"`` and ``"unexplained"``.

    See Also
    --------
    ProfileDisplay.from_decomposition : The same in one axes, without marks of what is left.
    PhaseSeriesDisplay : Fractions over a series.
    IdentificationReport : A page with this picture, to zoom.

    Examples
    --------
    >>> import numpy as np
    >>> from pymatgen.core import Structure
    >>> from xrdmatch.inspection import PhaseDisplay
    >>> from xrdmatch.retrieval import PhaseDecomposition, make_powder_retriever
    >>> from xrdmatch.simulation import DiffractionSimulator, PowderProfile
    >>> iron = Structure.from_prototype("bcc", ["Fe"], a=2.866)
    >>> angles = PowderProfile(np.arange(30, 120, 0.05), background=0.1)
    >>> scans = DiffractionSimulator("powder", "CuKa", profile=angles).transform([iron])
    >>> (found,) = PhaseDecomposition(make_powder_retriever().fit([iron])).decompose(scans)
    >>> display = PhaseDisplay.from_decomposition(found, scale="sqrt").plot()
    >>> sorted(display.axes_)
    ['counts', 'difference', 'ticks']
    """

    size = SIZE

    def __init__(
        self,
        two_theta,
        observed,
        calculated,
        background,
        phases,
        ticks,
        unexplained,
        *,
        r_wp=None,
        scale="linear",
    ):
        self.two_theta = two_theta
        self.observed = observed
        self.calculated = calculated
        self.background = background
        self.phases = phases
        self.ticks = ticks
        self.unexplained = unexplained
        self.r_wp = r_wp
        self.scale = scale

    @classmethod
    def from_decomposition(cls, found, *, scale="linear"):
        """Make a display of the phases of a scan.

        Parameters
        ----------
        found : DecomposedScan
            What `PhaseDecomposition.decompose` returned for one scan.
        scale : {"linear", "sqrt"}, default="linear"
            Scale of the counts.

        Returns
        -------
        PhaseDisplay
            The display, not yet plotted.

        Raises
        ------
        TypeError
            If it is no `DecomposedScan`.
        ValueError
            If there is no such scale.
        """
        if scale not in SCALES:
            raise ValueError(
                f"scale must be one of {', '.join(map(repr, SCALES))}, got {scale!r}; pick one."
            )
        drawn = decomposed_profile(found)
        drawn["two_theta"] = drawn.pop("x")
        left = np.asarray(found.unexplained.two_theta, dtype=float)
        background = found.profiles.background
        return cls(background=background, unexplained=left, scale=scale, **drawn)

    def plot(self, ax=None):
        """Draw the panels.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; the panels share its place. New axes if None.

        Returns
        -------
        PhaseDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        if ax is None:
            _, ax = import_pyplot().subplots(figsize=SIZE, layout="constrained")
        self.axes_, self.lines_ = draw_phase_panels(self, ax)
        self.ax_, self.figure_ = self.axes_["counts"], ax.figure
        return self
