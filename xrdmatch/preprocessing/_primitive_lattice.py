"""Lengths that say how a crystal repeats, whichever cell it is given in."""

import itertools

import numpy as np
import spglib
from pymatgen.core import Lattice

TOLERANCE = 0.01  # [Å] of the search for the primitive cell
N_EXTRA = 5  # three minima and two volumes
STEPS = np.array(list(itertools.product(range(-4, 5), repeat=3)))
STEPS = STEPS[len(STEPS) // 2 + 1 :]  # one of each pair t and -t, without 0
SAME = 1e-9  # of the product of lengths: volume of vectors in one plane


def lattice_lengths(lattice, frac_coords, numbers, n_vectors):
    """Lengths of the translations that leave a crystal as it is.

    Parameters
    ----------
    lattice : ndarray of shape (3, 3)
        Row vectors of any of its cells [Å].
    frac_coords : ndarray of shape (n_atoms, 3)
        The sites of that cell.
    numbers : ndarray of int, shape (n_atoms,)
        Their atomic numbers.
    n_vectors : int
        How many shortest vectors to give, one of each pair t and -t.

    Returns
    -------
    ndarray of shape (n_vectors + 5,)
        Lengths of the shortest three that are independent, of the shortest n_vectors, and the
        cube roots of the volumes of the primitive cell and of an atom [Å].
    """
    cell = primitive_lattice(lattice, frac_coords, numbers)
    vectors = STEPS @ cell
    length = np.linalg.norm(vectors, axis=1)
    order = np.argsort(length, kind="stable")
    volume = abs(np.linalg.det(cell))
    per_atom = abs(np.linalg.det(lattice)) / len(numbers)
    minima = successive_minima(vectors[order], length[order])
    return np.concatenate([minima, length[order[:n_vectors]], np.cbrt([volume, per_atom])])


def primitive_lattice(lattice, frac_coords, numbers):
    """Find the reduced cell of the smallest translations; (3, 3) [Å]."""
    found = spglib.find_primitive((lattice, frac_coords, numbers), symprec=TOLERANCE)
    cell = lattice if found is None else found[0]
    return Lattice(cell).get_lll_reduced_lattice().matrix


def successive_minima(vectors, length):
    """Lengths of the shortest three independent vectors.

    Parameters
    ----------
    vectors : ndarray of shape (n, 3)
        Lattice vectors, the shortest first [Å].
    length : ndarray of shape (n,)
        Their lengths [Å].

    Returns
    -------
    ndarray of shape (3,)
        The lengths [Å].
    """
    across = np.linalg.norm(np.cross(vectors[0], vectors), axis=1)
    second = np.argmax(across > SAME * length[0] * length)
    normal = np.cross(vectors[0], vectors[second])
    out = np.abs(vectors @ normal)
    third = np.argmax(out > SAME * length[0] * length[second] * length)
    return length[[0, second, third]]
