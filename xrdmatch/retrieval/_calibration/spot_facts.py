"""What the fit of a candidate to spots says about whether it is the crystal."""

import numpy as np

LEAST = 1e-4  # strains and displacements that count as none
SPOT_FACTS = (
    "log likelihood of a spot",
    "first distance",
    "log strain",
    "log displacement",
    "log noise",
    "share of spots without a place",
    "share of spots not seen",
)


def spot_facts(fits, distances, n_spots):
    """Facts on candidates of spots.

    Parameters
    ----------
    fits : SpotFits
        Of n_patterns patterns and n_candidates candidates.
    distances : ndarray of shape (n_patterns, n_candidates)
        Those of the first stage.
    n_spots : ndarray of int, shape (n_patterns,)
        Spots of each pattern.

    Returns
    -------
    ndarray of shape (n_patterns, n_candidates, 7)
        As `SPOT_FACTS` names them.
    """
    n = np.maximum(n_spots, 1)[:, None]
    strain = np.sqrt((fits.strain**2).sum((-2, -1)))
    columns = (
        fits.log_likelihood / n,
        np.where(np.isfinite(distances), distances, 25.0),
        np.log(np.maximum(strain, LEAST)),
        np.log(np.maximum(fits.displacement, LEAST)),
        np.log(np.maximum(fits.noise, LEAST)),
        fits.n_extra / n,
        fits.n_missing / n,
    )
    return np.stack(columns, axis=-1).astype(float)
