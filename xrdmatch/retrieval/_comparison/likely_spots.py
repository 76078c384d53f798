"""Comparison of spots by their likelihood under each structure."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.refinement import MomentLibrary, fit_candidates, moment_library
from xrdmatch.retrieval._search import EncodedGallery
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

    def gallery(self, structures):
        """Sum up the gallery's expected spots; a `LikelyGallery`."""
        return LikelyGallery(moment_library(structures, check_settings(self.simulator)))

    def reads(self, encoded):
        """Tell whether an encoded gallery is of the kind that is compared here."""
        return isinstance(encoded, LikelyGallery)

    def queries(self, patterns):
        """Turn patterns into points, (n_patterns, n_points, 3)."""
        return self.transformer.transform(patterns)


@dataclass(frozen=True, eq=False)
class LikelyGallery(EncodedGallery):
    """A gallery of expected spots.

    Parameters
    ----------
    moments : MomentLibrary
        What the likelihood knows of the entries.
    """

    moments: MomentLibrary
    n_queries, n_entries = 64, 4096

    def __len__(self):
        return len(self.moments.reciprocal)

    def distances(self, queries, rows):
        """Minus the log likelihoods of points, (n_queries, n_rows)."""
        candidates = np.tile(np.arange(rows.start, rows.stop), (len(queries), 1))
        return -fit_candidates(queries, self.moments, candidates).log_likelihood.astype(float)

    def joined(self, other):
        """Both galleries in one."""
        return LikelyGallery(self.moments.joined(other.moments))
