"""How well calculated profiles fit a scan, background left out."""

import numpy as np
from scipy.ndimage import gaussian_filter1d

SMOOTHED = 0.06  # [degrees] over which residues and counts are averaged


def profile_residual(profile):
    """Sum of the absolute residues over that of the net counts, both smoothed.

    Counting noise of neighbouring points cancels where both are averaged; peaks that are missing
    or too many do not.

    Parameters
    ----------
    profile : ScanProfile
        Of n_candidates candidates.

    Returns
    -------
    ndarray of shape (n_candidates,)
        0 for a perfect fit.

    See Also
    --------
    signal_to_noise : Sum of the net counts over that of the counting errors, (n_candidates,).
    """
    points = SMOOTHED / (profile.two_theta[1] - profile.two_theta[0])
    residue = np.abs(gaussian_filter1d(profile.observed - profile.calculated, points, axis=-1))
    net = np.abs(gaussian_filter1d(profile.observed - profile.background, points, axis=-1))
    return residue.sum(-1) / np.maximum(net.sum(-1), np.finfo(float).tiny)


def signal_to_noise(profile):
    """Sum of the net counts over that of the counting errors, (n_candidates,).

    See Also
    --------
    profile_residual : Sum of the absolute residues over that of the net counts, both smoothed.
    """
    net = np.maximum(profile.observed - profile.background, 0.0)
    return net.sum(-1) / profile.sigma.sum()
