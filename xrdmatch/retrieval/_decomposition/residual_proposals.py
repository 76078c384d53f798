"""Entries that could explain what is left of a scan."""

import numpy as np

UNSURE = 0.15  # of what is calculated at a point may be an error of the model
N_PROPOSED = {"whole": 12, "own": 6, "sum": 6, "scan": 4}
SHORTLIST = 16  # times as many are compared exactly as are proposed


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
    left, scan : ProfileSimilarity
        Of what is left, and of the whole scan.
    allowed : ndarray of bool, shape (n_entries,)
        Which entries may be proposed.

    Returns
    -------
    ndarray of int, shape (n_proposed,)
        Positions, each once.
    """
    at = np.flatnonzero(allowed)
    rough = _scores(left.rough_whole[at], left.rough_own[at], scan.rough_whole[at])
    short = [_largest(rough[name], SHORTLIST * n) for name, n in N_PROPOSED.items()]
    at = at[np.unique(np.concatenate(short))]
    exact = _scores(left.whole(at), left.own(at), scan.whole(at))
    best = [np.argsort(-exact[name], kind="stable")[:n] for name, n in N_PROPOSED.items()]
    return at[np.unique(np.concatenate(best))]


def _scores(whole, own, of_scan):
    return {"whole": whole, "own": own, "sum": whole + own, "scan": of_scan}


def _largest(scores, n):
    """Positions of the n largest, and of all that are as large as the last of them."""
    if len(scores) <= n:
        return np.arange(len(scores))
    return np.flatnonzero(scores >= np.partition(scores, -n)[-n])
