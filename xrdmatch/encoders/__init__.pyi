from ._attention import MultiHeadAttention, attention_weights
from ._contrastive import ContrastiveTowers, TowerPair
from ._couplings import Coupling, DegreeLinear, harmonics
from ._equivariant import EquivariantTower
from ._expected import (
    ExpectedPattern,
    SpotSums,
    bragg_survival,
    expected_pattern,
    gaussian_sum,
    intensity_moments,
    plane_waves,
    spot_sums,
)
from ._loss import ContrastiveCrossEntropy
from ._peak_set import PeakSetTowers
from ._profile_resnet import ProfileResNet
from ._sequence import SequenceTowers
from ._structure_factor import StructureFactorTowers
from ._transformer import Transformer

__all__ = [
    "ContrastiveCrossEntropy",
    "ContrastiveTowers",
    "Coupling",
    "DegreeLinear",
    "EquivariantTower",
    "ExpectedPattern",
    "MultiHeadAttention",
    "PeakSetTowers",
    "ProfileResNet",
    "SequenceTowers",
    "SpotSums",
    "StructureFactorTowers",
    "TowerPair",
    "Transformer",
    "attention_weights",
    "bragg_survival",
    "expected_pattern",
    "gaussian_sum",
    "harmonics",
    "intensity_moments",
    "plane_waves",
    "spot_sums",
]
