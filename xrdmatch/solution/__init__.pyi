from ._cell_finder import CellFinder
from ._found_cell import FoundCell
from ._proposal import Proposal
from ._refined_structure import RefinedStructure
from ._structure_proposer import StructureProposer
from ._structure_refiner import StructureRefiner

__all__ = [
    "CellFinder",
    "FoundCell",
    "Proposal",
    "RefinedStructure",
    "StructureProposer",
    "StructureRefiner",
]
