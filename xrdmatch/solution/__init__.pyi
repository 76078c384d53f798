from ._found_cell import FoundCell
from ._proposal import Proposal

__all__ = ["FoundCell", "Proposal"]
