"""Stated formula of a CIF, compared with the structure that was read."""

import re
from typing import NamedTuple

from pymatgen.core import Composition, Element

_PART = re.compile(r"([A-Z][a-z]?)(\d*\.?\d*)(?:\(\d+\))?")
_HYDROGENS = {"D": "H", "T": "H"}
# Formulas are rounded, often more coarsely than their digits say; a doubled site shows beyond.
_RELATIVE = 0.02
_ABSOLUTE = 0.1


class Formula(NamedTuple):
    """A stated sum formula with what its digits leave open, and how often the cell holds it."""

    counts: dict[str, float]
    slack: dict[str, float]
    multiple: float | None  # None where it is not stated

    def differs(self, counts):
        """Say how the contents of a cell differ from the formula; None where they agree.

        Hydrogens may be fewer than stated: many have no place in the list of atoms.
        """
        if not self.counts:
            return None
        multiple = self.multiple or self._multiple(counts)
        if self._agrees(counts, multiple):
            return None
        stated = written(self.counts, multiple)
        return f"the cell holds {written(counts)} where the file's formula says {stated}"

    def _multiple(self, counts):
        """How often the heavy atoms of a cell make the formula."""
        heavy = [sum(n for symbol, n in x.items() if symbol != "H") for x in (counts, self.counts)]
        return heavy[0] / heavy[1] if heavy[1] else sum(counts.values()) / self.counts["H"]

    def _agrees(self, counts, multiple):
        for symbol in {*counts, *self.counts}:
            stated = multiple * self.counts.get(symbol, 0.0)
            slack = multiple * self.slack.get(symbol, 0.0) + _RELATIVE * stated + _ABSOLUTE
            excess = counts.get(symbol, 0.0) - stated
            if excess > slack or (excess < -slack and symbol != "H"):
                return False
        return True


def stated_formula(facts):
    """Read the sum formula and the number of formula units; empty where none is stated.

    pymatgen writes the contents of the whole cell as the sum formula, and says so by a
    structural one: then that is what the cell has to hold.
    """
    counts, slack = _parsed(facts, "_chemical_formula_sum")
    try:
        units = facts.number("_cell_formula_units_z")
    except ValueError:
        units = None
    if not units or units < 0:
        return Formula(counts, slack, None)
    return Formula(counts, slack, 1.0 if _is_whole_cell(facts, counts, units) else units)


def _is_whole_cell(facts, counts, units):
    text = next(iter(facts.texts("_chemical_formula_structural")), "")
    try:
        return {e.symbol: units * n for e, n in Composition(text).items()} == counts
    except (ValueError, AttributeError):  # written in some other way
        return False


def _parsed(facts, tag):
    text = next(iter(facts.texts(tag)), "")
    parts = _PART.findall(text)
    counts, slack = {}, {}
    if _PART.sub("", text).strip() or not all(
        Element.is_valid_symbol(symbol) for symbol, _ in parts
    ):
        return {}, {}  # written in some way of its own, such as (Mg,Fe)2 Si O4
    for symbol, number in parts:
        symbol = _HYDROGENS.get(symbol, symbol)
        decimals = len(number.partition(".")[2])
        counts[symbol] = counts.get(symbol, 0.0) + float(number.rstrip(".") or 1)
        slack[symbol] = 0.5 * 10.0**-decimals if decimals else 0.0
    return {symbol: n for symbol, n in counts.items() if n}, slack


def count_elements(occupants):
    """Atoms of each element, of a list of occupants of places."""
    counts = {}
    for place in occupants:
        for species, occupancy in place.items():
            symbol = _HYDROGENS.get(species.symbol, species.symbol)
            counts[symbol] = counts.get(symbol, 0.0) + occupancy
    return counts


def written(counts, multiple=1.0):
    """Write atoms of each element as a formula."""
    return " ".join(f"{symbol}{multiple * n:.4g}" for symbol, n in sorted(counts.items()))
