"""Fit a prototype's free parameters to the covalent radii of its new elements."""

from functools import cache

import gemmi
import numpy as np
from pymatgen.core import Element

from xrdmatch.datasets._families import templates
from xrdmatch.datasets._prototypes import PROTOTYPES

_IMAGES = np.array([(i, j) for i in (-1, 0, 1) for j in (-1, 0, 1)], dtype=float)  # (9, 2)
_BONDED = 1.2  # a pair closer than this times its radii is a bond of the template
_STIFFNESS = 0.15  # pull towards the uniformly scaled template, relative to one bond
_N_STEPS = 4
_PER_STEP = 0.1  # [Å] that a step across or down the periodic table counts
_FAR_COLUMN = 4  # columns further apart than this differ no more


@cache
def radius(element):
    """Covalent radius [Å]."""
    return gemmi.Element(element).covalent_r


def nearest_contacts(cell, species, positions):
    """Distance of each site to its nearest neighbour, in units of the two covalent radii.

    Parameters
    ----------
    cell : array of shape (2, 2)
        In-plane lattice rows [Å].
    species : list of str
        Elements.
    positions : array of shape (n_sites, 3)
        Two fractional in-plane coordinates and a height [Å].

    Returns
    -------
    ratios : array of shape (n_sites,)
    """
    return _contacts(cell, species, positions).min(axis=(0, 1))


def _contacts(cell, species, positions):
    """Distances over radii, an atom with itself left out: (n_images, n_sites, n_sites)."""
    plane, height = positions[:, :2], positions[:, 2]
    delta = (plane[None] - plane[:, None])[None] + _IMAGES[:, None, None]  # (9, n, n, 2)
    square = ((delta @ cell) ** 2).sum(-1) + (height[None] - height[:, None]) ** 2
    square[len(_IMAGES) // 2][np.diag_indices(len(species))] = np.inf
    radii = np.array([radius(e) for e in species])
    return np.sqrt(square) / (radii[:, None] + radii)


def fit_decorations(name, decorations, known=None):
    """Fit the parameters of every decoration of a prototype.

    Each starts from the known layer with the most similar elements. Its bonds keep their ratio
    to the covalent radii as well as the free parameters allow; what the bonds leave open stays
    as in that layer, uniformly scaled.

    Parameters
    ----------
    name : str
        Prototype.
    decorations : list of tuple of str
        Elements in the order of the prototype's roles.
    known : list of (elements, cell, internal), optional
        Known layers to start from; by default those that are shipped.

    Returns
    -------
    parameters : array of shape (n_decorations, n_parameters)
        Lattice parameters, then internal parameters.
    """
    known = templates(name) if known is None else known
    nearest = np.array([_nearest(elements, known) for elements in decorations])
    rows = [None] * len(decorations)
    for k in np.unique(nearest):
        members = np.flatnonzero(nearest == k)
        fitted = _fit(PROTOTYPES[name], [decorations[m] for m in members], *known[k])
        for member, row in zip(members, fitted, strict=True):
            rows[member] = row
    return np.array(rows)


def _nearest(elements, known):
    distances = [
        sum(_dissimilarity(e, f) for e, f in zip(elements, layer[0], strict=True))
        for layer in known
    ]
    return int(np.argmin(distances))


@cache
def _dissimilarity(one, other):
    """How differently two elements bond: their radii [Å], then columns and rows of the table."""
    a, b = Element(one), Element(other)
    columns = min(abs(a.group - b.group), _FAR_COLUMN)
    return abs(radius(one) - radius(other)) + _PER_STEP * (columns + abs(a.row - b.row))


def _fit(prototype, decorations, elements, cell, internal):
    """Fit many decorations from one known layer."""
    start = np.array([*cell, *internal])
    bonds = _template_bonds(prototype, elements, start)
    lengths = _bond_lengths(prototype, start[None], bonds)  # (1, n_bonds)
    ratio = _radii_sums(prototype, decorations, bonds) / _radii_sums(prototype, [elements], bonds)
    is_length = length_parameters(prototype)
    scaled = start * np.where(is_length, ratio.mean(1, keepdims=True), 1.0)
    return _gauss_newton(prototype, scaled, bonds, ratio * lengths, is_length)


def length_parameters(prototype):
    """Which parameters are lengths [Å]; the others are fractions."""
    heights = [p.startswith("h") for p in prototype.parameters]
    return np.array([True] * len(prototype.cell_parameters) + heights)


def _template_bonds(prototype, elements, start):
    cell, positions = geometry(prototype, start[None])
    ratio = _contacts(cell[0], prototype.species(elements), positions[0])
    image, i, j = np.nonzero(ratio < max(_BONDED, 1.05 * ratio.min()))
    return _IMAGES[image], i, j


def geometry(prototype, parameters):
    """Build cells and positions from many rows of parameters.

    Parameters
    ----------
    prototype : Prototype
        The prototype.
    parameters : array of shape (n, n_parameters)
        Lattice parameters [Å], then internal parameters.

    Returns
    -------
    cell : array of shape (n, 2, 2)
        In-plane lattice rows [Å].
    positions : array of shape (n, n_sites, 3)
        Two fractional in-plane coordinates and a height [Å].
    """
    n_cell = len(prototype.cell_parameters)
    columns = parameters.T  # (n_parameters, n)
    cell = np.moveaxis(prototype.cell(*columns[:n_cell]), -1, 0)
    sites = prototype.sites(*columns[n_cell:])
    rows = [np.broadcast_arrays(columns[0], *site[1:])[1:] for site in sites]
    return cell, np.moveaxis(np.array(rows), -1, 0)


def _bond_lengths(prototype, parameters, bonds):
    image, i, j = bonds
    cell, positions = geometry(prototype, parameters)
    delta = positions[:, j] - positions[:, i]  # (n, n_bonds, 3)
    plane = (delta[..., :2] + image) @ cell
    return np.sqrt((plane**2).sum(-1) + delta[..., 2] ** 2)


def _radii_sums(prototype, decorations, bonds):
    radii = np.array([[radius(e) for e in prototype.species(d)] for d in decorations])
    return radii[:, bonds[1]] + radii[:, bonds[2]]  # (n, n_bonds)


def _gauss_newton(prototype, scaled, bonds, wanted, is_length):
    """Least squares on relative bond lengths with a pull towards `scaled`, all rows at once."""
    unit = np.where(is_length, np.abs(scaled) + 0.1, 0.1)  # (n, n_parameters)
    weight = _STIFFNESS**2 * wanted.shape[1] * np.eye(len(is_length))
    moved = np.zeros_like(scaled)
    for _ in range(_N_STEPS):
        lengths = _bond_lengths(prototype, scaled + unit * moved, bonds)
        residual = lengths / wanted - 1
        slope = np.empty((*wanted.shape, len(is_length)))
        for k, step in enumerate(1e-5 * np.eye(len(is_length))):
            ahead = _bond_lengths(prototype, scaled + unit * (moved + step), bonds)
            slope[..., k] = (ahead - lengths) / wanted / 1e-5
        gradient = np.einsum("nbk,nb->nk", slope, residual) + moved @ weight
        curvature = np.einsum("nbk,nbl->nkl", slope, slope) + weight
        moved = moved - np.linalg.solve(curvature, gradient[..., None])[..., 0]
    return scaled + unit * moved
