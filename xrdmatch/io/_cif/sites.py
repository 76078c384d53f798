"""Rows of the atom list of a CIF: element, position and occupancy."""

import warnings
from typing import NamedTuple

import numpy as np
from pymatgen.core import Element, Species

from xrdmatch.io._cif.elements import VACANCY, element_of_label, element_of_type
from xrdmatch.io._cif.text import read_number
from xrdmatch.io._skipped import DoubtfulStructureWarning

_COORDINATES = ("_atom_site_fract_x", "_atom_site_fract_y", "_atom_site_fract_z")
_MAX_OCCUPANCY = 1.05  # refined and rounded; what is above 1 is scaled down
_BY_LABEL = "the formula has the elements of these labels, not of their type symbols: {}"
_N_NAMED = 5


class Sites(NamedTuple):
    """Atoms as listed, one row each, before any symmetry."""

    labels: list[str]
    species: list[Element | Species]
    coords: np.ndarray  # (n_rows, 3) fractional
    occupancies: np.ndarray  # (n_rows,)
    steps: np.ndarray  # (n_rows,) last digit to which the coordinates are written


class _Entry(NamedTuple):
    """One row of the list, as written; what is not stated is None."""

    label: str | None
    kind: str | None
    flag: str | None
    occupancy: str | None
    place: tuple[str | None, ...]


class _Row(NamedTuple):
    label: str
    species: Element | Species
    place: tuple[str, ...]
    occupancy: float


def read_sites(facts, elements=frozenset()):
    """Read the list of atoms; say in warnings which rows hold none.

    Parameters
    ----------
    facts : Facts
    elements : frozenset of str
        Those of the stated formula, which decide how a doubtful label is read.

    Returns
    -------
    Sites

    Raises
    ------
    ValueError
        When a row can be no atom and no vacancy, or no row is left.
    """
    charges, remarks = _oxidation_numbers(facts), {}
    found = [_row(entry, elements, charges, remarks) for entry in _entries(facts)]
    rows = [row for row in found if row]
    for remark, labels in remarks.items():
        category = DoubtfulStructureWarning if remark == _BY_LABEL else UserWarning
        warnings.warn(remark.format(_names(labels)), category, stacklevel=2)
    if not rows:
        raise ValueError("none of its atoms has a place")
    return _arrays(rows)


def _entries(facts):
    places = [facts.column(tag) or [] for tag in _COORDINATES]
    tags = ("label", "type_symbol", "calc_flag", "occupancy")
    columns = [facts.column(f"_atom_site_{tag}") or [None] * len(places[0]) for tag in tags]
    if len({len(column) for column in (*places, *columns)}) > 1:
        raise ValueError("its columns of coordinates, labels and occupancies are not one list")
    return map(_Entry, *columns, zip(*places, strict=True))


def _row(entry, elements, charges, remarks):
    """Make a row of an entry that holds an atom; note what is remarkable."""
    label = entry.label or entry.kind or "a site without a label"
    occupancy = _occupancy(entry.occupancy, label)
    if None in entry.place or (entry.flag or "").lower() == "dum":
        remarks.setdefault("left out without a place: {}", []).append(label)
        return None
    element, is_group = _element(entry, elements, label)
    if elements and element not in (VACANCY, *elements) and (named := _by_label(entry, elements)):
        remarks.setdefault(_BY_LABEL, []).append(label)
        element = named
    if element is VACANCY or occupancy == 0:
        remarks.setdefault("left out as vacancies: {}", []).append(label)
        return None
    if is_group:
        remarks.setdefault("hydrogens without a place belong to {}", []).append(label)
    if element == "H" and (entry.kind or label)[:1] != "H":
        remarks.setdefault("deuterium is read as hydrogen: {}", []).append(label)
    if occupancy > 1:
        remarks.setdefault("occupancies above 1 are taken as 1: {}", []).append(label)
    species = _species(element, charges.get(entry.kind))
    return _Row(label, species, entry.place, min(occupancy, 1.0))


def _element(entry, elements, label):
    if entry.kind is None and entry.label is None:
        raise ValueError("a site has neither a type symbol nor a label")
    try:
        if entry.kind is not None:
            return element_of_type(entry.kind, elements)
        return element_of_label(entry.label, elements)
    except ValueError as error:
        raise ValueError(f"site {label}: {error}") from None


def _by_label(entry, elements):
    """Read the label, None where the formula has not its element either."""
    try:
        element = element_of_label(entry.label or "", elements)[0]
    except ValueError:
        return None
    return element if element in elements else None


def _occupancy(stated, label):
    if stated is None:  # the dictionary's default
        return 1.0
    occupancy = read_number(stated, f"the occupancy of {label}")
    if not 0 <= occupancy <= _MAX_OCCUPANCY:
        raise ValueError(f"the occupancy of site {label} is {stated}; it lies between 0 and 1")
    return occupancy


def _oxidation_numbers(facts):
    symbols = facts.column("_atom_type_symbol") or []
    numbers = facts.column("_atom_type_oxidation_number") or []
    pairs = zip(symbols, numbers, strict=False)
    return {symbol: read_number(n, "an oxidation number") for symbol, n in pairs if n is not None}


def _species(element, charge):
    return Element(element) if charge is None else Species(element, charge)


def _names(labels):
    more = f" and {len(labels) - _N_NAMED} more" if len(labels) > _N_NAMED else ""
    return ", ".join(labels[:_N_NAMED]) + more


def _arrays(rows):
    coords = np.array([[read_number(x, f"a place of {r.label}") for x in r.place] for r in rows])
    return Sites(
        [row.label for row in rows],
        [row.species for row in rows],
        coords % 1,
        np.array([row.occupancy for row in rows]),
        np.array([max(map(_step, row.place)) for row in rows]),
    )


def _step(text):
    """One unit of the last digit of a coordinate that is no simple fraction."""
    digits = text.partition("(")[0].partition(".")[2]
    return 0.0 if _is_simple(digits) else 10.0 ** -len(digits)


def _is_simple(digits):
    return digits.rstrip("0") in ("", "5", "25", "75", "125", "375", "625", "875")
