"""Looking at patterns and at what a retriever makes of them."""

from xrdmatch.inspection._attention import attention_maps, received_attention
from xrdmatch.inspection._attention_display import AttentionDisplay
from xrdmatch.inspection._candidates import describe_candidates
from xrdmatch.inspection._dendrogram import DendrogramDisplay
from xrdmatch.inspection._embedding_display import EmbeddingDisplay
from xrdmatch.inspection._faithfulness import FaithfulnessReport, attention_faithfulness
from xrdmatch.inspection._history import TrainingHistoryDisplay
from xrdmatch.inspection._mismatch import mismatch_report
from xrdmatch.inspection._pattern import PatternDisplay
from xrdmatch.inspection._profile import ProfileDisplay
from xrdmatch.inspection._retrieval import RetrievalDisplay
from xrdmatch.inspection._similarity import SimilarityDisplay
from xrdmatch.inspection._structure import StructureDisplay
from xrdmatch.inspection._symmetry_display import SymmetryDisplay

__all__ = [
    "AttentionDisplay",
    "DendrogramDisplay",
    "EmbeddingDisplay",
    "FaithfulnessReport",
    "PatternDisplay",
    "ProfileDisplay",
    "RetrievalDisplay",
    "SimilarityDisplay",
    "StructureDisplay",
    "SymmetryDisplay",
    "TrainingHistoryDisplay",
    "attention_faithfulness",
    "attention_maps",
    "describe_candidates",
    "mismatch_report",
    "received_attention",
]
