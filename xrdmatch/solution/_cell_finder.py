"""Indexing of powder patterns: unit cells from peak positions."""

import time
import warnings

from sklearn.base import BaseEstimator, TransformerMixin
from sklearn.utils import Bunch

from xrdmatch.crystallography import ObjectInput
from xrdmatch.preprocessing import as_queries
from xrdmatch.solution._cells.inputs import check_options, formula, lines_of, systems
from xrdmatch.solution._cells.lattice_symmetry import found_cell
from xrdmatch.solution._cells.search import Limits, best_cells
from xrdmatch.solution._cells.volumes import VolumePrior


class CellFinder(ObjectInput, TransformerMixin, BaseEstimator):
    """Find unit cells that explain where the peaks of a powder pattern are.

    1. Peaks of a scan are found by `PeakFinder`, which fits both lines of a doublet; the first
       `n_peaks` of them are used.
    2. For each kind of lattice from cubic to monoclinic, a few of the first lines, as many as the
       metric has parameters, are given low indices in all ways (as in TREOR [1]_); these are
       linear equations for the metric. Triclinic cells are put together of three zones, whose
       angles follow from the lines (as in Ito's method).
    3. What reflections of the trial cells lie at lines is looked up in a table, half a million
       cells a second. The best are refined by least squares with a zero shift.
    4. Cells are ranked by how much likelier the lines are with the cell than by chance, less what
       free parameters, unseen reflections and an unlikely volume cost. Where a cell is too small
       to hold the formula, cells two to four times as large are offered as well. Of cells with
       the same lattice one is kept.
    5. Where no cell is better than none, lines may be foreign, and the search is repeated with
       those of at least 5 % of the strongest.

    It learns nothing, so it needs no fit.

    Parameters
    ----------
    n_cells : int, default=10
        Cells returned at the most.
    n_peaks : int, default=20
        Peaks used, the first ones; 3 to 32.
    crystal_systems : list of str, optional
        Systems of the lattices that are tried, by their names in `FoundCell`; all if None.
    max_volume : float, default=1500.0
        Largest volume of a primitive cell [Å^3].
    zero_shift : float, default=0.1
        Largest shift of all angles [degrees]; a third of it is taken to be usual.
    max_unexplained : int, default=4
        Peaks that may belong to something else.
    time_limit : float, default=10.0
        After how much time no other kind of lattice is begun [s]; one takes up to about 0.5 s.
    peak_finder : PeakFinder, optional
        Finds the peaks of scans; with its defaults if None.

    See Also
    --------
    FoundCell : What is returned.
    xrdmatch.preprocessing.PeakFinder : Finds the peaks.

    Notes
    -----
    A powder pattern cannot tell some cells apart, and shows of a superstructure only what is
    stronger than the noise. The list is made to hold different cells, so read it as alternatives.

    References
    ----------
    .. [1] P.-E. Werner, L. Eriksson and M. Westdahl, J. Appl. Cryst. 18, 367 (1985).
    .. [2] P. M. de Wolff, J. Appl. Cryst. 1, 108 (1968).

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch import DiffractionPattern
    >>> from xrdmatch.solution import CellFinder
    >>> n = np.array([3, 4, 8, 11, 12, 16, 19, 20])  # h^2 + k^2 + l^2 of halite's lattice
    >>> halite = DiffractionPattern(np.sqrt(n)[:, None] / 5.64, np.ones(8), radiation="CuKa")
    >>> best = CellFinder(n_cells=1).find(halite, "NaCl")[0]
    >>> best.crystal_system, best.centring, round(best.lattice.a, 3)
    ('cubic', 'F', 5.64)
    """

    _requires_fit = False

    def __init__(
        self,
        n_cells=10,
        n_peaks=20,
        *,
        crystal_systems=None,
        max_volume=1500.0,
        zero_shift=0.1,
        max_unexplained=4,
        time_limit=10.0,
        peak_finder=None,
    ):
        self.n_cells = n_cells
        self.n_peaks = n_peaks
        self.crystal_systems = crystal_systems
        self.max_volume = max_volume
        self.zero_shift = zero_shift
        self.max_unexplained = max_unexplained
        self.time_limit = time_limit
        self.peak_finder = peak_finder

    def fit(self, patterns=None, y=None):
        """Check the options; there is nothing to learn.

        Parameters
        ----------
        patterns, y : object
            Ignored.

        Returns
        -------
        self
            The finder itself.

        Raises
        ------
        ValueError
            If an option is out of its range.
        """
        check_options(self)
        return self

    def find(self, pattern, composition=None):
        """Find the cells of one pattern.

        Parameters
        ----------
        pattern : Scan or DiffractionPattern
            A scan, or the peaks of a powder; with its wavelength.
        composition : Composition or str, optional
            The formula, which says how large the cell may be: a multiple of the sum of its
            atoms' volumes.

        Returns
        -------
        list of FoundCell
            The best first; empty where no cell within the limits explains all but
            `max_unexplained` peaks, or the time did not suffice to find one: `search` says which.

        Raises
        ------
        TypeError
            If it is neither a scan nor a pattern.
        ValueError
            If it has spots in place of a powder's peaks, its wavelength is unknown, it has fewer
            than three peaks, the formula cannot be read, or an option is out of its range.
        """
        return self.search(pattern, composition).cells

    def search(self, pattern, composition=None):
        """Find the cells of one pattern, and say what was done.

        Parameters
        ----------
        pattern : Scan or DiffractionPattern
            As in `find`.
        composition : Composition or str, optional
            The formula.

        Returns
        -------
        Bunch
            ``cells``, as `find` returns them; ``two_theta`` of shape (n_peaks,), the peaks that
            were used [degrees]; ``systems``, the crystal systems that were tried; ``seconds``;
            and ``reason``, why there is no cell, empty where there is one.

        Raises
        ------
        TypeError, ValueError
            As in `find`.
        """
        check_options(self)
        start = time.monotonic()
        prior = VolumePrior(formula(composition))
        lines = lines_of(pattern, self.n_peaks, self.peak_finder)
        limits = Limits(
            self.max_volume, self.zero_shift, self.max_unexplained, start + self.time_limit
        )
        found, tried = best_cells(lines, prior, systems(self), limits, self.n_cells)
        return Bunch(
            cells=[found_cell(cell) for cell in found],
            two_theta=lines.two_theta,
            systems=tried,
            seconds=time.monotonic() - start,
            reason="" if found else _reason(tried, systems(self)),
        )

    def find_many(self, patterns, compositions=None):
        """Find the cells of several patterns; those that do not suit are warned of.

        Parameters
        ----------
        patterns : list of Scan or DiffractionPattern
            A single one counts as a list of one.
        compositions : list, optional
            One formula or None for each.

        Returns
        -------
        list of list of FoundCell
            One list for each pattern, empty for those that do not suit.

        Raises
        ------
        ValueError
            If there is not one formula for each pattern, or an option is out of its range.
        """
        check_options(self)
        patterns = as_queries(patterns)
        formulas = [None] * len(patterns) if compositions is None else list(compositions)
        if len(formulas) != len(patterns):
            raise ValueError(
                f"Each pattern needs a formula or None, got {len(patterns)} patterns and "
                f"{len(formulas)} formulas; pass lists of equal length."
            )
        pairs = enumerate(zip(patterns, formulas, strict=True))
        return [self._found_or_warned(i, pattern, formula) for i, (pattern, formula) in pairs]

    def transform(self, patterns):
        """Find the cells of several patterns without formulas.

        Parameters
        ----------
        patterns : list of Scan or DiffractionPattern
            A single one counts as a list of one.

        Returns
        -------
        list of list of FoundCell
            As in `find_many`.
        """
        return self.find_many(patterns)

    def _found_or_warned(self, i, pattern, formula):
        try:
            return self.find(pattern, formula)
        except (TypeError, ValueError) as error:
            warnings.warn(f"No cells for pattern {i}: {error}", UserWarning, stacklevel=3)
            return []


def _reason(tried, asked):
    if left := ", ".join(name for name in asked if name not in tried):
        return f"the time limit was reached before these were tried: {left}"
    return "no cell within the limits explains the peaks"
