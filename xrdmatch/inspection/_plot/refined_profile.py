"""One refined profile, out of what was refined to many scans or to one."""

import numpy as np

from xrdmatch.refinement import ScanFits, ScanRefinement


def refined_profile(fits, row, candidate, name):
    """Take what is drawn of one candidate.

    Parameters
    ----------
    fits : ScanFits or ScanRefinement
        What `PhysicsReranker.refine` or `refine_scan` returned.
    row : int
        Which of the scans.
    candidate : int
        Which of its candidates.
    name : str
        What its peaks are called.

    Returns
    -------
    dict
        Arguments of `ProfileDisplay.from_profile`.

    Raises
    ------
    ValueError
        If no profile was refined, or there is no such scan or candidate.
    """
    profile, r_wp = _chosen(fits, row, candidate)
    return {
        "x": profile.two_theta,
        "observed": profile.observed,
        "calculated": profile.calculated,
        "ticks": {name: profile.ticks},
        "r_wp": float(r_wp),
    }


def _chosen(fits, row, candidate):
    """Profile and residual of one candidate."""
    if isinstance(fits, ScanRefinement):
        _check_place((row, candidate), 1, 1)
        return fits.profile, fits.r_wp
    if not isinstance(fits, ScanFits):
        raise ValueError(
            "fits must hold profiles, as those of scans do, got "
            f"{type(fits).__name__}; look at spots with PatternDisplay."
        )
    n_rows, n_candidates = fits.indices.shape
    if 0 <= row < n_rows:
        n_candidates = np.count_nonzero(fits.indices[row] >= 0)
    _check_place((row, candidate), n_rows, n_candidates)
    return fits.profiles[row].of_candidate(candidate), fits.r_wp[row, candidate]


def _check_place(place, n_rows, n_candidates):
    """Refuse scans and candidates that are none."""
    if not (0 <= place[0] < n_rows and 0 <= place[1] < n_candidates):
        raise ValueError(
            f"row and candidate must be below {n_rows} and {n_candidates}, got {place[0]} and "
            f"{place[1]}; pick one of what was refined."
        )
