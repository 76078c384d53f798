from ._approximate import approximate_search, search_recall
from ._calibrated import CalibratedRetriever
from ._contrastive import ContrastiveStructureRetriever
from ._decomposition.decomposed_scan import BroadPart, DecomposedScan, Unexplained
from ._elements import ElementFilter
from ._gallery import label_array, usable_parts
from ._index import GalleryIndex
from ._matcher import PatternMatcher
from ._phase_decomposition import PhaseDecomposition
from ._powder_retriever import make_powder_retriever
from ._prepared_training import prepare_training
from ._ranked_phases import RankedPhase, ranked_phases
from ._reranker import PhysicsReranker
from ._retriever import StructureRetriever
from ._retriever_checks import check_retriever
from ._search import EmbeddedGallery, EncodedGallery
from ._spot_cautions import mostly_unseen, spot_cautions
from ._spot_map import NO_SPOTS, UNDECIDED, SpotMap
from ._spot_reach import spots_within_reach
from ._storage.arrays import read_arrays, write_arrays
from ._storage.calibrated_library import calibrate_library
from ._storage.changed_libraries import add_to_library, remove_from_library
from ._storage.data_folder import only_writer
from ._storage.joined_libraries import join_libraries
from ._storage.library import load_library, save_library
from ._storage.library_card import library_card
from ._storage.loaded_together import load_libraries
from ._storage.pretrained import PRETRAINED, load_pretrained, save_pretrained
from ._storage.remarks import library_remarks
from ._storage.verification import verify_library
from ._towers import PATTERN_ENCODERS, STRUCTURE_ENCODERS, PatternEncoder, StructureEncoder
from ._wrapper import RetrieverWrapper

__all__ = [
    "NO_SPOTS",
    "PATTERN_ENCODERS",
    "PRETRAINED",
    "STRUCTURE_ENCODERS",
    "UNDECIDED",
    "BroadPart",
    "CalibratedRetriever",
    "ContrastiveStructureRetriever",
    "DecomposedScan",
    "ElementFilter",
    "EmbeddedGallery",
    "EncodedGallery",
    "GalleryIndex",
    "PatternEncoder",
    "PatternMatcher",
    "PhaseDecomposition",
    "PhysicsReranker",
    "RankedPhase",
    "RetrieverWrapper",
    "SpotMap",
    "StructureEncoder",
    "StructureRetriever",
    "Unexplained",
    "add_to_library",
    "approximate_search",
    "calibrate_library",
    "check_retriever",
    "join_libraries",
    "label_array",
    "library_card",
    "library_remarks",
    "load_libraries",
    "load_library",
    "load_pretrained",
    "make_powder_retriever",
    "mostly_unseen",
    "only_writer",
    "prepare_training",
    "ranked_phases",
    "read_arrays",
    "remove_from_library",
    "save_library",
    "save_pretrained",
    "search_recall",
    "spot_cautions",
    "spots_within_reach",
    "usable_parts",
    "verify_library",
    "write_arrays",
]
