"""Spots of unknown orientation, compared by how probable they are if they came from a structure."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from xrdmatch.preprocessing import as_pattern
from xrdmatch.refinement import TurnedLibrary, fit_entries, read_lattices, turned_library
from xrdmatch.retrieval._queries import first_rows
from xrdmatch.retrieval._search import EncodedGallery, nearest
from xrdmatch.simulation import check_settings


class TurnedSpots:
    """Take minus the log odds of a pattern, in any orientation, as its distance.

    Parameters
    ----------
    simulator : DiffractionSimulator
        Says what the gallery's spots are.
    scale_error : float
        Relative standard error of a pattern's lengths, where it states none itself.
    """

    def __init__(self, simulator, scale_error):
        self.simulator, self.scale_error = simulator, scale_error

    def gallery(self, structures):
        """Sum up the gallery's expected spots; a `TurnedGallery`."""
        return TurnedGallery(turned_library(structures, check_settings(self.simulator)))

    def reads(self, encoded):
        """Tell whether an encoded gallery is of the kind that is compared here."""
        return isinstance(encoded, TurnedGallery)

    def queries(self, patterns):
        """Read patterns as spots on lattices; a list of `TurnedQuery`."""
        return [read_lattices(as_pattern(pattern), self.scale_error) for pattern in patterns]


@dataclass(frozen=True, eq=False)
class TurnedGallery(EncodedGallery):
    """A gallery of expected spots that is looked up by lattices.

    Parameters
    ----------
    library : TurnedLibrary
        What the likelihood knows of the entries.
    """

    library: TurnedLibrary

    def __len__(self):
        return len(self.library)

    def distances(self, queries, rows):
        """Minus the log odds of queries, (n_queries, n_rows)."""
        return np.array([-fit_entries(self.library, query).log_odds[rows] for query in queries])

    def search(self, queries, owners, n, allowed=None):
        """Find the most probable entries; log odds of several patterns of one crystal add."""
        starts = np.append(first_rows(owners), len(owners))
        found = [
            self._nearest_of(queries[first:last], n, self._mask(allowed, i))
            for i, (first, last) in enumerate(pairwise(starts))
        ]
        return tuple(np.concatenate(part) for part in zip(*found, strict=True))

    def _mask(self, allowed, query):
        everything = slice(0, len(self))
        return None if allowed is None else allowed(slice(query, query + 1), everything)[0]

    def _nearest_of(self, patterns, n, allowed):
        """Search for one query."""
        log_odds = sum(fit_entries(self.library, pattern, allowed).log_odds for pattern in patterns)
        distances = -log_odds if allowed is None else np.where(allowed, -log_odds, np.inf)
        return nearest(distances[None], n)

    def joined(self, other):
        """Both galleries in one."""
        return TurnedGallery(self.library.joined(other.library))
