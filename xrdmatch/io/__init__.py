"""The doors: files in, structures out; one small reader a format.

What is done to what was read lives in other rooms.
"""

from xrdmatch.io._structures import SkippedStructureWarning, read_structures

__all__ = ["SkippedStructureWarning", "read_structures"]
