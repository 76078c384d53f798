"""Restriction of patterns to the q range of a gallery."""

from dataclasses import replace

import numpy as np


def spots_within_reach(pattern, q_max):
    """Leave out the spots that lie beyond what a gallery was simulated up to.

    Parameters
    ----------
    pattern : DiffractionPattern
        The spots [1/Å]; those in pixels are given back as they are.
    q_max : float or None
        Of the gallery's simulator [1/Å]. It is met at three standard errors of the scale.

    Returns
    -------
    DiffractionPattern
        The others.

    Raises
    ------
    ValueError
        If all lie beyond.

    See Also
    --------
    SpotMap : Compares what this leaves.

    Examples
    --------
    >>> from xrdmatch import DiffractionPattern
    >>> from xrdmatch.retrieval import spots_within_reach
    >>> pattern = DiffractionPattern([[0.3, 0.0], [0.0, 1.1], [1.5, 0.0]], [3.0, 2.0, 1.0])
    >>> spots_within_reach(pattern, 1.2).intensity.tolist()
    [3.0, 2.0]
    """
    if q_max is None or pattern.unit == "pixel":
        return pattern
    length = np.linalg.norm(pattern.q, axis=1)
    reach = q_max / (1 + 3 * pattern.scale_error)
    if length.min() > reach:
        raise ValueError(
            f"Spots are compared up to {reach:.2f} 1/Å, got the innermost at {length.min():.3g} "
            "1/Å; check the scale, which is in pixels for 1/Å, without 2 pi."
        )
    near = length <= reach
    sigma = None if pattern.sigma is None else pattern.sigma[near]
    hkl = None if pattern.hkl is None else pattern.hkl[near]
    return replace(
        pattern, q=pattern.q[near], intensity=pattern.intensity[near], sigma=sigma, hkl=hkl
    )
