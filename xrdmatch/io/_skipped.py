"""Records of skipped and of doubtful items."""

from xrdmatch.crystallography import SkippedStructure, SkippedStructureWarning

__all__ = ["DoubtfulStructureWarning", "SkippedStructure", "SkippedStructureWarning"]


class DoubtfulStructureWarning(UserWarning):
    """Some structures come from files that contradict themselves; the text says how.

    See Also
    --------
    doubts_about : Find what is doubtful about a structure that was read.
    read_structures : Read structures from files, folders and objects.
    """
