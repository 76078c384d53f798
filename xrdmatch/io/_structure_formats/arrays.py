"""A structure from three arrays, the form in which tables and ASE keep it."""

from functools import cache

import numpy as np
from pymatgen.core import Composition, Element, Structure


def structure_from_arrays(lattice, numbers, frac_coords, properties=None):
    """Build a fully occupied structure from its cell, elements and positions.

    Parameters
    ----------
    lattice : array-like of 9 floats
        Row vectors a, b, c [Å], flat or of shape (3, 3).
    numbers : array-like of shape (n_sites,)
        Atomic numbers.
    frac_coords : array-like of 3 * n_sites floats
        Fractional coordinates, flat or of shape (n_sites, 3).
    properties : dict, optional
        What is known about the structure.

    Returns
    -------
    pymatgen.core.Structure

    Raises
    ------
    ValueError
        When the three do not fit together or a number is no element's.
    """
    lattice, numbers = np.asarray(lattice, float).ravel(), np.asarray(numbers).ravel()
    frac_coords = np.asarray(frac_coords, float).ravel()
    if lattice.size != 9:
        raise ValueError(f"a cell has 9 numbers, three row vectors; got {lattice.size}")
    if frac_coords.size != 3 * numbers.size:
        raise ValueError(
            f"every site has 3 coordinates; got {frac_coords.size} for {numbers.size} sites"
        )
    species = [_composition(number) for number in numbers.tolist()]
    return Structure(lattice, species, frac_coords.reshape(-1, 3), properties=properties)


@cache
def _composition(number):
    # One shared Composition per element: making one per site costs as much as all the rest.
    if number not in range(1, 119):
        raise ValueError(f"atomic numbers are whole and run from 1 to 118; got {number}")
    return Composition({Element.from_Z(int(number)): 1})
