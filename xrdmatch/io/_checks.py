"""What every structure has to fulfil, whatever format it comes in."""

import numpy as np
from pymatgen.core import DummySpecies

# The densest crystals have 23 g/cm^3 and computed ones under pressure 27; the emptiest cells of
# large databases, single molecules or layers in vacuum, 4,000 Å^3 an atom.
_MAX_DENSITY = 50.0  # [g/cm^3]
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
    if not (np.isfinite(structure.lattice.matrix).all() and structure.lattice.volume > 0):
        raise ValueError("its cell is not finite or has no volume")
    if not np.isfinite(structure.frac_coords).all():
        raise ValueError("a coordinate is not a finite number")
    for element in {element for site in structure for element in site.species}:
        if isinstance(element, DummySpecies):
            raise ValueError(f"{element.symbol!r} is no chemical element")
    _check_density(structure)
    for text in (structure.properties or {}).items():
        check_text(*text)


def _check_density(structure):
    volume = structure.lattice.volume / len(structure)
    if not volume < _MAX_VOLUME:
        raise ValueError(
            f"its cell has {volume:.3g} Å^3 for each atom, too much for a crystal; check that its "
            "lengths are in Å"
        )
    if not structure.density < _MAX_DENSITY:
        raise ValueError(
            f"its density is {structure.density:.3g} g/cm^3, too much for a crystal; check that "
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
            raise ValueError(f"its {what} {printable(text)!r} is no valid text; rename it") from None


def printable(text):
    """Write a text such that it can be printed and saved, whatever is in it."""
    return text.encode(errors="backslashreplace").decode()
