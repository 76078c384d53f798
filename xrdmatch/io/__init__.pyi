from ._attempts import doubts_about
from ._scans import ScanWarning, read_pattern
from ._skipped import DoubtfulStructureWarning, SkippedStructure, SkippedStructureWarning
from ._streaming import find_structure_files, stream_structures
from ._structures import read_structures

__all__ = [
    "DoubtfulStructureWarning",
    "ScanWarning",
    "SkippedStructure",
    "SkippedStructureWarning",
    "doubts_about",
    "find_structure_files",
    "read_pattern",
    "read_structures",
    "stream_structures",
]
