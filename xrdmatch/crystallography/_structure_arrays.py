"""A structure from three arrays, the form in which tables and ASE keep it."""

from functools import cache

import numpy as np
from pymatgen.core import Composition, Element, Structure


def structure_from_arrays(lattice, numbers, coords, properties=None, *, cartesian=False):
    """Build a fully occupied structure from its cell, elements and positions.

    Parameters
    ----------
    lattice : array-like of 9 floats
        Row vectors a, b, c [Å], flat or of shape (3, 3).
    numbers : array-like of shape (n_sites,)
        Atomic numbers.
    coords : array-like of 3 * n_sites floats
        Fractional coordinates, flat or of shape (n_sites, 3).
    properties : dict, optional
        What is known about the structure.
    cartesian : bool, default=False
        Whether the coordinates are Cartesian instead [Å].

    Returns
    -------
    pymatgen.core.Structure
        The structure.

    Raises
    ------
    ValueError
        When the three do not fit together, a number is no element's, or Cartesian coordinates
        come with a cell of fewer than three vectors.

    See Also
    --------
    structure_from_dict : Build a structure from what `Structure.as_dict` returned.
    structure_from_atoms : Turn ASE Atoms into a structure.

    Examples
    --------
    >>> from xrdmatch.crystallography import structure_from_arrays
    >>> cell = [[2.87, 0, 0], [0, 2.87, 0], [0, 0, 2.87]]
    >>> structure_from_arrays(cell, [26, 26], [[0, 0, 0], [0.5, 0.5, 0.5]]).formula
    'Fe2'
    """
    lattice, numbers = np.asarray(lattice, float).ravel(), np.asarray(numbers).ravel()
    coords = np.asarray(coords, float).ravel()
    if lattice.size != 9:
        raise ValueError(f"a cell has 9 numbers, three row vectors; got {lattice.size}")
    if coords.size != 3 * numbers.size:
        raise ValueError(
            f"every site has 3 coordinates; got {coords.size} for {numbers.size} sites"
        )
    coords = coords.reshape(-1, 3)
    if cartesian:
        coords = coords @ np.linalg.inv(_full_cell(lattice.reshape(3, 3)))
    species = [_composition(number) for number in numbers.tolist()]
    return Structure(lattice, species, coords, properties=properties)


def _full_cell(cell):
    if np.linalg.matrix_rank(cell) < 3:
        raise ValueError(
            "a crystal needs a cell of three vectors and the atoms come without; give them one, "
            "as a Lattice entry of the xyz file or by atoms.center(vacuum=...)"
        )
    return cell


@cache
def _composition(number):
    # One shared Composition per element: making one per site costs as much as all the rest.
    if number not in range(1, 119):
        raise ValueError(f"atomic numbers are whole and run from 1 to 118; got {number}")
    return Composition({Element.from_Z(int(number)): 1})
