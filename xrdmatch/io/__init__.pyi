from ._scans import ScanWarning, read_pattern
from ._skipped import SkippedStructure, SkippedStructureWarning
from ._streaming import find_structure_files, stream_structures
from ._structures import read_structures

__all__ = [
    "ScanWarning",
    "SkippedStructure",
    "SkippedStructureWarning",
    "find_structure_files",
    "read_pattern",
    "read_structures",
    "stream_structures",
]
