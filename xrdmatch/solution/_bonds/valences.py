"""Bond-valence sums beside oxidation states that a formula lets expect."""

from functools import lru_cache
from itertools import islice, product
from operator import mul

import numpy as np
from pymatgen.analysis.bond_valence import BV_PARAMS
from pymatgen.core import Composition, Element

from xrdmatch.solution._bonds.neighbours import N_ELEMENTS

B = 0.37  # [Å] of Brown's exponential
REACH = 1.45  # times the sum of radii, of what counts
MOST_TRIED = 5000  # combinations of states
TINY = 1e-6


def _parameters():
    """Two parameters of each element, by atomic number; NaN where there are none."""
    table = np.full((N_ELEMENTS, 2), np.nan)
    for element, known in BV_PARAMS.items():
        table[element.Z] = known["r"], known["c"]
    return table


PARAMETERS = _parameters()


@lru_cache(maxsize=100_000)
def guessed_states(formula):
    """Guess oxidation states that balance a formula, of the common ones of each element.

    Parameters
    ----------
    formula : str
        Reduced formula.

    Returns
    -------
    dict of str to int
        State of each element; zeros where none balance, in metals and in elements. Of several
        balances, that in which electronegative elements are most negative.
    """
    amounts = Composition(formula).get_el_amt_dict()
    elements = [Element(symbol) for symbol in amounts]
    nothing = dict.fromkeys(amounts, 0)
    if len(elements) < 2 or all(element.is_metal for element in elements):
        return nothing
    lists = [element.common_oxidation_states or element.oxidation_states for element in elements]
    counts = list(amounts.values())
    affinity = [element.X if element.X == element.X else 2.0 for element in elements]
    balanced = [
        states
        for states in islice(product(*lists), MOST_TRIED)
        if abs(sum(n * s for n, s in zip(counts, states, strict=True))) < TINY
    ]
    if not balanced:
        return nothing
    best = min(balanced, key=lambda states: sum(map(mul, states, map(mul, affinity, counts))))
    return dict(zip(amounts, best, strict=True))


def valence_errors(found, formula):
    """Bond-valence sums minus the sizes of oxidation states, (n_atoms,).

    Parameters
    ----------
    found : Neighbours
        Of a crystal.
    formula : str
        Its reduced formula.

    Returns
    -------
    ndarray of shape (n_atoms,)
        NaN where no state is known.
    """
    states = states_of(found.numbers, formula)
    return np.where(states == 0, np.nan, valence_sums(found, states) - np.abs(states))


def states_of(numbers, formula):
    """Oxidation states that a formula lets expect, of atoms by their atomic numbers."""
    table = np.zeros(N_ELEMENTS)
    for symbol, state in guessed_states(formula).items():
        table[Element(symbol).Z] = state
    return table[numbers]


def valence_sums(found, states):
    """Add up bond valences, each between an anion and a cation, (n_atoms,).

    Parameters
    ----------
    found : Neighbours or Surroundings
        Of one crystal or of many.
    states : ndarray of shape (n_atoms,)
        Oxidation states.

    Returns
    -------
    ndarray of shape (n_atoms,)
        By O'Keeffe and Brese's parameters; NaN where an element has none.
    """
    i, j = found.first, found.second
    opposite = (states[i] * states[j] < 0) & (found.ratio < REACH)
    i, j, length = i[opposite], j[opposite], found.length[opposite]
    (r1, c1), (r2, c2) = PARAMETERS[found.numbers[i]].T, PARAMETERS[found.numbers[j]].T
    r0 = r1 + r2 - r1 * r2 * (np.sqrt(c1) - np.sqrt(c2)) ** 2 / (c1 * r1 + c2 * r2)
    return np.bincount(i, np.exp((r0 - length) / B), minlength=len(states))
