from ._found_cell import FoundCell
from ._proposal import Proposal
from ._structure_proposer import StructureProposer

__all__ = ["FoundCell", "Proposal", "StructureProposer"]
