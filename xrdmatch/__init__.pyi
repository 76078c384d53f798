from .cluster import PointGroupClustering
from .crystallography import DiffractionPattern
from .metrics import UNKNOWN
from .preprocessing import CrystalTokenizer, PatternPointCloud
from .retrieval import (
    CalibratedRetriever,
    ContrastiveStructureRetriever,
    PatternMatcher,
    PhysicsReranker,
)
from .simulation import DiffractionSimulator

__all__ = [
    "UNKNOWN",
    "CalibratedRetriever",
    "ContrastiveStructureRetriever",
    "CrystalTokenizer",
    "DiffractionPattern",
    "DiffractionSimulator",
    "PatternMatcher",
    "PatternPointCloud",
    "PhysicsReranker",
    "PointGroupClustering",
]
__version__: str
