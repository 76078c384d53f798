from ._aligned_spots import align_spots
from ._background import BackgroundRemover
from ._binned_pattern import BinnedPattern
from ._crystal_graph import CrystalGraph
from ._domain_guard import DomainWarning, check_domain
from ._flattened import FlattenedScan, flattened, shifted
from ._found_spots import FoundSpots
from ._k_alpha_2 import KAlpha2Stripper
from ._noise import count_sigma
from ._patterns import as_pattern, as_patterns, as_query
from ._peaks import PeakFinder, line_width
from ._point_cloud import PatternPointCloud
from ._polar_profiles import PolarProfiles, polar_profiles
from ._profile import PatternProfile
from ._queries import PEAKS_FROM, are_patterns, as_queries, check_powders
from ._row_arrays import rows_as_arrays, rows_from_arrays
from ._rows import RaggedArray, Rows, chosen_rows, joined_rows, row_sizes
from ._spot_finder import SpotFinder
from ._spot_lattice import SpotLattice, find_lattices, fitted_lattice
from ._spots import find_spots
from ._tokenizer import CrystalTokenizer

__all__ = [
    "PEAKS_FROM",
    "BackgroundRemover",
    "BinnedPattern",
    "CrystalGraph",
    "CrystalTokenizer",
    "DomainWarning",
    "FlattenedScan",
    "FoundSpots",
    "KAlpha2Stripper",
    "PatternPointCloud",
    "PatternProfile",
    "PeakFinder",
    "PolarProfiles",
    "RaggedArray",
    "Rows",
    "SpotFinder",
    "SpotLattice",
    "align_spots",
    "are_patterns",
    "as_pattern",
    "as_patterns",
    "as_queries",
    "as_query",
    "check_domain",
    "check_powders",
    "chosen_rows",
    "count_sigma",
    "find_lattices",
    "find_spots",
    "fitted_lattice",
    "flattened",
    "joined_rows",
    "line_width",
    "polar_profiles",
    "row_sizes",
    "rows_as_arrays",
    "rows_from_arrays",
    "shifted",
]
