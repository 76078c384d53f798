from ._attention import attention_maps, received_attention
from ._attention_display import AttentionDisplay
from ._candidates import describe_candidates
from ._dendrogram import DendrogramDisplay
from ._embedding_display import EmbeddingDisplay
from ._faithfulness import FaithfulnessReport, attention_faithfulness
from ._history import TrainingHistoryDisplay
from ._mismatch import mismatch_report
from ._pattern import PatternDisplay
from ._profile import ProfileDisplay
from ._retrieval import RetrievalDisplay
from ._similarity import SimilarityDisplay
from ._structure import StructureDisplay
from ._symmetry_display import SymmetryDisplay

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
