"""A layer as an image shows it: the positions of its atoms in the plane."""

from dataclasses import dataclass, replace
from itertools import product

import numpy as np

from xrdmatch.crystallography import layer_frame, site_table

METRIC_TOLERANCE = 0.03  # relative: how far lengths may change under an operation of the lattice
SITE_TOLERANCE = 0.15  # [Å] how far an atom may be from where an operation wants it


@dataclass(frozen=True, eq=False)
class ProjectedLayer:
    """The projection of a layer along its normal.

    Parameters
    ----------
    formula : str
        Its reduced formula.
    lattice : ndarray of shape (2, 2)
        Row vectors a and b [Å].
    positions : ndarray of shape (n_sites, 2)
        Where the atoms are [Å].
    numbers : ndarray of shape (n_sites,)
        Atomic numbers.
    occupancy : ndarray of shape (n_sites,)
        Occupancies.
    """

    formula: str
    lattice: np.ndarray
    positions: np.ndarray
    numbers: np.ndarray
    occupancy: np.ndarray

    @property
    def reciprocal(self):
        """Row vectors a* and b* [1/Å], shape (2, 2)."""
        return np.linalg.inv(self.lattice).T

    @property
    def area(self):
        """Area of the cell [Å^2]."""
        return abs(np.linalg.det(self.lattice))

    def moved(self, matrix):
        """Return the layer after an orthogonal map of the plane, row vectors times ``matrix``."""
        return replace(self, lattice=self.lattice @ matrix, positions=self.positions @ matrix)


def project_layer(structure):
    """Project a layer along its normal, in the frame that has a along +x and b above it.

    Parameters
    ----------
    structure : Structure
        A layer in any frame; its axes a and b are kept.

    Returns
    -------
    ProjectedLayer
        The layer in the plane.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> graphene = load_monolayers()[0]
    >>> project_layer(graphene).positions.shape
    (2, 2)
    """
    table = layer_frame(site_table([structure]), sort_lattice=False)
    lattice = table.lattice[0, :2, :2]
    return ProjectedLayer(
        structure.composition.reduced_formula,
        lattice,
        table.cart_coords[0, :, :2],
        table.numbers[0],
        table.occupancy[0],
    )


def projected_symmetries(layer):
    """Find which rotations and reflections map a projected layer onto itself.

    Parameters
    ----------
    layer : ProjectedLayer
        The layer.

    Returns
    -------
    list of (ndarray of shape (2, 2), ndarray of shape (2,))
        Orthogonal matrices M and shifts t [Å]: the atoms at r are also at r M + t.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> by_name = {layer.properties["name"]: layer for layer in load_monolayers()}
    >>> len(projected_symmetries(project_layer(by_name["MoS2-2H"])))
    6
    """
    operations = []
    for matrix in _lattice_operations(layer.lattice):
        shift = _shift_onto_itself(layer, matrix)
        if shift is not None:
            operations.append((matrix, shift))
    return operations


def wrapped(vectors, lattice):
    """Subtract lattice vectors until what is left is shortest.

    Parameters
    ----------
    vectors : ndarray of shape (..., 2)
        Vectors in the plane [Å].
    lattice : ndarray of shape (2, 2)
        Row vectors a and b [Å].

    Returns
    -------
    ndarray of shape (..., 2)
        The shortest of each vector's equivalents [Å].
    """
    inside = np.asarray(vectors) @ np.linalg.inv(lattice)
    inside = (inside - np.round(inside)) @ lattice
    near = np.array(list(product((-1, 0, 1), repeat=2))) @ lattice
    choices = inside[..., None, :] + near  # (..., 9, 2)
    best = np.linalg.norm(choices, axis=-1).argmin(-1)
    return np.take_along_axis(choices, best[..., None, None], axis=-2)[..., 0, :]


def _lattice_operations(lattice):
    """Return the orthogonal matrices that map the lattice onto itself, nearly."""
    choices = np.array(list(product((-1, 0, 1), repeat=4))).reshape(-1, 2, 2)
    images = choices @ lattice
    metric, metrics = lattice @ lattice.T, images @ images.swapaxes(1, 2)
    scale = np.sqrt(np.outer(np.diag(metric), np.diag(metric)))
    near = (np.abs(metrics - metric) < 2 * METRIC_TOLERANCE * scale).all((1, 2))
    near &= np.abs(np.linalg.det(choices)) > 0.5
    maps = np.linalg.solve(lattice, images[near])
    u, stretch, v = np.linalg.svd(maps)
    kept = np.abs(stretch - 1).max(1) < METRIC_TOLERANCE
    return list((u @ v)[kept])


def _shift_onto_itself(layer, matrix):
    """Return the shift that lays the transformed atoms onto the atoms; None where none does."""
    rarest = min(set(layer.numbers), key=lambda z: (layer.numbers == z).sum())
    targets = layer.positions[layer.numbers == rarest]
    image = layer.positions @ matrix
    for target in targets:
        shift = target - image[layer.numbers == rarest][0]
        if _coincide(layer, image + shift):
            return shift
    return None


def _coincide(layer, positions):
    between = (positions[:, None] - layer.positions) @ np.linalg.inv(layer.lattice)
    between = (between - np.round(between)) @ layer.lattice  # (n, n, 2)
    near = (between**2).sum(2) < SITE_TOLERANCE**2
    near &= layer.numbers[:, None] == layer.numbers
    return bool((near.any(0) & near.any(1)).all())
