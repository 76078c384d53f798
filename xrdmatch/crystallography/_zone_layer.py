"""A zone axis of any crystal as a layer, so that its zero layer is an hk0 pattern."""

import numpy as np
from pymatgen.core import Structure

from xrdmatch.crystallography._layer import AXIS_TOLERANCE
from xrdmatch.crystallography._primitive_cell import primitive_cell


def zone_layer(structure, uvw):
    """Write a crystal so that its zone axis [uvw] is the normal of a layer.

    `DiffractionSimulator` looks at layers along n = a x b and gives their hk0 spots. The layer
    returned here has n along [uvw], and its hk0 spots are those of the crystal's zero layer,
    ``h u + k v + l w = 0``, with exact positions and structure factors:

    1. c' is the shortest lattice vector along [uvw]; a' and b' complete a primitive cell, so that
       no spot is absent because of a centred cell and N counts the atoms of a primitive cell;
    2. a' and b' are projected onto the plane normal to c'; fractional coordinates stay. Since q
       of the zero layer is normal to c', neither q nor the phase q.r of any site changes;
    3. the projected a' and b' are reduced: a' is the shorter, b' the next shortest, the angle
       between 60 and 120 degrees (120 where they are equally long).

    Distances between atoms at different heights are not the crystal's, since the projection
    shears the cell: the layer is for the zero layer's spots, and for nothing off it (tilts).

    Parameters
    ----------
    structure : Structure
        The crystal, of any cell.
    uvw : array-like of int, shape (3,)
        Zone axis in the axes of the cell as given. [2, 0, 0] means [1, 0, 0].

    Returns
    -------
    Structure
        The layer, in the crystal's own orientation. Species, occupancies, labels and site
        properties stay; ``properties["zone_axis"]`` is (u, v, w) without common factor, and
        ``properties["name"]`` carries it: "MoO3 [1 0 0]".

    Raises
    ------
    TypeError
        If it is no structure.
    ValueError
        If `uvw` is not three whole numbers with one of them other than 0, or the cell has no
        volume.

    See Also
    --------
    zone_axes : The axes worth looking along.
    zone_layers : All these layers at once.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.crystallography import zone_layer
    >>> copper = Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.6), ["Cu"], [[0, 0, 0]])
    >>> layer = zone_layer(copper, [1, 1, 1])  # spots {2 -2 0}: 1/d = sqrt(8) / 3.6
    >>> layer.properties["name"], layer.lattice.abc[0].__round__(3), len(layer)
    ('Cu [1 1 1]', 1.47, 1)
    """
    uvw = _checked(uvw)
    basis, sites = primitive_cell(structure)
    axes = _completed(coprime(uvw @ np.linalg.inv(basis)))
    cell = axes @ basis @ structure.lattice.matrix
    axes = np.vstack([_reduced(_projected(cell)) @ axes[:2], axes[2:]])
    return _layer(structure, uvw, axes @ basis, sites)


def _checked(uvw):
    """Check a direction and divide it by its common factor."""
    numbers = np.asarray(uvw)
    is_real = numbers.shape == (3,) and numbers.dtype.kind in "iuf"
    if not is_real or not (numbers == np.round(numbers)).all() or not numbers.any():
        raise ValueError(
            f"A zone axis is three whole numbers of which one is not 0, got {uvw!r}; [1, 0, 0] "
            "looks along a."
        )
    return coprime(numbers)


def coprime(directions):
    """Divide whole numbers by their common factor, along the last axis."""
    directions = np.round(directions).astype(int)
    return directions // np.gcd.reduce(directions, axis=-1, keepdims=True)


def _completed(vector):
    """Three rows of whole numbers and determinant 1, the last of them the coprime vector.

    Euclid's algorithm on ``vector = left @ rows`` until one entry of `left`, 1 or -1, remains.
    """
    rows, left = np.eye(3, dtype=int), vector.copy()
    while np.count_nonzero(left) > 1:
        first = np.where(left, np.abs(left), np.inf).argmin()
        for other in set(np.flatnonzero(left)) - {first}:
            times = left[other] // left[first]
            left[other] -= times * left[first]
            rows[first] += times * rows[other]
    last = int(np.flatnonzero(left)[0])
    others = np.delete(rows, last, axis=0)
    completed = np.vstack([others, left[last] * rows[last]])
    completed[0] *= round(np.linalg.det(completed))
    return completed


def _projected(cell):
    """Project a and b onto the plane normal to c; shape (2, 3)."""
    along = cell[2] / np.linalg.norm(cell[2])
    return cell[:2] - np.outer(cell[:2] @ along, along)


def _reduced(plane):
    """Reduce two axes as Gauss does: whole numbers of determinant 1, shape (2, 2)."""
    change = np.eye(2, dtype=int)
    while True:
        a, b = change @ plane
        change[1] -= round(a @ b / (a @ a) * (1 - AXIS_TOLERANCE)) * change[0]
        a, b = change @ plane
        excess = b @ b / (a @ a) - 1
        if excess > AXIS_TOLERANCE or (abs(excess) <= AXIS_TOLERANCE and a @ b <= 0):
            return change
        change = np.array([-change[1], change[0]])  # (-b, a): a quarter turn on


def _layer(structure, uvw, axes, sites):
    """Write the structure in those axes, the first two projected along the third."""
    cell = axes @ structure.lattice.matrix
    kept = [structure[i] for i in sites]
    properties = {key: [site.properties.get(key) for site in kept] for key in kept[0].properties}
    layer = Structure(
        np.vstack([_projected(cell), cell[2:]]),
        [site.species for site in kept],
        structure.frac_coords[sites] @ np.linalg.inv(axes),
        to_unit_cell=True,
        site_properties=properties,
        labels=[site.label for site in kept],
    )
    layer.properties = {**structure.properties, "name": _name(structure, uvw)}
    layer.properties["zone_axis"] = tuple(uvw.tolist())
    return layer


def _name(structure, uvw):
    name = structure.properties.get("name") or structure.composition.reduced_formula
    return f"{name} [{' '.join(map(str, uvw.tolist()))}]"
