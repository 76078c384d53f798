"""Structures and patterns as arrays."""

from xrdmatch.preprocessing._patterns import are_patterns, as_pattern, as_patterns
from xrdmatch.preprocessing._point_cloud import PatternPointCloud
from xrdmatch.preprocessing._spots import find_spots
from xrdmatch.preprocessing._tokenizer import CrystalTokenizer

__all__ = [
    "CrystalTokenizer",
    "PatternPointCloud",
    "are_patterns",
    "as_pattern",
    "as_patterns",
    "find_spots",
]
