"""Features of a refined structure from which its probability is computed."""

import numpy as np

from xrdmatch.refinement import signal_to_noise

LEAST = 1e-3  # of residuals and probabilities
BONDS = "log odds of bonds"
FACTS = ("log residual", "log signal", "free parameters", BONDS, "lead")


def merit(refined, bond_probability):
    """Figure by which structures are ranked: the lower the better.

    Parameters
    ----------
    refined : RefinedStructure
        How it fits.
    bond_probability : float
        Of the bond check; NaN where it was not asked.

    Returns
    -------
    float
        The logarithm of the residual, 0.004 for each free parameter, less 0.04 times the logarithm
        of the bond check's probability.
    """
    bonds = 1.0 if np.isnan(bond_probability) else max(bond_probability, LEAST)
    return np.log(max(refined.residual, LEAST)) + 0.004 * refined.n_free - 0.04 * np.log(bonds)


def facts(refined, bond_probability, lead):
    """Numbers that tell right structures from wrong ones.

    Parameters
    ----------
    refined : RefinedStructure
        How it fits.
    bond_probability : float
        Of the bond check; NaN where it was not asked.
    lead : float
        By how much its `merit` is below that of the best structure that differs.

    Returns
    -------
    ndarray of shape (5,)
        As `FACTS` names them; NaN for bonds that were not checked.
    """
    p = np.clip(bond_probability, LEAST, 1 - LEAST)  # NaN stays
    signal = max(float(signal_to_noise(refined.profile)), LEAST)
    residual = max(refined.residual, LEAST)
    return np.array([np.log(residual), np.log(signal), refined.n_free, np.log(p / (1 - p)), lead])
