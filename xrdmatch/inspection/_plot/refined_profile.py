"""One refined candidate's profile, out of what was refined to many scans."""

import numpy as np


def refined_profile(fits, row, candidate, name):
    """Take what is drawn of one candidate.

    Parameters
    ----------
    fits : Bunch
        What `PhysicsReranker.refine` returned.
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
    _check_refined(fits, row, candidate)
    profiles = fits.profiles[row]
    return {
        "x": profiles.two_theta,
        "observed": profiles.observed,
        "calculated": profiles.calculated[candidate],
        "ticks": {name: profiles.ticks[candidate]},
        "r_wp": float(fits.r_wp[row, candidate]),
    }


def _check_refined(fits, row, candidate):
    """Refuse refinements without profiles, and scans and candidates that are none."""
    if "profiles" not in fits:
        raise ValueError(
            "fits must hold profiles, as those of scans do, got a refinement of spots; look at "
            "these with PatternDisplay."
        )
    indices = fits.indices
    n_rows, n_candidates = indices.shape
    if not (0 <= row < n_rows and 0 <= candidate < n_candidates and indices[row, candidate] >= 0):
        n_found = np.count_nonzero(indices[row] >= 0) if 0 <= row < n_rows else n_candidates
        raise ValueError(
            f"row and candidate must be below {n_rows} and {n_found}, got {row} and {candidate}; "
            "pick one of what was refined."
        )
