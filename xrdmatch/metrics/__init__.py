"""Functions of two things: how near, how right."""

from xrdmatch.metrics._bootstrap import clustered_bootstrap
from xrdmatch.metrics._ranking import TopKScorer, top_k_accuracy, top_k_scorer
from xrdmatch.metrics._report import retrieval_report

__all__ = [
    "TopKScorer",
    "clustered_bootstrap",
    "retrieval_report",
    "top_k_accuracy",
    "top_k_scorer",
]
