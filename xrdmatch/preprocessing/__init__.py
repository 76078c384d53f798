"""Structures, patterns and scans as arrays, and scans made ready."""

from xrdmatch.preprocessing._background import BackgroundRemover
from xrdmatch.preprocessing._domain_guard import DomainWarning, check_domain
from xrdmatch.preprocessing._k_alpha_2 import KAlpha2Stripper
from xrdmatch.preprocessing._noise import count_sigma
from xrdmatch.preprocessing._patterns import are_patterns, as_pattern, as_patterns
from xrdmatch.preprocessing._peaks import PeakFinder
from xrdmatch.preprocessing._point_cloud import PatternPointCloud
from xrdmatch.preprocessing._profile import PatternProfile
from xrdmatch.preprocessing._spots import find_spots
from xrdmatch.preprocessing._tokenizer import CrystalTokenizer

__all__ = [
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
    "count_sigma",
    "find_spots",
]
