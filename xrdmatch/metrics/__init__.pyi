from ._bootstrap import clustered_bootstrap
from ._ranking import TopKScorer, top_k_accuracy, top_k_scorer
from ._report import retrieval_report
from ._unknown import UNKNOWN, Unknown

__all__ = [
    "UNKNOWN",
    "TopKScorer",
    "Unknown",
    "clustered_bootstrap",
    "retrieval_report",
    "top_k_accuracy",
    "top_k_scorer",
]
