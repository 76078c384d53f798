"""What the fit of a candidate to a scan says about whether it is the crystal."""

import numpy as np

from xrdmatch.refinement import profile_residual, signal_to_noise

LEAST = 1e-3, 1e-5, 1e-3  # residuals, changes of a cell, and signals that count as none
FAR = 1.0  # distance of a candidate that was not proposed
SCAN_FACTS = ("log residual", "first distance", "log cell change", "log signal")


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
    ndarray of shape (n_scans, n_candidates, 4)
        As `SCAN_FACTS` names them: the logarithm of `profile_residual`, the first stage's
        distance, the logarithm of the largest relative change of a cell length, and that of the
        net counts over their counting errors.
    """
    residual = np.array([profile_residual(profile) for profile in fits.profiles])
    signal = np.array([signal_to_noise(profile) for profile in fits.profiles])
    change = np.abs(fits.lattice[..., :3] / lengths - 1).max(-1)
    logs = [
        np.log(np.maximum(values, least))
        for values, least in zip((residual, change, signal), LEAST, strict=True)
    ]
    reached = np.where(np.isfinite(distances), distances, FAR)
    return np.stack([logs[0], reached, logs[1], logs[2]], axis=-1)
