"""Finding the structures that a pattern may have come from."""

from xrdmatch.retrieval._contrastive import ContrastiveStructureRetriever
from xrdmatch.retrieval._elements import ElementFilter
from xrdmatch.retrieval._library import join_libraries, library_card, load_library, save_library
from xrdmatch.retrieval._matcher import PatternMatcher
from xrdmatch.retrieval._powder_retriever import make_powder_retriever
from xrdmatch.retrieval._pretrained import PRETRAINED, load_pretrained, save_pretrained
from xrdmatch.retrieval._reranker import PhysicsReranker
from xrdmatch.retrieval._towers import STRUCTURE_ENCODERS

__all__ = [
    "PRETRAINED",
    "STRUCTURE_ENCODERS",
    "ContrastiveStructureRetriever",
    "ElementFilter",
    "PatternMatcher",
    "PhysicsReranker",
    "join_libraries",
    "library_card",
    "load_library",
    "load_pretrained",
    "make_powder_retriever",
    "save_library",
    "save_pretrained",
]
