"""The space group of a crystal, as spglib finds it."""

from functools import lru_cache
from typing import NamedTuple

import numpy as np
import spglib

N_REMEMBERED = 4096  # crystals
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

    See Also
    --------
    crystal_symmetry
        Find the symmetry of a crystal; sites that are mixed alike count as of one kind.
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

    See Also
    --------
    layer_symmetries : Find point groups, space groups and Laue classes in the plane.
    CrystalSymmetry : Symbols of a crystal's symmetry, ``"?"`` where none is found.

    Examples
    --------
    >>> from pymatgen.core import Structure
    >>> from xrdmatch.crystallography import crystal_symmetry
    >>> crystal_symmetry(Structure.from_prototype("rocksalt", ["Na", "Cl"], a=5.64))
    CrystalSymmetry(space_group='Fm-3m', point_group='m-3m')
    """
    lattice, coords, numbers = _as_arrays(structure)
    return _symbols(lattice.tobytes(), coords.tobytes(), tuple(numbers))


def symmetry_dataset(structure):
    """Ask spglib; None where it finds nothing, because atoms coincide for example."""
    return _dataset(_as_arrays(structure))


def _as_arrays(structure):
    """Lattice, fractional coordinates, and a number for each kind of site."""
    kinds = {}
    numbers = [kinds.setdefault(site.species, len(kinds) + 1) for site in structure]
    return structure.lattice.matrix, structure.frac_coords, numbers


def _dataset(crystal):
    try:
        return spglib.get_symmetry_dataset(crystal, SYMPREC, angle_tolerance=ANGLE_TOLERANCE)
    except spglib.SpglibError:
        return None


@lru_cache(maxsize=N_REMEMBERED)
def _symbols(lattice, coords, numbers):
    """Symbols of a crystal whose arrays are given as bytes: the same are asked for often."""
    lattice, coords = (np.frombuffer(x).reshape(-1, 3) for x in (lattice, coords))
    found = _dataset((lattice, coords, list(numbers)))
    if found is None:
        return CrystalSymmetry("?", "?")
    return CrystalSymmetry(found.international, found.pointgroup.strip())
