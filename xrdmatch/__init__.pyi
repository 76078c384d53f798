from .cluster import PointGroupClustering
from .crystallography import DiffractionPattern
from .preprocessing import CrystalTokenizer, PatternPointCloud
from .retrieval import ContrastiveStructureRetriever, PatternMatcher, PhysicsReranker
from .simulation import DiffractionSimulator

__all__ = [
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
