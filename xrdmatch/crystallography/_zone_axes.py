"""The zone axes of a crystal that its symmetry leaves different."""

import itertools
from numbers import Integral

import numpy as np
from pymatgen.core import Structure

from xrdmatch.crystallography._crystal_symmetry import symmetry_dataset
from xrdmatch.crystallography._primitive_cell import primitive_cell
from xrdmatch.crystallography._zone_layer import coprime, zone_layer

LENGTH_DECIMALS = 3  # of row lengths [Å]: rows that differ by less count as equally long


def zone_axes(structure, max_index=2):
    """List a crystal's zone axes, one of each set that the Laue group makes equivalent.

    The order is by the length of the shortest lattice vector along the axis. Short rows come
    first: planes of the reciprocal lattice are densest normal to them, spots of low order are
    strong there, and crystals are most often looked at along them.

    Parameters
    ----------
    structure : Structure
        The crystal, of any cell.
    max_index : int, default=2
        Largest ``|u|``, ``|v|`` and ``|w|``, in the axes of the cell as given.

    Returns
    -------
    list of tuple of int
        Axes (u, v, w) without common factor; of an axis and its opposite the one whose first
        number other than 0 is positive.

    Raises
    ------
    TypeError
        If it is no structure.
    ValueError
        If `max_index` is not a whole number of at least 1, or the cell has no volume.

    See Also
    --------
    zone_layer : The crystal along one of them.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.crystallography import zone_axes
    >>> iron = Structure.from_spacegroup("Im-3m", Lattice.cubic(2.87), ["Fe"], [[0, 0, 0]])
    >>> zone_axes(iron)  # the shortest vector along [1 1 1] is half of it
    [(1, 1, 1), (1, 0, 0), (1, 1, 0), (2, 1, 0), (2, 1, 1), (2, 2, 1)]
    """
    _check_max_index(max_index)
    basis, sites = primitive_cell(structure)
    crystal = _written_in(structure, basis, sites)
    axes = _directions(int(max_index))
    rows = coprime(axes @ np.linalg.inv(basis))
    lengths = np.linalg.norm(rows @ crystal.lattice.matrix, axis=1)
    order = sorted(range(len(axes)), key=lambda i: _rank(lengths[i], axes[i]))
    chosen = _first_of_each(rows[order], _rotations(crystal))
    return [tuple(axes[order[i]].tolist()) for i in chosen]


def zone_layers(structure, max_index=2):
    """Write a crystal as one layer for each of its zone axes.

    Parameters
    ----------
    structure : Structure
        The crystal, of any cell.
    max_index : int, default=2
        Largest index of an axis, in the axes of the cell as given.

    Returns
    -------
    list of Structure
        What `zone_layer` gives for each of `zone_axes`, in their order.

    See Also
    --------
    zone_axes : List a crystal's zone axes, one of each set that the Laue group makes equivalent.
    zone_layer : Write a crystal so that its zone axis [uvw] is the normal of a layer.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.crystallography import zone_layers
    >>> iron = Structure.from_spacegroup("Im-3m", Lattice.cubic(2.87), ["Fe"], [[0, 0, 0]])
    >>> [layer.properties["name"] for layer in zone_layers(iron, max_index=1)]
    ['Fe [1 1 1]', 'Fe [1 0 0]', 'Fe [1 1 0]']
    """
    return [zone_layer(structure, uvw) for uvw in zone_axes(structure, max_index)]


def _check_max_index(max_index):
    if not isinstance(max_index, Integral) or max_index < 1:
        raise ValueError(
            f"max_index must be a whole number of at least 1, got {max_index!r}; 2 gives 49 axes "
            "before symmetry."
        )


def _directions(largest):
    """Coprime whole numbers up to the largest, one of each direction and its opposite."""
    numbers = itertools.product(range(largest, -largest - 1, -1), repeat=3)
    positive = [uvw for uvw in numbers if uvw > (0, 0, 0)]
    return np.array([uvw for uvw in positive if np.gcd.reduce(uvw) == 1])


def _written_in(structure, basis, sites):
    """Write the crystal in its primitive cell."""
    coords = structure.frac_coords[sites] @ np.linalg.inv(basis)
    species = [structure[i].species for i in sites]
    return Structure(basis @ structure.lattice.matrix, species, coords)


def _rotations(crystal):
    """Operations of the point group in the axes of a primitive cell; shape (n, 3, 3)."""
    found = symmetry_dataset(crystal)
    return np.eye(3, dtype=int)[None] if found is None else np.unique(found.rotations, axis=0)


def _rank(length, uvw):
    """Short rows first, then few negative numbers, then large ones in front."""
    return round(length, LENGTH_DECIMALS), (uvw < 0).sum(), tuple(-uvw)


def _first_of_each(rows, rotations):
    """Find the rows that no operation takes to an earlier row or its opposite; their indices."""
    seen, chosen = set(), []
    for i, row in enumerate(rows):
        if tuple(row) not in seen:
            chosen.append(i)
            images = rotations @ row
            seen.update(map(tuple, np.concatenate([images, -images])))
    return chosen
