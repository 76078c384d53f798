"""Symmetry of layers, and the 2D Laue class of their hk0 patterns."""

from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
import spglib
from joblib import Parallel, delayed
from tqdm import tqdm

from xrdmatch.crystallography._layer import VACUUM_GAP, layer_frame
from xrdmatch.crystallography._sites import site_table

SYMPREC = 0.05  # [Å] how far an atom may be from where a symmetry operation wants it
ANGLE_TOLERANCE = 5.0  # [degrees] how far axes may lean; pymatgen's choice too
UNKNOWN = "?"  # where spglib finds no symmetry, for example because atoms coincide
# By the number of operations, and whether some of them are reflections in lines of the plane.
PLANE_LAUE_CLASSES = {
    (2, False): "2",
    (4, True): "2mm",
    (4, False): "4",
    (8, True): "4mm",
    (6, False): "6",
    (12, True): "6mm",
}


class LayerSymmetry(NamedTuple):
    """Symmetry of one crystal.

    Parameters
    ----------
    point_group : str
        Hermann-Mauguin symbol; ``"?"`` where no symmetry was found.
    space_group : int
        Number of the space group; 0 where none was found.
    plane_class : str
        Laue class of the hk0 pattern: 2, 2mm, 4, 4mm, 6 or 6mm; ``"?"`` where none was found.

    See Also
    --------
    layer_symmetries : Find point groups, space groups and Laue classes in the plane.
    """

    point_group: str
    space_group: int
    plane_class: str


def layer_symmetries(structures, symprec=SYMPREC, *, n_jobs=None, verbose=False):
    """Find point groups, space groups and Laue classes in the plane.

    Where there is vacuum, the layer is taken for itself: how long c is and in which direction it
    leans make no difference. A crystal without vacuum is taken as it is.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        Layers in any frame.
    symprec : float, default=0.05
        How far an atom may be from where an operation wants it [Å].
    n_jobs : int, default=None
        Number of workers; None is one, -1 all processors.
    verbose : bool, default=False
        Whether a bar shows the progress.

    Returns
    -------
    list of LayerSymmetry
        One for each structure.

    See Also
    --------
    plane_laue_class : The last of the three, for one structure.

    Examples
    --------
    >>> from xrdmatch.crystallography import layer_symmetries
    >>> from xrdmatch.datasets import load_monolayers
    >>> layers = {s.properties["name"]: s for s in load_monolayers()}
    >>> layer_symmetries([layers["graphene"], layers["silicene"]])
    [LayerSymmetry(point_group='6/mmm', space_group=191, plane_class='6mm'),
     LayerSymmetry(point_group='-3m', space_group=164, plane_class='6mm')]
    """
    table = _upright(layer_frame(site_table(structures)))
    crystals = tqdm(_crystals(table), "symmetry", len(table), disable=not verbose)
    return list(Parallel(n_jobs=n_jobs)(delayed(_symmetry)(c, symprec) for c in crystals))


def plane_laue_class(structure, symprec=SYMPREC):
    """Find the Laue class that a layer's symmetry gives to its hk0 pattern.

    1. Every operation that keeps the layer's plane is written in the plane alone; what it does to
       the height is forgotten, as it is in a projection.
    2. The half turn is added: spots hk and -h-k are equally strong (Friedel's law).
    3. What they form together is one of six groups.

    The pattern has at least this symmetry. It has more where only the atoms' heights break it.

    Parameters
    ----------
    structure : Structure
        A layer in any frame.
    symprec : float, default=0.05
        How far an atom may be from where an operation wants it [Å].

    Returns
    -------
    {"2", "2mm", "4", "4mm", "6", "6mm"}
        The class; ``"?"`` where no symmetry is found, for example because atoms coincide.

    See Also
    --------
    layer_symmetries : Find point groups, space groups and Laue classes in the plane.
    laue_class
        Look up the Laue class of a point group: the group that it forms with the inversion.

    Examples
    --------
    >>> from xrdmatch.crystallography import plane_laue_class
    >>> from xrdmatch.datasets import load_monolayers
    >>> layers = {s.properties["name"]: s for s in load_monolayers()}
    >>> plane_laue_class(layers["MoS2-2H"])  # the three-fold axis of -6m2, and the half turn
    '6mm'
    """
    return layer_symmetries([structure], symprec)[0].plane_class


def _upright(table):
    """Let c stand on the layers where there is vacuum; atoms stay where they are."""
    z = table.cart_coords[..., 2]
    present = table.numbers > 0
    low = np.where(present, z, np.inf).min(1, initial=np.inf)
    high = np.where(present, z, -np.inf).max(1, initial=-np.inf)
    is_layer = table.lattice[:, 2, 2] - (high - low) > VACUUM_GAP
    lattice = table.lattice.copy()
    lattice[is_layer, 2, :2] = 0.0
    frac_coords = table.cart_coords @ np.linalg.inv(lattice)
    return replace(table, lattice=lattice, frac_coords=frac_coords)


def _crystals(table):
    """Yield cell, positions and kinds of atoms, as spglib takes them."""
    for row, n in enumerate(table.n_sites):
        kinds = np.stack([table.numbers[row, :n], table.occupancy[row, :n].round(3)], axis=1)
        _, kinds = np.unique(kinds, axis=0, return_inverse=True)
        yield table.lattice[row], table.frac_coords[row, :n], kinds.reshape(-1) + 1


def _symmetry(crystal, symprec):
    try:
        dataset = spglib.get_symmetry_dataset(crystal, symprec, angle_tolerance=ANGLE_TOLERANCE)
    except spglib.SpglibError:
        dataset = None
    if dataset is None:
        return LayerSymmetry(UNKNOWN, 0, UNKNOWN)
    group = _in_plane(_rotations(dataset))
    plane_class = PLANE_LAUE_CLASSES[len(group), bool((np.linalg.det(group) < 0).any())]
    return LayerSymmetry(dataset.pointgroup.strip(), int(dataset.number), plane_class)


def _rotations(dataset):
    """Operations of the point group in the axes of the cell as given; shape (n, 3, 3).

    They come from the standard setting, since a supercell's own axes may have fewer.
    """
    to_standard = dataset.transformation_matrix
    standard = _standard_rotations(dataset.hall_number)
    return np.linalg.inv(to_standard) @ standard @ to_standard


@cache
def _standard_rotations(hall_number):
    rotations = spglib.get_symmetry_from_database(hall_number)["rotations"]
    return np.unique(rotations, axis=0)  # centred settings list them several times


def _in_plane(rotations):
    """Write what keeps the plane as 2 x 2 matrices, the half turn added; shape (n, 2, 2)."""
    tilts = np.abs(rotations[:, 2, :2]).max(1) + np.abs(rotations[:, :2, 2]).max(1)
    kept = rotations[tilts < 1e-3, :2, :2]
    group = np.concatenate([kept, -kept]).round(3) + 0.0  # no -0.0, which looks different
    return np.array(sorted({tuple(matrix.ravel()) for matrix in group})).reshape(-1, 2, 2)
