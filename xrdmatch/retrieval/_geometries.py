"""Comparisons, rankings and training by geometry (zone axis or powder)."""

from collections.abc import Callable
from typing import NamedTuple

from xrdmatch import learning, preprocessing
from xrdmatch.retrieval import _comparison


class Geometry(NamedTuple):
    """How patterns of one geometry are compared.

    Parameters
    ----------
    comparisons : dict of str to callable
        By the names of `PatternMatcher`'s parameter, the default first. Each returns a class that
        is built with (simulator, transformer) and has ``gallery(structures)``, which returns an
        `EncodedGallery`, ``reads(encoded)``, which tells one of that kind, and
        ``queries(patterns)``, which returns what it compares. A function returns the class because
        not all need torch, which takes long to import.
    transformer : callable
        Returns the class of what patterns go through where nothing else is asked for.
    ranking : callable
        Returns the class that ranks the candidates of a `PhysicsReranker`.
    training : callable
        Returns the class of what a `ContrastiveStructureRetriever` learns from, whichever its
        towers.
    """

    comparisons: dict[str, Callable]
    transformer: Callable
    ranking: Callable
    training: Callable


GEOMETRIES = {
    "zone_axis": Geometry(
        comparisons={
            "nearest": lambda: _comparison.NearestSpots,
            "likelihood": lambda: _comparison.LikelySpots,
        },
        transformer=lambda: preprocessing.PatternPointCloud,
        ranking=lambda: _comparison.SpotRanking,
        training=lambda: learning.LayerTraining,
    ),
    "powder": Geometry(
        comparisons={
            "profile": lambda: _comparison.AlikeProfiles,
            "strained_profile": lambda: _comparison.StrainedProfiles,
        },
        transformer=lambda: preprocessing.BackgroundRemover,
        ranking=lambda: _comparison.ScanRanking,
        training=lambda: learning.PowderTraining,
    ),
}
ALL_COMPARISONS = [name for geometry in GEOMETRIES.values() for name in geometry.comparisons]


def ranking_of(retriever):
    """Return the class that ranks the candidates of a retriever."""
    if getattr(retriever, "orientation", "known") == "unknown":
        return _comparison.TurnedRanking
    return geometry_of(retriever.simulator_).ranking()


def geometry_of(simulator):
    """Look up the geometry of a simulator.

    Raises
    ------
    ValueError
        If there is none of that name.
    """
    if simulator.geometry not in GEOMETRIES:
        raise ValueError(
            f"The simulator's geometry must be one of {', '.join(map(repr, GEOMETRIES))}, got "
            f"{simulator.geometry!r}; pick one."
        )
    return GEOMETRIES[simulator.geometry]
