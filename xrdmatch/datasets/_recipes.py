"""Recipes of generated monolayers: which prototype, elements, cell, alloy and distortion."""

from dataclasses import dataclass, replace
from functools import cache
from itertools import product

import numpy as np

from xrdmatch.datasets._decoration import fit_decorations, radius
from xrdmatch.datasets._families import decorations, siblings
from xrdmatch.datasets._prototypes import PROTOTYPES

MAX_SITES = 24
_PLAIN_WEIGHT = 5.0  # most layers are neither alloyed nor distorted

# Rows of the new in-plane lattice in terms of the old.
_CELLS = {
    "primitive": ((1, 0), (0, 1)),
    "1x2": ((1, 0), (0, 2)),
    "2x1": ((2, 0), (0, 1)),
    "rectangular": ((1, 0), (1, 2)),
    "root2": ((1, 1), (-1, 1)),
    "root3": ((2, 1), (-1, 1)),
    "2x2": ((2, 0), (0, 2)),
}
# Cells of ordered alloys by in-plane lattice.
_ALLOYED = {
    "hexagonal": ("rectangular", "root3", "1x2", "2x2"),
    "square": ("1x2", "root2", "2x2"),
    "rectangular": ("1x2", "2x1", "root2"),
}


@dataclass(frozen=True)
class Recipe:
    """A generated monolayer before its random spread.

    Parameters
    ----------
    prototype : str
        Name of the prototype.
    elements : tuple of str
        Elements in the order of the prototype's roles.
    parameters : tuple of float
        Lattice parameters [Å], then internal parameters.
    cell : str
        Supercell.
    distortion : {"", "oblique", "polar"}
        Distortion.
    role : int
        Whose sites the guest takes in one of the supercell's copies.
    guest : str
        Element of an ordered alloy, or empty.
    """

    prototype: str
    elements: tuple
    parameters: tuple
    cell: str = "primitive"
    distortion: str = ""
    role: int = 0
    guest: str = ""

    @property
    def label(self):
        """The prototype with its cell and distortion."""
        cell = "" if self.cell == "primitive" else self.cell
        return "-".join(filter(None, [self.prototype, cell, self.distortion]))


@cache
def recipes():
    """List all recipes, with how readily each is drawn.

    Returns
    -------
    all_recipes : tuple of Recipe
    weights : array of shape (n_recipes,)
        Small groups of one label are drawn more readily, and so are undistorted primitive cells.
    """
    plain = tuple(_plain())
    made = [variant for recipe in plain for variant in (*_distorted(recipe), *_alloys(recipe))]
    _, groups = np.unique([recipe.label for recipe in (*plain, *made)], return_inverse=True)
    weights = np.bincount(groups)[groups] ** -0.5
    weights[: len(plain)] *= _PLAIN_WEIGHT
    return (*plain, *made), weights


def supercell(recipe, cell, species, positions):
    """Repeat a layer in the recipe's cell, with the guest in the first copy.

    Parameters
    ----------
    recipe : Recipe
        Names the cell, the role and the guest.
    cell : array of shape (2, 2)
        In-plane lattice rows [Å].
    species : list of str
        Elements.
    positions : array of shape (n_sites, 3)
        Two fractional in-plane coordinates and a height [Å].

    Returns
    -------
    cell, species, positions
        The same of the supercell, a along x.
    """
    rows, offsets = _copies(recipe.cell)
    plane = positions[:, :2] @ np.linalg.inv(rows) + offsets[:, None]  # (n_copies, n_sites, 2)
    heights = np.broadcast_to(positions[:, 2:], (*plane.shape[:2], 1))
    host = recipe.elements[recipe.role]
    first = [recipe.guest if recipe.guest and s == host else s for s in species]
    repeated = np.concatenate([plane, heights], axis=-1).reshape(-1, 3)
    return _a_along_x(rows @ cell), first + species * (len(offsets) - 1), repeated


@cache
def _copies(name):
    """Rows of a supercell and the fractional offsets of its copies, the origin first."""
    rows = np.array(_CELLS[name], dtype=float)
    steps = np.array(list(product(range(3), repeat=2)))
    offsets = np.round(steps @ np.linalg.inv(rows) % 1.0, 9) % 1.0
    return rows, np.unique(offsets, axis=0)


def _a_along_x(cell):
    a, b = cell
    length = np.linalg.norm(a)
    return np.array([[length, 0.0], [a @ b / length, np.linalg.det(cell) / length]])


def _plain():
    for name, chosen in decorations().items():
        for elements, parameters in zip(chosen, fit_decorations(name, chosen), strict=True):
            yield Recipe(name, elements, tuple(parameters))


def _distorted(plain):
    yield replace(plain, distortion="oblique")
    if len(plain.elements) > 1:
        yield replace(plain, distortion="polar")


def _alloys(plain):
    """Ordered alloys of each element with its nearest relative, in every cell that fits."""
    prototype = PROTOTYPES[plain.prototype]
    n_sites = len(prototype.species(plain.elements))
    for role in range(len(plain.elements)):
        guest = _relative(plain, role)
        for cell in _ALLOYED[prototype.lattice]:
            if guest and n_sites * len(_copies(cell)[1]) <= MAX_SITES:
                yield replace(plain, cell=cell, role=role, guest=guest)


def _relative(plain, role):
    """Return the sibling of the nearest covalent radius, or an empty string."""
    own = radius(plain.elements[role])
    found = siblings(plain.prototype, plain.elements, role)
    return min(found, key=lambda e: (abs(radius(e) - own), e), default="")
