"""A proposed structure with its fit, its bonds and its probability."""

from dataclasses import dataclass

from xrdmatch.solution._proposal import Proposal
from xrdmatch.solution._refined_structure import RefinedStructure


@dataclass(frozen=True, eq=False)
class SolvedStructure:
    """One answer of a `StructureSolver`.

    Parameters
    ----------
    proposal : Proposal
        What it was made from.
    refined : RefinedStructure or None
        What refinement made of it; None where it was not refined.
    bond_probability : float
        Probability that a crystal with such bonds is a real one, by the bond check; NaN where it
        was not asked.
    probability : float
        Probability that it is the right structure, as calibrated; NaN where it was not refined.
    facts : dict of str to float
        What the probability was calculated from; empty where it was not refined.

    See Also
    --------
    Solution : What a `StructureSolver` found for one scan.
    StructureSolver
        Solve structures from powder scans, by templates of a library and without any network.
    """

    proposal: Proposal
    refined: RefinedStructure | None
    bond_probability: float
    probability: float
    facts: dict

    @property
    def structure(self):
        """The structure, refined where it was."""
        return self.proposal.structure if self.refined is None else self.refined.structure

    @property
    def label(self):
        """Label of the template."""
        return self.proposal.label

    @property
    def origin(self):
        """How it was made of the template, as a `Proposal` has it."""
        return self.proposal.origin

    def __str__(self):
        """Say in one line what it is and how it fits."""
        cell = self.structure.lattice
        size = " ".join(f"{x:.3f}" for x in cell.abc) + " Å, "
        size += " ".join(f"{x:.1f}" for x in cell.angles) + "°"
        name = f"{self.structure.composition.reduced_formula} from {self.label} ({self.origin})"
        if self.refined is None:
            return f"{name}, {size}, not refined"
        fit = f"R_wp {100 * self.refined.r_wp:.1f} %, space group {self.refined.space_group}"
        return f"{name}, {size}, {fit}, probability {self.probability:.2f}"
