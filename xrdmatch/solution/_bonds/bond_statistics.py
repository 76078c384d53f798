"""Statistics of bond lengths, coordination numbers and bond strengths of crystals."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from xrdmatch.solution._bonds.neighbours import N_ELEMENTS, RADII
from xrdmatch.solution._bonds.surroundings import SHORTEST

FEW = 8.0  # pairs, or atoms, that weigh as much as what is known of all elements
SPREAD = 0.12  # of the logarithm of lengths of bonds over sums of radii, of all elements
CONTACT_SPREAD = 0.2  # of that of the shortest distances, bonded or not
N_ROUNDS = 12  # of shifts of elements, each halfway, since salts would swing to and fro
N_COORDINATION = 17  # 0 to 16 or more
DECAY = 0.37  # [Å] in which the strength of a bond falls to 1/e
FAR = 2.0  # times the sum of radii, from where on there is no bond
STRONGEST = 20.0  # a bond is in units of a usual one
USUAL = np.log(np.maximum(RADII[:, None] + RADII, SHORTEST))


class PairStatistics(NamedTuple):
    """Shortest distances of atoms of one element to atoms of another one.

    Parameters
    ----------
    mean, spread : ndarray of shape (119, 119)
        Of their logarithms [Å].
    count : ndarray of shape (119, 119)
        How many were seen.
    """

    mean: np.ndarray
    spread: np.ndarray
    count: np.ndarray

    def scores(self, a, b, length):
        """How many standard deviations distances are off, for atomic numbers."""
        return (np.log(np.maximum(length, SHORTEST)) - self.mean[a, b]) / self.spread[a, b]


@dataclass(frozen=True, eq=False)
class BondStatistics:
    """Statistics of the neighbours of each element.

    Parameters
    ----------
    bonds, contacts : PairStatistics
        Of bonded pairs; of all that are nearer than 6 Å.
    coordination : ndarray of shape (119, 17)
        Logarithms of the shares of coordination numbers of each element.
    strength, strength_spread : ndarray of shape (119,)
        Mean and standard deviation of the logarithm of the sum of an atom's bonds.
    """

    bonds: PairStatistics
    contacts: PairStatistics
    coordination: np.ndarray
    strength: np.ndarray
    strength_spread: np.ndarray

    def scores(self, a, b, length):
        """How many standard deviations lengths of bonds are off, for atomic numbers."""
        return self.bonds.scores(a, b, length)

    def expected(self, a, b):
        """Length of a bond that is usual between two elements [Å]."""
        return np.exp(self.bonds.mean[a, b])


def shortest_pairs(found, bonded=True):
    """Shortest distance of each atom to each other element around it.

    Parameters
    ----------
    found : Neighbours or Surroundings
        Of one crystal or of many.
    bonded : bool, default=True
        Only bonds count; else whatever is near enough to be listed.

    Returns
    -------
    atom, element : ndarray of int, shape (n,)
        Position of the atom; atomic number of the neighbour.
    length : ndarray of shape (n,)
        Distances [Å].
    """
    rows = np.flatnonzero(found.bonded) if bonded else np.arange(len(found.first))
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


def strengths(around, bonds):
    """How strong bonds are, (n_pairs,): 1 at the usual length, and 1/e at 0.37 Å more."""
    a, b = around.numbers[around.first], around.numbers[around.second]
    found = np.exp((np.exp(bonds.mean[a, b]) - around.length) / DECAY)
    return np.where(around.ratio < FAR, np.minimum(found, STRONGEST), 0.0)


def learn_bonds(around):
    """Estimate these statistics from crystals.

    Parameters
    ----------
    around : Surroundings
        Of real crystals.

    Returns
    -------
    BondStatistics
        Pairs and elements that were hardly seen have what covalent radii, and what was seen of
        each element with others, let expect.
    """
    bonds = _pairs(around, True, SPREAD)
    total = around.summed(strengths(around, bonds))
    strength = _of_elements(around.numbers, np.log(np.maximum(total, 0.01)))
    return BondStatistics(
        bonds, _pairs(around, False, CONTACT_SPREAD), _coordination(around), *strength
    )


def _pairs(around, bonded, spread):
    """Logarithms of shortest distances for each pair of elements."""
    atom, b, length = shortest_pairs(around, bonded)
    a = around.numbers[atom]
    off = np.log(length) - USUAL[a, b]
    count, total, square = np.zeros((3, N_ELEMENTS, N_ELEMENTS))
    for table, value in ((count, 1.0), (total, off), (square, off**2)):
        np.add.at(table, (a, b), value)
        table += table.T
    mean = (total + FEW * _shifts(count, total)) / (count + FEW)
    variance = (square - 2 * mean * total + mean**2 * count + FEW * spread**2) / (count + FEW)
    return PairStatistics(USUAL + mean, np.sqrt(np.maximum(variance, 1e-4)), count)


def _shifts(count, total):
    """Fit one term for each element, so that two of them sum to a pair's log distance."""
    all_of_them = total.sum() / max(count.sum(), 1)
    own = np.zeros(N_ELEMENTS)
    for _ in range(N_ROUNDS):
        fitted = (total - count * (all_of_them + own)).sum(1) / (count.sum(1) + FEW / 2)
        own = (own + fitted) / 2
    return all_of_them + own[:, None] + own


def _coordination(around):
    count = np.zeros((N_ELEMENTS, N_COORDINATION))
    seen = np.minimum(coordination_numbers(around), N_COORDINATION - 1)
    np.add.at(count, (around.numbers, seen), 1.0)
    share = count + FEW * (count.sum(0) + 1) / (count.sum() + N_COORDINATION)
    return np.log(share / share.sum(1, keepdims=True))


def _of_elements(numbers, values):
    """Mean and spread of what atoms have, by element."""
    count = np.bincount(numbers, minlength=N_ELEMENTS) + FEW
    total = np.bincount(numbers, values, minlength=N_ELEMENTS)
    mean = (total + FEW * values.mean()) / count
    square = np.bincount(numbers, (values - mean[numbers]) ** 2, minlength=N_ELEMENTS)
    return mean, np.sqrt((square + FEW * max(values.var(), SPREAD**2)) / count)
