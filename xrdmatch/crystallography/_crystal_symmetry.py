"""The space group of a crystal, as spglib finds it."""

from typing import NamedTuple

import spglib

SYMPREC = 0.01  # [Å] how far an atom may be from where its space group wants it
ANGLE_TOLERANCE = 5  # [degrees] in the same sense


class CrystalSymmetry(NamedTuple):
    """Symbols of a crystal's symmetry, ``"?"`` where none is found.

    Parameters
    ----------
    space_group : str
        Hermann-Mauguin symbol, short.
    point_group : str
        Hermann-Mauguin symbol.
    """

    space_group: str
    point_group: str


def crystal_symmetry(structure):
    """Find the symmetry of a crystal; sites that are mixed alike count as of one kind.

    Parameters
    ----------
    structure : Structure
        The crystal, of any cell.

    Returns
    -------
    CrystalSymmetry
        Its space group and point group, atoms within 0.01 Å of their places.

    Examples
    --------
    >>> from pymatgen.core import Structure
    >>> from xrdmatch.crystallography import crystal_symmetry
    >>> crystal_symmetry(Structure.from_prototype("rocksalt", ["Na", "Cl"], a=5.64))
    CrystalSymmetry(space_group='Fm-3m', point_group='m-3m')
    """
    found = symmetry_dataset(structure)
    return CrystalSymmetry("?", "?") if found is None else _symbols(found)


def symmetry_dataset(structure):
    """Ask spglib; None where it finds nothing, because atoms coincide for example."""
    kinds = {}
    numbers = [kinds.setdefault(site.species, len(kinds) + 1) for site in structure]
    crystal = (structure.lattice.matrix, structure.frac_coords, numbers)
    try:
        return spglib.get_symmetry_dataset(crystal, SYMPREC, angle_tolerance=ANGLE_TOLERANCE)
    except spglib.SpglibError:
        return None


def _symbols(found):
    return CrystalSymmetry(found.international, found.pointgroup.strip())
