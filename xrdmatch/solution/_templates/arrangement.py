"""Fingerprints of atomic arrangements, invariant to cell choice, origin and scale."""

import numpy as np
from pymatgen.optimization.neighbors import find_points_in_spheres

from xrdmatch.preprocessing import Rows

REACH = 2.5  # of neighbours, in units of the cube root of the volume of an atom
N_BINS = 25  # of the distances
WIDTH = 0.12  # standard deviation by which distances are blurred, in the same units
MOST = 400  # atoms whose neighbours are counted; of larger cells the first ones only
LIKE = 0.08  # relative difference of two arrangements that count as one
PBC = np.array([1, 1, 1], dtype=np.int64)
CENTRES = np.linspace(0.4, REACH, N_BINS)


def arrangement(lattice, frac_coords, classes):
    """Count neighbours by distance and by the classes of both atoms.

    Distances are in units of the cube root of the volume of an atom, so that a crystal and a
    larger one of the same kind have one arrangement; they are blurred, so that one that is
    slightly distorted has nearly the same.

    Parameters
    ----------
    lattice : ndarray of shape (3, 3)
        Row vectors [Å].
    frac_coords : ndarray of shape (n_atoms, 3)
        Fractional coordinates.
    classes : ndarray of bool, shape (n_atoms,)
        The class of each atom: metal or not.

    Returns
    -------
    ndarray of float32, shape (3 * 25,)
        Neighbours an atom has, from non-metal to non-metal, between the two, and from metal to
        metal, each divided by the square of the distance; zeros where there are no atoms.
    """
    if not len(frac_coords):
        return np.zeros(3 * N_BINS, dtype=np.float32)
    lattice = np.ascontiguousarray(lattice, dtype=float)
    unit = np.cbrt(np.abs(np.linalg.det(lattice)) / len(frac_coords))
    points = np.ascontiguousarray(frac_coords % 1 @ lattice)
    around = points[:MOST]
    reach = (REACH + 3 * WIDTH) * unit
    i, j, _, distances = find_points_in_spheres(points, around, reach, PBC, lattice, 1e-8)
    apart = distances > 0.05 * unit
    i, j, distances = i[apart], j[apart], distances[apart] / unit
    kind = classes[i].astype(int) + classes[j]
    weights = (
        np.exp(-((CENTRES - distances[:, None]) ** 2) / (2 * WIDTH**2)) / distances[:, None] ** 2
    )
    sums = [weights[kind == k].sum(0) for k in range(3)]
    return (np.concatenate(sums) / len(around)).astype(np.float32)


def linked_rows(rows):
    """Replace arrangements by the groups that they make.

    Parameters
    ----------
    rows : Rows
        With ``atoms`` and ``nodes``, arrangements of all atoms and of the framework's nodes, their
        shares ``metal_share`` and ``node_share``, and ``n_atoms``.

    Returns
    -------
    Rows
        With ``linked`` and ``frameworks`` in place of the first four.
    """
    arrays = dict(vars(rows))
    atoms, nodes, metal_share, node_share = (
        arrays.pop(name) for name in ("atoms", "nodes", "metal_share", "node_share")
    )
    n_metals, n_nodes = np.rint(rows.n_atoms * metal_share), np.rint(rows.n_atoms * node_share)
    linked = equal_groups(atoms, np.column_stack([rows.n_atoms, n_metals]))
    return Rows(**arrays, linked=linked, frameworks=equal_groups(nodes, n_nodes[:, None]))


def equal_groups(vectors, keys):
    """Give arrangements numbers so that alike ones have one number.

    Parameters
    ----------
    vectors : ndarray of shape (n, n_features)
        Arrangements.
    keys : ndarray of shape (n, n_keys)
        What must be equal for two to be compared at all.

    Returns
    -------
    ndarray of int, shape (n,)
        Numbers from 0 on: the first of each group leads it, and those within 8 % of it follow.
    """
    groups = np.full(len(vectors), -1)
    _, inverse = np.unique(keys, axis=0, return_inverse=True)
    order = np.argsort(inverse.ravel(), kind="stable")
    starts = np.flatnonzero(np.diff(inverse.ravel()[order], prepend=-1))
    for left in np.split(order, starts[1:]) if len(order) else []:
        while len(left):
            near = _near(vectors[left], vectors[left[0]])
            groups[left[near]] = left[0]
            left = left[~near]
    return np.unique(groups, return_inverse=True)[1]


def _near(vectors, leader):
    """Tell which arrangements are the leader's, which is the first of them."""
    difference = np.linalg.norm(vectors - leader, axis=1)
    near = difference <= LIKE * np.linalg.norm(leader)
    near[0] = True
    return near
