"""Functions of two things: how near, how right."""

from xrdmatch.metrics._ranking import TopKScorer, top_k_accuracy, top_k_scorer

__all__ = ["TopKScorer", "top_k_accuracy", "top_k_scorer"]
