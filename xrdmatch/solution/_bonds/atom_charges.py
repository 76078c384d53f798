"""Bond valences, electrostatic potentials and contacts of charged atoms."""

import numpy as np
from scipy.special import erfc

from xrdmatch.solution._bonds.neighbours import REACH
from xrdmatch.solution._bonds.valences import valence_sums

DAMPING = 0.3  # [1/Å] of Wolf's sum
SMALLEST = 0.01  # of valences whose logarithm is taken


def charges(around):
    """Describe atoms by oxidation states that the formula lets expect.

    Parameters
    ----------
    around : Surroundings
        Of many crystals.

    Returns
    -------
    dict of str to ndarray of shape (n_atoms,)
        By name; NaN where no state is known.
    """
    size = np.abs(around.states)
    known = np.where(size > 0, size, np.nan)
    product = around.states[around.first] * around.states[around.second]
    sums = valence_sums(around, around.states)
    potential = potentials(around)
    return {
        "valence error": sums - known,
        "log valence over state": np.log(np.maximum(sums, SMALLEST) / known),
        "potential": potential * np.sign(around.states) + 0 * known,
        "potential over state": potential * np.sign(around.states) / known,
        "nearest of same charge": around.least_ratio(product > 0),
        "nearest of other charge": around.least_ratio(product < 0),
    }


def potentials(around):
    """Electrostatic potential at atoms, of point charges within 6 Å, (n_atoms,).

    Parameters
    ----------
    around : Surroundings
        Of many crystals.

    Returns
    -------
    ndarray of shape (n_atoms,)
        In elementary charges over Å, by Wolf's sum: each charge is damped, and neutralised on
        the sphere up to which neighbours are counted.

    References
    ----------
    D. Wolf, P. Keblinski, S. R. Phillpot, J. Eggebrecht, J. Chem. Phys. 110, 8254 (1999).
    """
    edge = erfc(DAMPING * REACH) / REACH
    kernel = erfc(DAMPING * around.length) / around.length - edge
    own = around.states * (edge + 2 * DAMPING / np.sqrt(np.pi))
    return around.summed(around.states[around.second] * kernel) - own
