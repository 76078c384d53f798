"""Corruptions of crystals: substitution, exchange, deletion, displacement, scaling."""

import numpy as np
from pymatgen.core import Lattice, Structure

DISPLACED = 0.3, 0.6  # [Å] of all atoms
FAR = 0.8, 2.0  # [Å] of one atom
SCALED = 0.1, 0.25  # relative change of the volume
STRETCHED = 0.08, 0.15  # of one direction


def substituted(structure, rng, elements):
    """Put another element in the place of one."""
    present = {site.specie.Z for site in structure}
    old = rng.choice(sorted(present))
    others = [z for z in elements if z not in present]
    numbers = [site.specie.Z for site in structure]
    return _with(structure, [rng.choice(others) if z == old else z for z in numbers])


def swapped(structure, rng, elements):
    """Exchange two elements; one element alone is substituted."""
    present = sorted({site.specie.Z for site in structure})
    if len(present) < 2:
        return substituted(structure, rng, elements)
    a, b = rng.choice(present, 2, replace=False)
    exchange = {a: b, b: a}
    return _with(structure, [exchange.get(site.specie.Z, site.specie.Z) for site in structure])


def deleted(structure, rng, elements):
    """Take one atom out; a lone atom is put into too large a cell."""
    if len(structure) == 1:
        return scaled(structure, rng, elements)
    kept = np.delete(np.arange(len(structure)), rng.integers(len(structure)))
    return Structure.from_sites([structure[i] for i in kept])


def displaced(structure, rng, elements):
    """Move all atoms, each in a direction of its own."""
    return _moved(structure, rng, rng.uniform(*DISPLACED), np.ones(len(structure), dtype=bool))


def one_moved(structure, rng, elements):
    """Move one atom far."""
    chosen = np.arange(len(structure)) == rng.integers(len(structure))
    return _moved(structure, rng, rng.uniform(*FAR), chosen)


def scaled(structure, rng, elements):
    """Make the cell too large or too small, or stretch or press it in one direction."""
    sign = rng.choice([-1, 1])
    matrix = structure.lattice.matrix
    if rng.uniform() < 0.5:
        matrix = matrix * (1 + sign * rng.uniform(*SCALED)) ** (1 / 3)
    else:
        axis = rng.normal(size=3)
        stretch = sign * rng.uniform(*STRETCHED) * np.outer(axis, axis) / (axis @ axis)
        matrix = matrix @ (np.eye(3) + stretch)
    return Structure(Lattice(matrix), structure.species, structure.frac_coords)


def _with(structure, numbers):
    return Structure(structure.lattice, [int(z) for z in numbers], structure.frac_coords)


def _moved(structure, rng, length, chosen):
    directions = rng.normal(size=(len(structure), 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    coords = structure.cart_coords + length * chosen[:, None] * directions
    return Structure(structure.lattice, structure.species, coords, coords_are_cartesian=True)


CORRUPTIONS = {
    "substituted": substituted,
    "swapped": swapped,
    "deleted": deleted,
    "displaced": displaced,
    "one moved": one_moved,
    "scaled": scaled,
}
