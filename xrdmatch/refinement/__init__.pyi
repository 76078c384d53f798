from ._scan_fit import BLUR, ScanModel, refined
from ._scan_model import candidates_at_rest
from ._scan_query import Q_RANGE, check_refinable, scan_query
from ._scan_report import described, gathered
from ._spot_displacements import refined_evidence
from ._spot_likelihood import fit_candidates
from ._spot_moments import Atoms, MomentLibrary, as_tensor, moment_library

__all__ = [
    "BLUR",
    "Q_RANGE",
    "Atoms",
    "MomentLibrary",
    "ScanModel",
    "as_tensor",
    "candidates_at_rest",
    "check_refinable",
    "described",
    "fit_candidates",
    "gathered",
    "moment_library",
    "refined",
    "refined_evidence",
    "scan_query",
]
