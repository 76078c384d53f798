"""Cosines of profiles with the entries of a large library: roughly with all, exactly with some."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.crystallography import Scan
from xrdmatch.retrieval._comparison.profile_queries import ProfileQuery
from xrdmatch.retrieval._decomposition.own_cosines import OwnCosines
from xrdmatch.retrieval._decomposition.rough_cosines import rough_cosines
from xrdmatch.retrieval._search import SPARSE


@dataclass(frozen=True)
class ProfileSimilarity:
    """Cosines of one profile with the entries of a library.

    *Whole* cosines are over all that was measured. For *own* ones the length of the profile counts
    only where the entry has peaks: what else is in the scan does not matter. Rough ones are made
    of every fourth point of the grid.

    Parameters
    ----------
    library : ProfileLibrary
        The entries.
    ready : ReadyQueries
        The profile.
    rough_whole : ndarray of shape (n_entries,)
        Rough cosines; -inf where an entry is not allowed.
    rough_own : ndarray of shape (n_entries,), default=None
        Likewise; None where they were not asked for.
    """

    library: object
    ready: tuple
    rough_whole: np.ndarray
    rough_own: np.ndarray | None = None

    def whole(self, rows):
        """Whole cosines with the entries at these positions, (n_rows,)."""
        return self.library.cosines(self.ready, rows)[0]

    def own(self, rows):
        """Own cosines with the entries at these positions, (n_rows,)."""
        return OwnCosines(self.ready).of_all(self.library.rows[rows])


def profile_similarities(library, query, profiles, allowed, n_jobs=None):
    """Compare profiles of one scan with the entries of a library.

    Parameters
    ----------
    library : ProfileLibrary
        The entries.
    query : ScanQuery
        Gives angles and radiation.
    profiles : list of ndarray of shape (n_points,)
        Counts. Own cosines are made of the first one only.
    allowed : ndarray of bool, shape (n_entries,)
        Entries that are compared.
    n_jobs : int, default=None
        Number of threads, as joblib understands it.

    Returns
    -------
    list of ProfileSimilarity
        One of each profile.
    """
    scans = [Scan(query.two_theta, counts, radiation=query.radiation) for counts in profiles]
    ready = library.ready([ProfileQuery(scan, i) for i, scan in enumerate(scans)])
    parts = [_part(ready, i) for i in range(len(profiles))]
    taken = np.flatnonzero(allowed) if allowed.mean() < SPARSE else None
    rough = rough_cosines(library, ready, taken, n_jobs)
    whole, own = (_spread(cosines, taken, allowed) for cosines in rough)
    return [
        ProfileSimilarity(library, part, whole[i], own if i == 0 else None)
        for i, part in enumerate(parts)
    ]


def _part(ready, i):
    """Take one of the queries."""
    return ready._replace(rows=ready.rows[:, i : i + 1], masks=ready.masks[:, i : i + 1])


def _spread(cosines, taken, allowed):
    """Put cosines at the positions of their entries; -inf where none is allowed."""
    if taken is None:
        cosines[..., ~allowed] = -np.inf
        return cosines
    spread = np.full((*cosines.shape[:-1], len(allowed)), -np.inf, dtype=np.float32)
    spread[..., taken] = cosines
    return spread
