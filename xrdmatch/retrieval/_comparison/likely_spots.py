"""Spots compared by how probable they are if they came from a structure."""

import numpy as np

from xrdmatch.refinement import fit_candidates, moment_library
from xrdmatch.simulation import check_settings


class LikelySpots:
    """Take minus the log likelihood of a pattern as its distance from a structure.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Says what the gallery's spots are.
    transformer : PatternPointCloud
        Turns queries into points.
    """

    def __init__(self, simulator, transformer):
        self.simulator, self.transformer = simulator, transformer

    def encode(self, structures):
        """Sum up the gallery's expected spots; a `MomentLibrary`."""
        return moment_library(structures, check_settings(self.simulator))

    def distances(self, library, patterns):
        """Distances of patterns from every entry, (n_patterns, n_gallery)."""
        points = self.transformer.transform(patterns)
        everyone = np.tile(np.arange(len(library.reciprocal)), (len(points), 1))
        return -fit_candidates(points, library, everyone).log_likelihood.double().numpy()
