from ._ambiguity_report import AmbiguityReport
from ._ambiguous_groups import ambiguous_groups
from ._attention import attention_maps, received_attention
from ._candidate_list import Candidates
from ._candidates import describe_candidates
from ._deciding import deciding_measurements
from ._faithfulness import FaithfulnessReport, attention_faithfulness
from ._mismatch import mismatch_report
from ._phase_sentences import describe_phases
from ._plot.attention import AttentionDisplay
from ._plot.dendrogram import DendrogramDisplay
from ._plot.embedding import EmbeddingDisplay
from ._plot.found_spots import SpotsDisplay
from ._plot.history import TrainingHistoryDisplay
from ._plot.pattern import PatternDisplay
from ._plot.phase_series import PhaseSeriesDisplay
from ._plot.phases import PhaseDisplay
from ._plot.profile import ProfileDisplay
from ._plot.reliability import ReliabilityDisplay
from ._plot.retrieval import RetrievalDisplay
from ._plot.similarity import SimilarityDisplay
from ._plot.spot_map import SpotMapDisplay
from ._plot.structure import StructureDisplay
from ._plot.symmetry import SymmetryDisplay
from ._report.report import IdentificationReport
from ._report.reported_scan import ReportedCandidate, ReportedScan

__all__ = [
    "AmbiguityReport",
    "AttentionDisplay",
    "Candidates",
    "DendrogramDisplay",
    "EmbeddingDisplay",
    "FaithfulnessReport",
    "IdentificationReport",
    "PatternDisplay",
    "PhaseDisplay",
    "PhaseSeriesDisplay",
    "ProfileDisplay",
    "ReliabilityDisplay",
    "ReportedCandidate",
    "ReportedScan",
    "RetrievalDisplay",
    "SimilarityDisplay",
    "SpotMapDisplay",
    "SpotsDisplay",
    "StructureDisplay",
    "SymmetryDisplay",
    "TrainingHistoryDisplay",
    "ambiguous_groups",
    "attention_faithfulness",
    "attention_maps",
    "deciding_measurements",
    "describe_candidates",
    "describe_phases",
    "mismatch_report",
    "received_attention",
]
