"""A solved structure as a picture: its profile over the scan, and its bonds."""

from xrdmatch.crystallography import ShortRepr
from xrdmatch.solution._bond_list import bond_list
from xrdmatch.solution._plot.solution import draw_bonds, draw_profile, new_figure


class SolutionDisplay(ShortRepr):
    """Profile of a structure over the scan, and its bonds beside those that are usual.

    Above, points are observed, the line is calculated, marks are the positions of peaks and the
    line below is the difference. Below, each point is the shortest bond of an atom to an element;
    bars are what is usual, and bonds that are off by more than three standard deviations are red.

    Parameters
    ----------
    profile : ScanProfile
        What was observed and calculated.
    bonds : list of Bond
        The bonds.
    title : str, default=""
        What stands above.

    Attributes
    ----------
    ax_ : ndarray of shape (2,) of matplotlib.axes.Axes
        Profile and bonds, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.

    See Also
    --------
    StructureSolver : Solves structures.

    Examples
    --------
    >>> from xrdmatch.solution import SolutionDisplay
    >>> display = SolutionDisplay.from_solution(solution)  # doctest: +SKIP
    >>> display.save("solved.png")  # doctest: +SKIP
    """

    def __init__(self, profile, bonds, title=""):
        self.profile = profile
        self.bonds = bonds
        self.title = title

    @classmethod
    def from_solution(cls, solution, rank=1, *, bond_check=None):
        """Take one structure of a solution.

        Parameters
        ----------
        solution : Solution
            What a `StructureSolver` found.
        rank : int, default=1
            Which of its structures, the best is 1.
        bond_check : BondCheck, default=None
            Knows which bonds are usual; sums of covalent radii if None.

        Returns
        -------
        SolutionDisplay
            To be plotted.

        Raises
        ------
        ValueError
            If there is no such structure, or it was not refined.
        """
        refined = [one for one in solution.ranked if one.refined is not None]
        if not 1 <= rank <= len(refined):
            raise ValueError(
                f"Refined structures are drawn, got rank {rank} of {len(refined)}; look at the "
                "solution's reason."
            )
        one = refined[rank - 1]
        statistics = None if bond_check is None else bond_check.statistics_
        bonds = bond_list(one.structure, statistics)
        return cls(one.refined.profile, bonds, _title(one))

    def plot(self, figure=None):
        """Draw it.

        Parameters
        ----------
        figure : matplotlib.figure.Figure, default=None
            Where; a new one if None.

        Returns
        -------
        SolutionDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        self.figure_ = new_figure() if figure is None else figure
        self.ax_ = self.figure_.subplots(2, 1, height_ratios=(3, 2))
        draw_profile(self.ax_[0], self.profile)
        draw_bonds(self.ax_[1], self.bonds)
        self.ax_[0].set_title(self.title, fontsize="medium")
        return self

    def save(self, path, *, dpi=150):
        """Draw it into a file, without a window.

        Parameters
        ----------
        path : path
            Where; the ending says what kind of picture.
        dpi : float, default=150
            Points per inch.

        Returns
        -------
        SolutionDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        self.plot(new_figure(shown=False))
        self.figure_.savefig(path, dpi=dpi)
        return self


def _title(one):
    group = f"space group {one.refined.space_group}"
    fit = f"$R_{{wp}}$ {100 * one.refined.r_wp:.1f} %, probability {one.probability:.2f}"
    return f"{one.structure.composition.reduced_formula}, {group}, as {one.label}\n{fit}"
