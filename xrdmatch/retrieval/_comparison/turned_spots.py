"""Comparison of spots of unknown orientation by their likelihood under each structure."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from xrdmatch.preprocessing import as_pattern
from xrdmatch.refinement import (
    TurnedLibrary,
    TurnedQuery,
    fit_entries,
    read_lattices,
    turned_library,
    with_tilted,
)
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
        """Read patterns as spots on lattices; a list of `TurnedQuery`, tilted ones as they are."""
        return [self._query(as_pattern(pattern)) for pattern in patterns]

    def _query(self, pattern):
        if pattern.n_dimensions == 1:
            raise ValueError(
                "A retriever of spots compares patterns with two components of q, got a powder's "
                'with one; ask one with DiffractionSimulator(geometry="powder").'
            )
        tilted = pattern.n_dimensions == 3
        return pattern if tilted else read_lattices(pattern, self.scale_error)


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
        untilted = joined_patterns(patterns)
        log_odds = sum(fit_entries(self.library, query, allowed).log_odds for query in untilted)
        distances = -log_odds if allowed is None else np.where(allowed, -log_odds, np.inf)
        return nearest(distances[None], n)

    def joined(self, other):
        """Both galleries in one."""
        return TurnedGallery(self.library.joined(other.library))


def joined_patterns(patterns):
    """Join the patterns of one crystal: the tilted ones belong to the first that is not.

    Parameters
    ----------
    patterns : list of TurnedQuery or DiffractionPattern
        Output of `TurnedSpots.queries`.

    Returns
    -------
    list of TurnedQuery
        The untilted ones.

    Raises
    ------
    ValueError
        If all are tilted.
    """
    untilted = [pattern for pattern in patterns if isinstance(pattern, TurnedQuery)]
    tilted = [pattern for pattern in patterns if not isinstance(pattern, TurnedQuery)]
    if not untilted:
        raise ValueError(
            "A tilted pattern, with three components of q, needs an untilted one of the same "
            "crystal, got none; pass both in a tuple."
        )
    return [with_tilted(untilted[0], tilted), *untilted[1:]] if tilted else untilted
