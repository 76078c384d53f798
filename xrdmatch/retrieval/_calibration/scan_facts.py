"""What the fit of a candidate to a scan says about whether it is the crystal."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

SMOOTHED = 0.06  # [degrees] over which residues and counts are averaged
LEAST = 1e-3, 1e-5  # residuals, and changes of a cell, that count as none
SCAN_FACTS = ("log residual", "first distance", "log cell change")


def scan_facts(fits, distances, lengths):
    """Facts on candidates of scans.

    Parameters
    ----------
    fits : ScanFits
        Of n_scans scans and n_candidates candidates.
    distances : ndarray of shape (n_scans, n_candidates)
        Those of the first stage.
    lengths : ndarray of shape (n_scans, n_candidates, 3)
        The candidates' own cell lengths [Å].

    Returns
    -------
    ndarray of shape (n_scans, n_candidates, 3)
        As `SCAN_FACTS` names them.
    """
    residual = np.array([profile_residual(profile) for profile in fits.profiles])
    change = np.abs(fits.lattice[..., :3] / lengths - 1).max(-1)
    reached = np.where(np.isfinite(distances), distances, 1.0)
    columns = np.log(np.maximum(residual, LEAST[0])), reached, np.log(np.maximum(change, LEAST[1]))
    return np.stack(columns, axis=-1)


def profile_residual(profile):
    """Sum of the absolute residues over that of the net counts, both smoothed.

    Counting noise of neighbouring points cancels where both are averaged, peaks that are missing
    or too many do not.

    Parameters
    ----------
    profile : ScanProfile
        Of n_candidates candidates.

    Returns
    -------
    ndarray of shape (n_candidates,)
        0 for a perfect fit.
    """
    points = SMOOTHED / (profile.two_theta[1] - profile.two_theta[0])
    residue = np.abs(gaussian_filter1d(profile.observed - profile.calculated, points, axis=1))
    net = np.abs(gaussian_filter1d(profile.observed - profile.background, points, axis=1))
    return residue.sum(1) / np.maximum(net.sum(1), np.finfo(float).tiny)
