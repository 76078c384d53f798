"""Powders compared by their profiles."""

from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import check_powders
from xrdmatch.retrieval._comparison.profile_library import profile_library
from xrdmatch.retrieval._comparison.profile_queries import profile_distances


class AlikeProfiles:
    """Take 1 minus the cosine of two profiles as their distance.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Simulates the gallery.
    transformer : BackgroundRemover
        What scans go through first; peaks stay as they are.
    """

    def __init__(self, simulator, transformer):
        self.simulator, self.transformer = simulator, transformer

    def encode(self, structures):
        """Simulate the gallery; a `ProfileLibrary`."""
        return profile_library(structures, self.simulator)

    def distances(self, library, patterns):
        """Distances of scans or peaks from every entry, (n_patterns, n_gallery)."""
        check_powders(patterns)
        scans = [i for i, pattern in enumerate(patterns) if isinstance(pattern, Scan)]
        flat = self.transformer.transform([patterns[i] for i in scans])
        flat = dict(zip(scans, flat, strict=True))
        return profile_distances(library, [flat.get(i, p) for i, p in enumerate(patterns)])
