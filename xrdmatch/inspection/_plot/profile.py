"""A measured profile with what was calculated for it."""

from xrdmatch.inspection._plot.decomposed_profile import decomposed_profile
from xrdmatch.inspection._plot.profile_columns import profile_columns
from xrdmatch.inspection._plot.profile_drawing import draw_profile
from xrdmatch.inspection._plot.pyplot import DrawnIntoFiles, import_pyplot
from xrdmatch.inspection._plot.refined_profile import refined_profile

SIZE = (8, 5)  # inches


class ProfileDisplay(DrawnIntoFiles):
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
    r_wp : float, default=None
        Weighted residual of the calculated profile, as a fraction, for the legend.
    phases : dict of str to ndarray of shape (n_points,), default=None
        Intensities calculated of each phase of a mixture, background included; filled in the
        colour of its marks.

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
    xrdmatch.retrieval.PhysicsReranker : Its `refine` calculates profiles of candidates.
    xrdmatch.refinement.refine_scan : Calculates that of a known structure.

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

    size = SIZE

    def __init__(
        self,
        x,
        observed,
        calculated=None,
        ticks=None,
        *,
        x_axis="two_theta",
        unit="counts",
        r_wp=None,
        phases=None,
    ):
        self.x = x
        self.observed = observed
        self.calculated = calculated
        self.ticks = ticks
        self.x_axis = x_axis
        self.unit = unit
        self.r_wp = r_wp
        self.phases = phases

    @classmethod
    def from_profile(
        cls,
        x,
        observed,
        calculated=None,
        ticks=None,
        *,
        x_axis="two_theta",
        unit="counts",
        r_wp=None,
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
        r_wp : float, default=None
            Weighted residual of the calculated profile where it is known, as a fraction: 0.1 for
            10 %. The legend has it.

        Returns
        -------
        ProfileDisplay
            The display, not yet plotted.

        Raises
        ------
        ValueError
            If lengths differ, there is nothing to draw, or `x_axis` is unknown.
        """
        columns = profile_columns(x, observed, calculated, ticks, x_axis)
        return cls(*columns, x_axis=x_axis, unit=unit, r_wp=r_wp)

    @classmethod
    def from_refinement(cls, fits, row=0, candidate=0, *, name="peaks"):
        """Make a display of what was refined to a scan.

        Parameters
        ----------
        fits : ScanFits or ScanRefinement
            What `PhysicsReranker.refine` or `refine_scan` returned.
        row : int, default=0
            Which of the scans.
        candidate : int, default=0
            Which of its candidates; the best is 0.
        name : str, default="peaks"
            What the marks are called, such as the formula of the candidate.

        Returns
        -------
        ProfileDisplay
            The display, not yet plotted.

        Raises
        ------
        ValueError
            If no profile was refined, or there is no such scan or candidate.

        Examples
        --------
        >>> import numpy as np
        >>> from pymatgen.core import Lattice, Structure
        >>> from xrdmatch.inspection import ProfileDisplay
        >>> from xrdmatch.retrieval import make_powder_retriever
        >>> from xrdmatch.simulation import DiffractionSimulator, PowderProfile
        >>> salt = Structure.from_spacegroup(
        ...     "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
        >>> angles = PowderProfile(np.arange(20, 80, 0.05), fwhm=0.3, background=0.1)
        >>> scans = DiffractionSimulator("powder", "CuKa", profile=angles).transform([salt])
        >>> fits = make_powder_retriever().fit([salt]).refine(scans, 1)
        >>> display = ProfileDisplay.from_refinement(fits, name="NaCl")
        >>> bool(display.r_wp < 0.05)
        True
        """
        return cls.from_profile(**refined_profile(fits, row, candidate, name))

    @classmethod
    def from_decomposition(cls, found):
        """Make a display of the phases of a mixture.

        Parameters
        ----------
        found : DecomposedScan
            What `PhaseDecomposition.decompose` returned for one scan.

        Returns
        -------
        ProfileDisplay
            The display, not yet plotted: each phase above the background in a colour of its own.

        Raises
        ------
        TypeError
            If it is no `DecomposedScan`.
        """
        return cls(**decomposed_profile(found))

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
            _, ax = import_pyplot().subplots(figsize=SIZE, layout="constrained")
        self.ax_, self.figure_ = ax, ax.figure
        self.lines_, self.ticks_ = draw_profile(self, ax)
        return self
