"""Structures for scans whose crystals are in no library."""

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted
from tqdm import tqdm

from xrdmatch.crystallography import ObjectInput
from xrdmatch.solution._bond_check import BondCheck
from xrdmatch.solution._cell_finder import CellFinder
from xrdmatch.solution._solving.certainty import shipped_certainty
from xrdmatch.solution._solving.inputs import check_solver, questions_of, solved_or_why
from xrdmatch.solution._solving.matches import certainty_of, match_rate
from xrdmatch.solution._solving.one_scan import Tools
from xrdmatch.solution._structure_proposer import StructureProposer
from xrdmatch.solution._structure_refiner import StructureRefiner


class StructureSolver(ObjectInput, BaseEstimator):
    """Solve structures from powder scans, by templates of a library and without any network.

    1. A proposer gives templates the query's elements and the size at which they are most alike
       to the scan.
    2. Their cells are fitted with sites held. In the order in which they then fit, a refiner fits
       cell, sites and lines of the best ones, ten by ten.
    3. Each is judged by what it leaves unexplained, by its number of free parameters and by its
       bonds, against what was learned of scans whose structures were known. The solver stops
       where one is probable enough or explains 85 % of the net counts.
    4. Where the best leaves 15 % or more unexplained, or structures that differ are too few, it
       finds cells from the peaks, lays templates onto them and goes on with 2.
    5. If still none is probable enough, it abstains and says why.

    Parameters
    ----------
    proposer : StructureProposer or its like, default=None
        What proposes structures; `StructureProposer()` if None.
    refiner : StructureRefiner or its like, default=None
        What refines them; `StructureRefiner()` if None.
    cell_finder : CellFinder, False or its like, default=None
        What finds cells; `CellFinder()` if None; False leaves step 4 out.
    bond_check : BondCheck, False or its like, default=None
        What judges bonds; `BondCheck()` if None, which learns of the library for minutes, where
        `PretrainedBondCheck()` is ready at once; False leaves it out.
    min_probability : float, default=0.9
        Probability from which on a structure is an answer.
    n_tries : int, default=24
        Structures that are refined at most, of templates and again of those laid onto cells.
    time_limit : float, default=None
        Seconds for each scan after which nothing further is begun.
    score_k : int, default=1
        How many structures `score` looks at.
    verbose : int, default=0
        1 shows progress over several scans.

    Attributes
    ----------
    proposer_, refiner_, cell_finder_, bond_check_
        As they were fitted.
    certainty_ : Certainty
        What was learned of right and wrong structures; shipped, until `calibrate` learns anew.

    See Also
    --------
    TemplateLibrary, CellFinder, StructureProposer, StructureRefiner

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.simulation import perturb_scans
    >>> from xrdmatch.solution import StructureSolver
    >>> def perovskite(a, *elements):
    ...     sites = [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0]]
    ...     return Structure.from_spacegroup("Pm-3m", Lattice.cubic(a), elements, sites)
    >>> library = [perovskite(3.905, "Sr", "Ti", "O"), perovskite(4.04, "Ba", "Ti", "O")]
    >>> solver = StructureSolver(bond_check=False).fit(library)
    >>> scan = perturb_scans([perovskite(4.19, "Ba", "Zr", "O")], 0.3, random_state=0)[0]
    >>> best = solver.solve(scan, "BaZrO3")[0].ranked[0]
    >>> best.structure.formula, best.refined.space_group
    ('Ba1 Zr1 O3', 221)
    >>> bool(abs(best.structure.lattice.a - 4.19) < 0.02)
    True
    """

    def __init__(
        self,
        proposer=None,
        refiner=None,
        *,
        cell_finder=None,
        bond_check=None,
        min_probability=0.9,
        n_tries=24,
        time_limit=None,
        score_k=1,
        verbose=0,
    ):
        self.proposer = proposer
        self.refiner = refiner
        self.cell_finder = cell_finder
        self.bond_check = bond_check
        self.min_probability = min_probability
        self.n_tries = n_tries
        self.time_limit = time_limit
        self.score_k = score_k
        self.verbose = verbose

    def fit(self, structures, labels=None):
        """Take a library of templates, and learn of its bonds.

        Parameters
        ----------
        structures : iterable of Structure
            Crystals; those with mixed sites are left out and named.
        labels : iterable, default=None
            One for each; 0, 1, ... if None.

        Returns
        -------
        StructureSolver
            The solver itself.

        Raises
        ------
        ValueError
            If there is no structure that can be a template, or an option is out of its range.
        """
        check_solver(self)
        structures = list(structures)
        self.proposer_ = _made(self.proposer, StructureProposer).fit(structures, labels)
        self.refiner_ = _made(self.refiner, StructureRefiner)
        self.cell_finder_ = _made(self.cell_finder, CellFinder)
        self.bond_check_ = _made(self.bond_check, BondCheck)
        if self.bond_check_ is not None:
            self.bond_check_.fit(structures)
        self.certainty_ = shipped_certainty()
        return self

    def calibrate(self, structures, scans):
        """Learn anew how probable it is that the best structure is right.

        Parameters
        ----------
        structures : list of n_scans Structure
            Crystals whose formulas are not in the library; a hundred or more.
        scans : list of n_scans Scan
            One of each, as those are that will be asked about.

        Returns
        -------
        StructureSolver
            The solver itself.

        Raises
        ------
        ValueError
            If fewer than five are solved rightly, or fewer than five wrongly.
        """
        check_is_fitted(self, "proposer_")
        compositions = [structure.composition for structure in structures]
        solutions = self.solve(scans, compositions)
        self.certainty_ = certainty_of(solutions, structures)
        return self

    def solve(self, patterns, compositions=None, k=1):
        """Solve scans, and keep all that was tried.

        Parameters
        ----------
        patterns : Scan or list of n_scans Scan
            With their radiation.
        compositions : str, Composition, or list of n_scans of these or None, default=None
            What they consist of; one for all, or one for each.
        k : int, default=1
            How many different structures are wanted of each.

        Returns
        -------
        list of n_scans Solution
            One for each; a scan that cannot be read or a formula that cannot be has no structures
            and a reason.

        Raises
        ------
        TypeError
            If a pattern is no scan.
        ValueError
            If there is not one composition for each scan, or k is below 1.
        """
        check_is_fitted(self, "proposer_")
        questions = questions_of(patterns, compositions, k)
        tools = self._tools()
        n, silent = len(questions), not self.verbose
        shown = tqdm(questions, "solving", n, unit=" scans", disable=silent)
        return [solved_or_why(*question, tools, k) for question in shown]

    def predict(self, patterns, compositions=None, k=1):
        """Solve scans.

        Parameters
        ----------
        patterns, compositions
            As of `solve`.
        k : int, default=1
            How many structures each gets.

        Returns
        -------
        list
            For k = 1 a Structure for each scan, or None where the solver abstains; else a list of
            at most k different structures for each, the best first, whether or not it abstains.
        """
        solutions = self.solve(patterns, compositions, k)
        if k == 1:
            return [solution.answer for solution in solutions]
        return [solution.structures(k) for solution in solutions]

    def score(self, structures, patterns):
        """Match rate: the share of scans for which one of the best `score_k` structures is right.

        Compositions are those of the structures; whether the solver abstains does not count.

        Parameters
        ----------
        structures : list of n_scans Structure
            The truth.
        patterns : list of n_scans Scan
            The scans.

        Returns
        -------
        float
            Alike by pymatgen's StructureMatcher (``ltol=0.3``, ``stol=0.5``, ``angle_tol=10``).
        """
        compositions = [structure.composition for structure in structures]
        found = self.predict(patterns, compositions, k=max(self.score_k, 2))
        return match_rate([row[: self.score_k] for row in found], structures)

    def _tools(self):
        limit = np.inf if self.time_limit is None else self.time_limit
        return Tools(
            self.proposer_, self.refiner_, self.cell_finder_, self.bond_check_, self.certainty_,
            self.min_probability, self.n_tries, limit,
        )  # fmt: skip


def _made(given, default):
    """Make a fresh part: a clone of what was given, the default, or None for False."""
    if given is False:
        return None
    return default() if given is None else clone(given)
