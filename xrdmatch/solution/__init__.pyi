from ._bond_check import BondCheck
from ._cell_finder import CellFinder
from ._corrupted_structures import bond_corruptions, corrupted_structures
from ._found_cell import FoundCell
from ._proposal import Proposal
from ._refined_structure import RefinedStructure
from ._solution import Solution
from ._solved_structure import SolvedStructure
from ._solving.certainty import Certainty, learn_certainty
from ._structure_proposer import StructureProposer
from ._structure_refiner import StructureRefiner
from ._structure_solver import StructureSolver

__all__ = [
    "BondCheck",
    "CellFinder",
    "Certainty",
    "FoundCell",
    "Proposal",
    "RefinedStructure",
    "Solution",
    "SolvedStructure",
    "StructureProposer",
    "StructureRefiner",
    "StructureSolver",
    "bond_corruptions",
    "corrupted_structures",
    "learn_certainty",
]
