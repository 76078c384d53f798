"""Layers cut out of layered crystals."""

from collections import Counter
from itertools import product

import numpy as np
from pymatgen.core import Lattice, Structure
from scipy.spatial.distance import cdist

from xrdmatch.crystallography import describe, layer_frame, site_table

MIN_GAP = 1.8  # [Å] between planes of atoms; closer planes are not the faces of two layers
VACUUM_GAP = 5.0  # [Å] wider than any van der Waals gap: the crystal ends there
NORMALS = np.array([hkl for hkl in product((-1, 0, 1), repeat=3) if hkl > (0, 0, 0)])
AXIS_TOLERANCE = 1e-3  # relative: what differs by less is a tie
N_NEIGHBORS = 24  # distances by which an atom's surroundings are compared


def cut_layers(structure, *, vacuum=20.0):
    """Cut the layers out of a layered crystal.

    Layered is what falls into layers, and nothing else, over the widest range of bond lengths, by
    the scoring of [1]_ (ASE's implementation), and has planes of atoms at least 1.8 Å apart. A
    monolayer or a slab in vacuum is cut as well; a single layer is its own and only layer.

    Parameters
    ----------
    structure : Structure
        The crystal, ordered, in any cell.
    vacuum : float, default=20.0
        Length of c of the layers' cells [Å].

    Returns
    -------
    layers : list of Structure
        The different ones among the crystal's layers (see `unique_layers`), each with a along x,
        the shorter in-plane axis, c along the normal and z = 0.5 in the middle; empty where the
        crystal is not layered. They keep the crystal's ``properties``; of several layers each has
        its number appended to the ``"name"``.

    Raises
    ------
    ValueError
        If the structure is disordered, or a layer is thicker than `vacuum`.
    ImportError
        If ase is missing.

    See Also
    --------
    unique_layers : Leave out layers that are copies of an earlier one.
    make_monolayers
        Generate plausible monolayers by decorating known prototypes with other elements.

    References
    ----------
    .. [1] Larsen, Pandey, Strange and Jacobsen, Phys. Rev. Materials 3, 034003 (2019).

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.datasets import cut_layers
    >>> graphite = Structure(Lattice.hexagonal(2.46, 6.71), ["C"] * 4,
    ...     [[0, 0, 1/4], [0, 0, 3/4], [1/3, 2/3, 1/4], [2/3, 1/3, 3/4]])
    >>> [len(layer) for layer in cut_layers(graphite)]
    [2]
    """
    if not structure.is_ordered:
        raise ValueError(
            f"Layers are cut out of ordered crystals, got partial occupancies in "
            f"{describe(structure, 0)}; order it first."
        )
    gaps = _gaps(structure)
    if gaps.max() < MIN_GAP:
        return []
    layers = [_framed(atoms, vacuum) for atoms in _isolated(_atoms(structure, gaps))]
    return _named(unique_layers(layers), structure.properties)


def unique_layers(layers, tolerance=0.05):
    """Leave out layers that are copies of an earlier one.

    Two layers are copies if they have the same reduced formula and, element by element, the same
    distances from an atom to its 24 nearest neighbours in the mean. Neither the cell that
    describes a layer nor a rotation or reflection of it makes a difference.

    Parameters
    ----------
    layers : list of Structure
        Layers with vacuum along c.
    tolerance : float, default=0.05
        Distances that differ by less count as the same [Å].

    Returns
    -------
    list of Structure
        The others, in their order.

    See Also
    --------
    cut_layers : Cut the layers out of a layered crystal.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers, unique_layers
    >>> graphene, silicene = load_monolayers()[:2]
    >>> len(unique_layers([graphene, silicene, graphene * (2, 1, 1)]))
    2
    """
    kept, seen = [], {}
    for layer in layers:
        surroundings = _surroundings(layer)
        known = seen.setdefault(layer.composition.reduced_formula, [])
        if not any(np.abs(surroundings - other).max() < tolerance for other in known):
            known.append(surroundings)
            kept.append(layer)
    return kept


def _gaps(structure):
    """Widest gap between planes of atoms along each normal [Å], shape (13,)."""
    spacing = 1 / np.linalg.norm(NORMALS @ structure.lattice.inv_matrix.T, axis=1)
    heights = np.sort(structure.frac_coords @ NORMALS.T % 1.0, axis=0)  # (n_sites, 13)
    return np.diff(heights, axis=0, append=heights[:1] + 1).max(0) * spacing


