from ._bootstrap import clustered_bootstrap
from ._calibration_error import expected_calibration_error
from ._ranking import TopKScorer, top_k_accuracy, top_k_scorer
from ._report import retrieval_report
from ._risk_coverage import risk_coverage
from ._unknown import UNKNOWN, Unknown
from ._unknown_log_loss import log_loss_with_unknown

__all__ = [
    "UNKNOWN",
    "TopKScorer",
    "Unknown",
    "clustered_bootstrap",
    "expected_calibration_error",
    "log_loss_with_unknown",
    "retrieval_report",
    "risk_coverage",
    "top_k_accuracy",
    "top_k_scorer",
]
