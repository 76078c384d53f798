"""Checks of structures after reading."""

from functools import cache

import numpy as np
from pymatgen.core import DummySpecies, Element

# The densest crystals have 23 g/cm^3 and computed ones under pressure 27; the emptiest cells of
# large databases, single molecules or layers in vacuum, 4,000 Å^3 an atom.
_MAX_DENSITY = 50.0  # [g/cm^3]
_UNIT_DENSITY = 1.66054  # [g/cm^3] of one u in one Å^3
_MAX_VOLUME = 10_000.0  # [Å^3] per atom


def check_structure(structure):
    """Refuse what is no crystal.

    Parameters
    ----------
    structure : pymatgen.core.Structure

    Raises
    ------
    ValueError
        When it has no atoms, a cell or coordinates that are no finite numbers, something that is
        no element, an impossible density, or a text that cannot be written.
    """
    if not len(structure):
        raise ValueError("it has no atoms")
    volume = abs(np.linalg.det(structure.lattice.matrix))
    if not (np.isfinite(volume) and volume > 0):
        raise ValueError("its cell is not finite or has no volume")
    if not np.isfinite(structure.frac_coords).all():
        raise ValueError("a coordinate is not a finite number")
    _check_density(volume, len(structure), sum(_masses(structure)))
    for text in (structure.properties or {}).items():
        check_text(*text)


def _masses(structure):
    """Mass of each site [u]; sites that share a composition are looked at once."""
    compositions = [site.species for site in structure]
    known = {id(composition): _mass(composition) for composition in _shared(compositions)}
    return [known[id(composition)] for composition in compositions]


def _shared(compositions):
    return {id(composition): composition for composition in compositions}.values()


def _mass(composition):
    for species in composition:
        if isinstance(species, DummySpecies):
            raise ValueError(f"{species.symbol!r} is no chemical element")
    return sum(_atomic_mass(species.symbol) * amount for species, amount in composition.items())


@cache
def _atomic_mass(symbol):
    return float(Element(symbol).atomic_mass)


def _check_density(volume, n_atoms, mass):
    if not volume / n_atoms < _MAX_VOLUME:
        raise ValueError(
            f"its cell has {volume / n_atoms:.3g} Å^3 for each atom, too much for a "
            "crystal; check that its lengths are in Å"
        )
    density = mass * _UNIT_DENSITY / volume
    if not density < _MAX_DENSITY:
        raise ValueError(
            f"its density is {density:.3g} g/cm^3, too much for a crystal; check that "
            "its lengths are in Å"
        )


def check_text(what, text):
    """Refuse a text that cannot be written to a file: half a surrogate pair, or another's bytes.

    Raises
    ------
    ValueError
        When it is one.
    """
    if isinstance(text, str) and not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            raise ValueError(
                f"its {what} {printable(text)!r} is no valid text; rename it"
            ) from None


def printable(text):
    """Write a text such that it can be printed and saved, whatever is in it."""
    return text.encode(errors="backslashreplace").decode()
