"""The doors: files in, structures and scans out; one small reader a format.

What is done to what was read lives in other rooms.
"""

from xrdmatch.io._scans import ScanWarning, read_pattern
from xrdmatch.io._structures import SkippedStructureWarning, read_structures

__all__ = ["ScanWarning", "SkippedStructureWarning", "read_pattern", "read_structures"]
