"""Looking at patterns and at what a retriever makes of them."""

from xrdmatch.inspection._candidates import describe_candidates
from xrdmatch.inspection._pattern import PatternDisplay
from xrdmatch.inspection._retrieval import RetrievalDisplay

__all__ = ["PatternDisplay", "RetrievalDisplay", "describe_candidates"]
