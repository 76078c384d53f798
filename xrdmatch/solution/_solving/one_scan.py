"""From one scan to ranked structures."""

from time import monotonic
from typing import NamedTuple

import numpy as np

from xrdmatch.preprocessing import flattened
from xrdmatch.refinement import check_refinable
from xrdmatch.solution._compositions import as_composition
from xrdmatch.solution._different import first_different
from xrdmatch.solution._solution import Solution
from xrdmatch.solution._solving.cell_fits import by_cell_fits
from xrdmatch.solution._solving.judged import judged

EXPLAINED = 0.15  # residual below which no better structure is looked for
N_FITTED = 60  # proposals whose cells are fitted; others only fill the list
BATCH = 10  # structures refined before it is asked whether one is sure enough


class Tools(NamedTuple):
    """The fitted parts that solve a scan.

    Parameters
    ----------
    proposer, refiner, cell_finder, bond_check
        As of `StructureSolver`; the last two may be None.
    certainty : Certainty
        What was learned of facts.
    min_probability : float
        From which on no further structure is tried.
    n_tries : int
        Structures that are refined at most, of either kind of proposals.
    time_limit : float
        Seconds after which nothing further is begun.
    """

    proposer: object
    refiner: object
    cell_finder: object
    bond_check: object
    certainty: object
    min_probability: float
    n_tries: int
    time_limit: float


class _Progress:
    """What was tried so far for one scan."""

    def __init__(self, tools):
        self.tools = tools
        self.end = monotonic() + tools.time_limit
        self.proposals, self.refined, self.bonds = [], [], []
        self.seconds, self.ranked = {}, []
        self.without_cells = ""  # why no cell was found

    @property
    def is_sure(self):
        """Whether one structure is probable enough."""
        best = self.ranked[0].probability if self.ranked else np.nan
        return best >= self.tools.min_probability

    @property
    def is_explained(self):
        """Whether one structure leaves so little unexplained that no better one is looked for."""
        best = self.ranked[0].refined if self.ranked else None
        return self.is_sure or (best is not None and best.residual < EXPLAINED)

    @property
    def is_late(self):
        """Whether the time is over."""
        return monotonic() > self.end

    def needs_cells(self, k):
        """Whether templates of their own cells do not suffice, and there is time."""
        return not self.is_late and (not self.is_explained or self._n_different(k) < k)

    def _n_different(self, k):
        """How many different structures there are, counted up to k."""
        return len(first_different([one.structure for one in self.ranked], k))

    def timed(self, step, call, *arguments):
        """Call something and add its time to a step's."""
        start = monotonic()
        result = call(*arguments)
        self.seconds[step] = self.seconds.get(step, 0.0) + monotonic() - start
        return result

    def try_out(self, scan, proposals):
        """Refine and judge proposals, until one is sure enough or the time is over."""
        fitted = self.timed("cell fits", by_cell_fits, scan, proposals[:N_FITTED])
        proposals = [*fitted, *proposals[N_FITTED:]]
        for start in range(0, min(len(proposals), self.tools.n_tries), BATCH):
            if self.is_explained or self.is_late:
                break
            self._refine(scan, proposals[start : start + BATCH])
        tried = {id(proposal) for proposal in self.proposals}
        self._add([p for p in proposals if id(p) not in tried], None, None)

    def cells(self, scan, composition):
        """Cells found from the peaks; none, and why, where these do not suffice."""
        try:
            return self.timed("cells", self.tools.cell_finder.find, scan, composition)
        except ValueError as error:
            self.without_cells = f"; no cell was sought: {error}"
            return []

    def _refine(self, scan, batch):
        left = self.end - monotonic()
        structures = [proposal.structure for proposal in batch]
        refined = self.timed("refinement", self.tools.refiner.refine, scan, structures, left)
        self._add(batch, refined, self.timed("bonds", self._bonds, refined))

    def _bonds(self, refined):
        """Probabilities of the bond check; NaN where there is none to ask."""
        bonds = np.full(len(refined), np.nan)
        some = [i for i, one in enumerate(refined) if one is not None]
        if self.tools.bond_check is not None and some:
            structures = [refined[i].structure for i in some]
            bonds[some] = self.tools.bond_check.predict_proba(structures)[:, 1]
        return bonds

    def _add(self, proposals, refined, bonds):
        nothing = [None] * len(proposals), [np.nan] * len(proposals)
        self.proposals += proposals
        self.refined += nothing[0] if refined is None else refined
        self.bonds += nothing[1] if bonds is None else list(bonds)
        everything = self.proposals, self.refined, np.array(self.bonds)
        self.ranked = judged(*everything, self.tools.certainty)


def solved(scan, composition, tools, k=1):
    """Solve one scan.

    1. Templates with the query's elements are proposed; their cells are fitted, and in the order
       in which they then fit, they are refined with their sites and judged, ten by ten.
    2. If none is sure enough, and the best leaves 15 % of the net counts or more, cells are found
       from the peaks, and templates laid onto them are refined and judged as well; if only
       different structures are too few, they are listed as they fit.

    Parameters
    ----------
    scan : Scan
        With its radiation.
    composition : Composition, str or None
        What it consists of; None if that is not known.
    tools : Tools
        What it is solved with.
    k : int, default=1
        How many different structures are wanted.

    Returns
    -------
    Solution
        What was found.

    Raises
    ------
    ValueError
        If the scan has no radiation or hardly a point within reach, or the composition cannot be.
    """
    check_refinable(scan)
    composition = None if composition is None else as_composition(composition)
    progress, cells = _Progress(tools), []
    (flat,) = flattened([scan])
    proposer = tools.proposer
    progress.try_out(flat, progress.timed("proposals", proposer.propose, flat, composition))
    if tools.cell_finder is not None and progress.needs_cells(k):
        cells = progress.cells(flat, composition)
        if cells:
            laid = progress.timed("proposals", proposer.propose, flat, composition, cells)
            progress.try_out(flat, laid)
    reason = why_not(progress, composition)
    return Solution(scan, composition, progress.ranked, cells, reason, progress.seconds)


def why_not(progress, composition):
    """Say why there is no answer; nothing where there is one."""
    if progress.is_sure:
        return ""
    if not progress.ranked:
        formula = "" if composition is None else composition.anonymized_formula
        kind = f"has the anonymous formula {formula}" if formula else "was proposed"
        return f"no template {kind}; use a larger library"
    late = ", and the time was over" if progress.is_late else ""
    best = progress.ranked[0]
    if best.refined is None:
        return f"no structure was refined{late}"
    left = f"{100 * min(best.refined.residual, 1):.0f} %"
    return (
        f"the best structure has a probability of {best.probability:.2f}, less than "
        f"{progress.tools.min_probability:.2f}: it leaves {left} of the counts unexplained{late}; "
        "the sample may be a mixture, or its structure type is not in the library"
        f"{progress.without_cells}"
    )
