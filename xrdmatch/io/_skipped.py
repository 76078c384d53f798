"""How readers name what they could not read."""

from xrdmatch.crystallography import SkippedStructure, SkippedStructureWarning

__all__ = ["SkippedStructure", "SkippedStructureWarning"]
