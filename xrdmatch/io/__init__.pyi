from ._attempts import doubts_about
from ._image_files import IMAGE_ENDINGS
from ._images import ImageWarning, read_image
from ._scan_entries import ScanEntry, ScanWarning, UnreadableScanError, list_scans
from ._scan_files import find_scan_files
from ._scans import read_pattern
from ._skipped import DoubtfulStructureWarning, SkippedStructure, SkippedStructureWarning
from ._spot_files import read_spots
from ._streaming import ONE_BY_ONE, find_structure_files, stream_structures
from ._structures import read_structures

__all__ = [
    "IMAGE_ENDINGS",
    "ONE_BY_ONE",
    "DoubtfulStructureWarning",
    "ImageWarning",
    "ScanEntry",
    "ScanWarning",
    "SkippedStructure",
    "SkippedStructureWarning",
    "UnreadableScanError",
    "doubts_about",
    "find_scan_files",
    "find_structure_files",
    "list_scans",
    "read_image",
    "read_pattern",
    "read_spots",
    "read_structures",
    "stream_structures",
]
