"""Bond-valence sums beside oxidation states that a formula lets expect."""

from functools import lru_cache
from itertools import islice, product
from operator import mul

import numpy as np
from pymatgen.analysis.bond_valence import BV_PARAMS
from pymatgen.core import Composition, Element

B = 0.37  # [Å] of Brown's exponential
REACH = 1.45  # times the sum of radii, of what counts
MOST_TRIED = 5000  # combinations of states
TINY = 1e-6


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
        NaN where no state is known. Valences are those of O'Keeffe and Brese's parameters, each
        between an anion and a cation.
    """
    states = guessed_states(formula)
    elements = [Element.from_Z(int(z)) for z in found.numbers]
    state = np.array([states.get(element.symbol, 0.0) for element in elements])
    known = [BV_PARAMS.get(element) for element in elements]
    r = np.array([p["r"] if p else np.nan for p in known])
    c = np.array([p["c"] if p else np.nan for p in known])
    i, j = found.first, found.second
    opposite = (state[i] * state[j] < 0) & (found.ratio < REACH)
    i, j, length = i[opposite], j[opposite], found.length[opposite]
    r0 = (
        r[i]
        + r[j]
        - r[i] * r[j] * (np.sqrt(c[i]) - np.sqrt(c[j])) ** 2 / (c[i] * r[i] + c[j] * r[j])
    )
    sums = np.bincount(i, np.exp((r0 - length) / B), minlength=len(state))
    return np.where(state == 0, np.nan, sums - np.abs(state))
