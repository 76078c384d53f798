"""Torch modules: tensors in, unit vectors out."""

from xrdmatch.encoders._attention import MultiHeadAttention, attention_weights
from xrdmatch.encoders._contrastive import ContrastiveTowers
from xrdmatch.encoders._expected import (
    ExpectedPattern,
    SpotSums,
    bragg_survival,
    expected_pattern,
    gaussian_sum,
    intensity_moments,
    plane_waves,
    spot_sums,
)
from xrdmatch.encoders._loss import ContrastiveCrossEntropy
from xrdmatch.encoders._sequence import SequenceTowers
from xrdmatch.encoders._structure_factor import StructureFactorTowers
from xrdmatch.encoders._transformer import Transformer

__all__ = [
    "ContrastiveCrossEntropy",
    "ContrastiveTowers",
    "ExpectedPattern",
    "MultiHeadAttention",
    "SequenceTowers",
    "SpotSums",
    "StructureFactorTowers",
    "Transformer",
    "attention_weights",
    "bragg_survival",
    "expected_pattern",
    "gaussian_sum",
    "intensity_moments",
    "plane_waves",
    "spot_sums",
]
