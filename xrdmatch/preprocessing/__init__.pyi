from ._background import BackgroundRemover
from ._domain_guard import DomainWarning, check_domain
from ._k_alpha_2 import KAlpha2Stripper
from ._noise import count_sigma
from ._patterns import are_patterns, as_pattern, as_patterns
from ._peaks import PeakFinder
from ._point_cloud import PatternPointCloud
from ._powders import PEAKS_FROM, check_powders
from ._profile import PatternProfile
from ._spots import find_spots
from ._tokenizer import CrystalTokenizer

__all__ = [
    "PEAKS_FROM",
    "BackgroundRemover",
    "CrystalTokenizer",
    "DomainWarning",
    "KAlpha2Stripper",
    "PatternPointCloud",
    "PatternProfile",
    "PeakFinder",
    "are_patterns",
    "as_pattern",
    "as_patterns",
    "check_domain",
    "check_powders",
    "count_sigma",
    "find_spots",
]
