"""Which distances and coordination numbers are usual, learned from crystals."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.solution._bonds.neighbours import N_ELEMENTS, RADII

SHORTEST = 0.1  # [Å]: atoms in one place count as that far apart
FEW = 8.0  # pairs that weigh as much as what is known of all elements
SPREAD = 0.12  # of the logarithm of distances over sums of radii, of all elements
N_COORDINATION = 17  # 0 to 16 or more


@dataclass(frozen=True, eq=False)
class BondStatistics:
    """What was seen of the nearest neighbours of each pair of elements.

    Parameters
    ----------
    mean, spread : ndarray of shape (119, 119)
        Of the logarithms of the shortest distances between atoms of both [Å].
    coordination : ndarray of shape (119, 17)
        Logarithms of the shares of coordination numbers of each element.
    """

    mean: np.ndarray
    spread: np.ndarray
    coordination: np.ndarray

    def scores(self, a, b, length):
        """How many standard deviations a shortest distance is off, for atomic numbers."""
        return (np.log(np.maximum(length, SHORTEST)) - self.mean[a, b]) / self.spread[a, b]

    def expected(self, a, b):
        """Shortest distance that is usual between two elements [Å]."""
        return np.exp(self.mean[a, b])


def shortest_pairs(found):
    """Shortest distance of each atom to each other element that it is bonded to.

    Parameters
    ----------
    found : Neighbours
        Of one crystal.

    Returns
    -------
    atom, element : ndarray of int, shape (n,)
        Position of the atom; atomic number of the neighbour.
    length : ndarray of shape (n,)
        Distances [Å].
    """
    rows = np.flatnonzero(found.bonded)
    names = found.first[rows] * N_ELEMENTS + found.numbers[found.second[rows]]
    _, first = np.unique(names, return_index=True)  # the nearest stand first
    rows = rows[first]
    return found.first[rows], found.numbers[found.second[rows]], found.length[rows]


def coordination_numbers(found):
    """Neighbours nearer than 1.25 times the nearest in units of radii, (n_atoms,)."""
    n = len(found.numbers)
    nearest = np.full(n, np.inf)
    np.minimum.at(nearest, found.first, found.ratio)
    near = (found.ratio < 1.25 * nearest[found.first]) & (found.ratio < 1.6)
    return np.bincount(found.first[near], minlength=n)


def learn_bonds(many):
    """Learn what is usual.

    Parameters
    ----------
    many : list of Neighbours
        Of real crystals.

    Returns
    -------
    BondStatistics
        Pairs and elements that were hardly seen have what sums of covalent radii, and all
        elements together, let expect.
    """
    count, total, square = np.zeros((3, N_ELEMENTS, N_ELEMENTS))
    coordination = np.zeros((N_ELEMENTS, N_COORDINATION))
    usual = np.log(np.maximum(RADII[:, None] + RADII, 0.1))
    for found in many:
        atom, b, length = shortest_pairs(found)
        a, off = (
            found.numbers[atom],
            np.log(np.maximum(length, SHORTEST)) - usual[found.numbers[atom], b],
        )
        for table, value in ((count, 1.0), (total, off), (square, off**2)):
            np.add.at(table, (a, b), value)
        seen = np.minimum(coordination_numbers(found), N_COORDINATION - 1)
        np.add.at(coordination, (found.numbers, seen), 1.0)
    for table in (count, total, square):
        table += table.T
    shift = total.sum() / max(count.sum(), 1)
    mean = (total + FEW * shift) / (count + FEW)
    variance = (square - 2 * mean * total + mean**2 * count + FEW * SPREAD**2) / (count + FEW)
    spread = np.sqrt(np.maximum(variance, 1e-4))
    share = coordination + FEW * (coordination.sum(0) + 1) / (coordination.sum() + N_COORDINATION)
    return BondStatistics(usual + mean, spread, np.log(share / share.sum(1, keepdims=True)))
