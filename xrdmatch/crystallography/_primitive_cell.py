"""The smallest cell of a crystal, written in the axes of the cell as given."""

from typing import NamedTuple

import numpy as np

from xrdmatch.crystallography._crystal_symmetry import symmetry_dataset
from xrdmatch.crystallography._sites import site_table
from xrdmatch.crystallography._structure_error import StructureError


class PrimitiveCell(NamedTuple):
    """A primitive cell.

    Parameters
    ----------
    basis : ndarray of shape (3, 3)
        Rows: its axes in units of the given cell's.
    sites : ndarray of int, shape (n_sites,)
        Which of the given sites it holds: one of each set that the translations connect.
    """

    basis: np.ndarray
    sites: np.ndarray


def primitive_cell(structure):
    """Find a primitive cell without moving or turning the crystal.

    Where spglib finds no symmetry, because atoms coincide for example, the cell as given counts
    as primitive.

    Parameters
    ----------
    structure : Structure
        The crystal, of any cell.

    Returns
    -------
    PrimitiveCell
        Its axes and its sites.

    Raises
    ------
    TypeError
        If it is no structure.
    ValueError
        If it has no sites or its cell has no volume.
    """
    if site_table([structure]).is_flat[0]:
        raise StructureError(
            "A cell must have a volume, got three vectors in one plane {place}; mend the lattice "
            "or leave the structure out.",
            0,
        )
    found = symmetry_dataset(structure)
    if found is None:
        return PrimitiveCell(np.eye(3), np.arange(len(structure)))
    _, sites = np.unique(found.mapping_to_primitive, return_index=True)
    order = round(len(structure) / len(sites))  # of the given lattice in the primitive one
    basis = found.primitive_lattice @ np.linalg.inv(structure.lattice.matrix)
    return PrimitiveCell(np.round(basis * order) / order, np.sort(sites))
