"""The doors: files in, structures and scans out; one small reader a format.

What is done to what was read lives in other rooms.
"""

from xrdmatch.io._attempts import SkippedStructure
from xrdmatch.io._scans import ScanWarning, read_pattern
from xrdmatch.io._streaming import find_structure_files, stream_structures
from xrdmatch.io._structures import SkippedStructureWarning, read_structures

__all__ = [
    "ScanWarning",
    "SkippedStructure",
    "SkippedStructureWarning",
    "find_structure_files",
    "read_pattern",
    "read_structures",
    "stream_structures",
]
