"""Formulas that users give, and formulas without the elements' names."""

import re

import numpy as np
from pymatgen.core import Composition, DummySpecies

from xrdmatch.solution._templates.metals import class_fractions


def as_composition(formula):
    """Read a chemical formula.

    Parameters
    ----------
    formula : str, dict or Composition
        The formula.

    Returns
    -------
    Composition
        The same, with at least one atom.

    Raises
    ------
    ValueError
        If it cannot be read, or names what is no element.
    """
    try:
        composition = Composition(formula).element_composition
        known = not any(isinstance(e, DummySpecies) for e in Composition(formula))
    except (ValueError, KeyError, TypeError, AttributeError):
        composition, known = None, False
    if not known or not composition:
        raise ValueError(
            "A composition is a formula of elements such as 'BaTiO3', got "
            f"{formula!r}; check how it is spelt."
        )
    return composition


def composition_list(compositions, n):
    """Give one composition, or None, to each of n queries.

    Parameters
    ----------
    compositions : str, Composition, or list of n of these or of None; or None
        One for all queries, or one for each.
    n : int
        How many queries.

    Returns
    -------
    list of n Composition or None
        The same as compositions.
    """
    if not isinstance(compositions, list | tuple | np.ndarray):
        compositions = [compositions] * n
    if len(compositions) != n:
        raise ValueError(
            f"Compositions are one for all queries or one for each, got {len(compositions)} for "
            f"{n} queries; give None where one is not known."
        )
    return [None if c is None else as_composition(c) for c in compositions]


def anonymous_of(formula):
    """Write a formula anonymously: reduced, elements by ascending number named A, B and so on."""
    if isinstance(formula, str) and re.fullmatch(r"([A-Z]\d*)+", formula):
        found = re.findall(r"([A-Z])(\d*)", formula)
        letters = [letter for letter, _ in found]
        if letters == [chr(ord("A") + i) for i in range(len(letters))]:
            return _named(dict.fromkeys(letters), [int(n or 1) for _, n in found])
    return as_composition(formula).anonymized_formula


def _named(letters, counts):
    divisor = int(np.gcd.reduce(counts))
    counts = sorted(count // divisor for count in counts)
    return "".join(f"{a}{n if n > 1 else ''}" for a, n in zip(letters, counts, strict=True))


def fractions_of(composition):
    """Shares of a composition's elements, metals as one; shape (119,)."""
    numbers = np.array([element.Z for element in composition])
    amounts = np.array([composition[element] for element in composition])
    rows = class_fractions(np.arange(len(numbers)), numbers, len(numbers))
    return amounts @ rows / amounts.sum()
