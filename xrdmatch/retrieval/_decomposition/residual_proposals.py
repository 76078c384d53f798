"""Entries that could explain what is left of a scan."""

from functools import cached_property

import numpy as np

from xrdmatch.crystallography import Scan
from xrdmatch.retrieval._comparison.best_cosines import WEAKEST, Lengths, blocks_in_single
from xrdmatch.retrieval._comparison.profile_grid import GRID
from xrdmatch.retrieval._comparison.profile_queries import ProfileQuery

UNSURE = 0.15  # of what is calculated at a point may be an error of the model
N_PROPOSED = {"whole": 12, "own": 6, "sum": 6, "scan": 4}


class Similarity:
    """Cosines of one profile with all entries of a library.

    Parameters
    ----------
    library : ProfileLibrary
        The entries.
    query : ScanQuery
        Gives angles and radiation.
    counts : ndarray of shape (n_points,)
        The profile.

    Attributes
    ----------
    whole : ndarray of shape (n_entries,)
        Over all that was measured.
    own : ndarray of shape (n_entries,)
        The length of the profile counts only where the entry has peaks: what else is in the scan
        does not matter. Each of both is worked out when it is first asked for.
    """

    def __init__(self, library, query, counts):
        scan = Scan(query.two_theta, counts, radiation=query.radiation)
        self._library, self._ready = library, library.ready([ProfileQuery(scan, 0)])

    @cached_property
    def whole(self):
        return self._library.cosines(self._ready)[0]

    @cached_property
    def own(self):
        return _own_cosines(self._library.rows, self._ready)


def residual(query, profile):
    """Find the counts that no phase explains, less what the explanation may err by.

    Parameters
    ----------
    query : ScanQuery
        The scan.
    profile : MixtureProfile
        What was calculated.

    Returns
    -------
    ndarray of shape (n_points,)
        The counts; 0 where they lie within the error.
    """
    left = query.observed - profile.calculated
    unsure = UNSURE * profile.phases.sum(0)
    return np.sign(left) * np.maximum(np.abs(left) - unsure, 0.0)


def proposed(left, scan, allowed):
    """Pick the entries to refine.

    Parameters
    ----------
    left, scan : Similarity
        Of what is left, and of the whole scan.
    allowed : ndarray of bool, shape (n_entries,)
        Which entries may be proposed.

    Returns
    -------
    ndarray of int, shape (n_proposed,)
        Positions, each once.
    """
    scores = {
        "whole": left.whole,
        "own": left.own,
        "sum": left.whole + left.own,
        "scan": scan.whole,
    }
    at = np.flatnonzero(allowed)
    best = [at[np.argsort(-scores[name][at], kind="stable")[:n]] for name, n in N_PROPOSED.items()]
    return np.unique(np.concatenate(best))


def _own_cosines(rows, ready):
    """Cosines with the part of a profile where an entry stands out, (n_entries,)."""
    flat = ready.rows.reshape(-1, len(GRID))
    strengths, lengths = np.square(flat), Lengths(ready.masks.reshape(flat.shape))
    best = np.empty(len(rows), dtype=np.float32)
    for start, entries in blocks_in_single(rows):
        np.maximum(entries, 0.0, out=entries)
        cosines = flat @ entries.T
        own = strengths @ (entries > 0).astype(np.float32).T
        own = np.sqrt(own, out=own)
        own *= lengths.of(np.multiply(entries, entries, out=entries))
        cosines /= np.maximum(own, WEAKEST)
        best[start : start + len(entries)] = (cosines - ready.costs[:, None]).max(0)
    return best
