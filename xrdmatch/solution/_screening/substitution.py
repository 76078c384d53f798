"""Prior of element substitutions."""

from functools import cache

import numpy as np
from pymatgen.analysis.structure_prediction.substitution_probability import SubstitutionProbability

from xrdmatch.solution._screening.atomic_volumes import N_ELEMENTS

UNSEEN = -5.0  # of pairs of elements that never replaced each other


@cache
def replacement_table():
    """Substitution weights of pairs of elements in crystals of one structure type.

    Returns
    -------
    ndarray of shape (119, 119)
        By atomic numbers: the largest of the weights lambda of pairs of ions; pymatgen ships them.

    References
    ----------
    G. Hautier, C. Fischer, V. Ehrlacher, A. Jain, G. Ceder, Inorg. Chem. 50, 656 (2011).
    """
    table = np.full((N_ELEMENTS, N_ELEMENTS), UNSEEN)
    known = SubstitutionProbability()
    ions = sorted(known.species)
    numbers = np.array([ion.Z for ion in ions])
    weights = np.array([[known.get_lambda(a, b) for b in ions] for a in ions])
    np.maximum.at(table, (numbers[:, None], numbers), weights)
    own = np.arange(N_ELEMENTS)
    table[own, own] = np.maximum(table[own, own], 0)
    return table


def log_prior(old, new):
    """Sum of those weights over the kinds of atoms of a template, per kind.

    Parameters
    ----------
    old, new : ndarray of int, shape (n_kinds,)
        Atomic numbers, of the template and in their place.

    Returns
    -------
    float
        Near 0 or above where such crystals are often alike; -5 where none was ever seen.
    """
    return float(replacement_table()[old, new].mean())