def _atoms(structure, gaps):
    """ASE Atoms, not periodic across a vacuum, which spares the search for bonds over it."""
    frac_coords, periodic = structure.frac_coords % 1.0, np.ones(3, dtype=bool)
    for axis in range(3):
        if gaps[NORMALS.tolist().index(np.eye(3, dtype=int)[axis].tolist())] > VACUUM_GAP:
            periodic[axis] = False
            frac_coords[:, axis] = _made_whole(frac_coords[:, axis])
    return _import_ase().Atoms(
        [site.specie.Z for site in structure],
        cell=structure.lattice.matrix,
        positions=frac_coords @ structure.lattice.matrix,
        pbc=periodic,
    )


def _made_whole(heights):
    """Heights in [0, 1) shifted so that the widest gap is at the boundary."""
    ordered = np.sort(heights)
    gaps = np.diff(ordered, prepend=ordered[-1] - 1)
    return (heights - ordered[gaps.argmax()]) % 1.0


def _isolated(atoms):
    """Layers as ASE Atoms, in the xy plane; none where they are not all that there is."""
    dimensionality = _import_ase().geometry.dimensionality
    try:
        intervals = dimensionality.analyze_dimensionality(atoms, merge=False)
    except TypeError:  # how ASE gives up on parts that lie too far from each other
        return []
    layered = [interval for interval in intervals if interval.dimtype == "2D"]
    if not layered or (atoms.pbc.all() and not _prevails("2D", intervals)):
        return []
    best = layered[0]  # intervals come sorted by score
    cutoff = best.a + 0.1 if np.isinf(best.b) else (best.a + best.b) / 2
    layers = [_deep(x) for x in dimensionality.isolate_components(atoms, cutoff)["2D"]]
    # What was cut must have all the bonds that it had.
    return layers if sum(_n_bonds(x, cutoff) for x in layers) == _n_bonds(atoms, cutoff) else []


def _prevails(dimtype, intervals):
    """Whether the intervals of bond lengths with this dimensionality have the highest score."""
    scores = Counter()
    for interval in intervals:
        scores[interval.dimtype] += interval.score
    return scores.most_common(1)[0][0] == dimtype


def _deep(atoms):
    """Give c, which comes without meaning and for flat layers without length, one of its own."""
    atoms.cell[2] = [0.0, 0.0, np.ptp(atoms.positions[:, 2]) + 2 * VACUUM_GAP]
    return atoms


def _n_bonds(atoms, cutoff):
    ase = _import_ase()
    radii = cutoff * ase.data.covalent_radii[atoms.numbers]
    return len(ase.neighborlist.neighbor_list("i", atoms, radii))


def _framed(atoms, vacuum):
    a, b, c = atoms.cell[:]
    axes = [*_reduced(a, b), c]
    layer = Structure(axes, atoms.numbers, atoms.positions, coords_are_cartesian=True)
    framed = layer_frame(site_table([layer]), vacuum=vacuum)
    cell = Lattice(framed.lattice[0])
    return Structure(cell, framed.numbers[0], framed.frac_coords[0], to_unit_cell=True)


def _reduced(a, b):
    """Return the two shortest translations, at an angle of 90 degrees or more."""
    while True:
        a, b = sorted((a, b), key=np.linalg.norm)
        shift = np.round(a @ b / (a @ a) - AXIS_TOLERANCE)
        if shift == 0:
            return a, (-b if a @ b > AXIS_TOLERANCE * (a @ a) else b)
        b = b - shift * a


def _named(layers, properties):
    for i, layer in enumerate(layers, 1):
        layer.properties = dict(properties)
        if "name" in properties and len(layers) > 1:
            layer.properties["name"] = f"{properties['name']}-{i}"
    return layers


def _surroundings(layer):
    """Sorted distances to the nearest neighbours [Å], a row for each element."""
    numbers, positions = np.array(layer.atomic_numbers), layer.cart_coords
    a, b = layer.lattice.matrix[:2]
    reach = 2
    while True:
        cells = np.array([i * a + j * b for i, j in product(range(-reach, reach + 1), repeat=2)])
        images = (positions[:, None] + cells).reshape(-1, 3)
        nearest = np.sort(cdist(positions, images), axis=1)[:, 1 : N_NEIGHBORS + 1]
        if nearest.shape[1] == N_NEIGHBORS and nearest.max() < reach * _width(a, b):
            return np.array([nearest[numbers == z].mean(0) for z in np.unique(numbers)])
        reach += 1


def _width(a, b):
    """Least distance between opposite sides of the cell [Å]."""
    return np.linalg.norm(np.cross(a, b)) / max(np.linalg.norm(a), np.linalg.norm(b))


def _import_ase():
    try:
        import ase.data
        import ase.geometry.dimensionality
        import ase.neighborlist
    except ImportError as error:
        raise ImportError(
            "cutting layers needs ase; install it with `pip install xrdmatch[io]`"
        ) from error
    return ase
