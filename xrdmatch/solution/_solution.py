"""The result of solving one scan."""

from dataclasses import dataclass, field

from xrdmatch.crystallography import Scan
from xrdmatch.solution._different import first_different


@dataclass(frozen=True, eq=False)
class Solution:
    """What a `StructureSolver` found for one scan.

    Parameters
    ----------
    scan : Scan
        The scan.
    composition : Composition or None
        What was known of it.
    ranked : list of SolvedStructure
        All that was tried, the best first.
    cells : list of FoundCell
        Cells found from the peaks.
    reason : str
        Why there is no answer; empty where there is one.
    seconds : dict of str to float
        Time of each step [s].

    See Also
    --------
    StructureSolver
        Solve structures from powder scans, by templates of a library and without any network.
    SolvedStructure : One answer of a `StructureSolver`.
    """

    scan: Scan
    composition: object
    ranked: list
    cells: list
    reason: str
    seconds: dict = field(default_factory=dict)

    @property
    def answer(self):
        """The best structure, or None where the solver abstains."""
        return None if self.reason else self.ranked[0].structure

    @property
    def is_refined(self):
        """Whether any structure was refined."""
        return bool(self.ranked) and self.ranked[0].refined is not None

    def different(self, k=10):
        """List the k best of which no two are the same crystal, whether or not it abstains.

        Parameters
        ----------
        k : int, default=10
            How many at most.

        Returns
        -------
        list of SolvedStructure
            Those of `ranked` that pymatgen's StructureMatcher, with its usual tolerances, finds
            to differ from all before them.
        """
        rows = first_different([one.structure for one in self.ranked], k)
        return [self.ranked[i] for i in rows]

    def structures(self, k=10):
        """List the structures of the k best that differ, whether or not the solver abstains."""
        return [one.structure for one in self.different(k)]

    def __str__(self):
        """Say what was found, and why there is no answer if there is none."""
        name = self.scan.name or "scan"
        best = "\n".join(f"  {i}. {one}" for i, one in enumerate(self.ranked[:3], 1))
        first = f"{name}: {self.reason or 'solved'}"
        return f"{first}\n{best}" if best else first
