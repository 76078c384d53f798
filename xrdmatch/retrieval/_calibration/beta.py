"""Probabilities that are systematically too large or too small, corrected by a beta calibration."""

import numpy as np
from scipy.optimize import minimize

AS_IT_IS = (1.0, 1.0, 0.0)
SPREAD = 1.0  # of the logarithms of both slopes and of the offset, before anything is known
BOUNDS = ((-3.0, 3.0), (-3.0, 3.0), (-5.0, 5.0))


def corrected(logits, beta):
    """Correct the logarithms of odds.

    Parameters
    ----------
    logits : ndarray
        Logarithms of the odds.
    beta : tuple of 3 floats
        ``a``, ``b`` and ``c``: the odds of a probability p become ``e^c p^a / (1 - p)^b``, which
        rise with p where a and b are positive.

    Returns
    -------
    ndarray of the same shape
        Corrected ones.

    References
    ----------
    M. Kull, T. Silva Filho, P. Flach, Electron. J. Stat. 11, 5052 (2017).
    """
    a, b, c = beta
    return -a * np.logaddexp(0, -logits) + b * np.logaddexp(0, logits) + c


def fit_beta(known, unknown, prior_unknown):
    """Find the correction under which what was seen was most probable.

    Parameters
    ----------
    known, unknown : ndarray of shape (n_known,) and (n_unknown,)
        Logarithms of the odds of being known of queries that are, and of others, from what was
        learned of other queries.
    prior_unknown : float
        What both kinds weigh together.

    Returns
    -------
    tuple of 3 floats
        What `corrected` takes, by maximum likelihood under a wide prior around no correction.
    """
    n = len(known) + len(unknown)
    shares = (1 - prior_unknown) / len(known), prior_unknown / len(unknown)

    def cost(x):
        beta = np.exp(x[0]), np.exp(x[1]), x[2]
        losses = np.logaddexp(0, -corrected(known, beta)), np.logaddexp(0, corrected(unknown, beta))
        loss = sum(share * part.sum() for share, part in zip(shares, losses, strict=True))
        return n * loss + ((x / SPREAD) ** 2).sum() / 2

    a, b, c = minimize(cost, np.zeros(3), method="L-BFGS-B", bounds=BOUNDS).x.tolist()
    return float(np.exp(a)), float(np.exp(b)), c
