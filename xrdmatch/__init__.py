"""Which crystal structures may a diffraction pattern have come from, how sure is that, and why.

The headline names below are looked up when first used, so that importing xrdmatch is quick.
"""

from importlib import import_module

__version__ = "0.1.0"

_ROOM_OF = {
    "DiffractionPattern": "crystallography",
    "DiffractionSimulator": "simulation",
    "CrystalTokenizer": "preprocessing",
    "PatternPointCloud": "preprocessing",
    "ContrastiveStructureRetriever": "retrieval",
    "PatternMatcher": "retrieval",
    "PhysicsReranker": "retrieval",
    "PointGroupClustering": "cluster",
}

__all__ = list(_ROOM_OF)


def __getattr__(name):
    if name not in _ROOM_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_ROOM_OF[name]}"), name)


def __dir__():
    return sorted({*globals(), *_ROOM_OF})
