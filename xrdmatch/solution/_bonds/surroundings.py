"""Atoms of many crystals and their neighbours, in arrays."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xrdmatch.solution._bonds.neighbours import BONDED
from xrdmatch.solution._bonds.valences import states_of

SHORTEST = 0.1  # [Å]: atoms in one place count as that far apart


@dataclass(frozen=True, eq=False)
class Surroundings:
    """Atoms of many crystals, one after the other.

    Parameters
    ----------
    sizes : ndarray of int, shape (n_crystals,)
        Atoms of each crystal.
    numbers : ndarray of int, shape (n_atoms,)
        Atomic numbers.
    states : ndarray of shape (n_atoms,)
        Oxidation states that the formula lets expect; 0 where none balance.
    first, second : ndarray of int, shape (n_pairs,)
        Positions of both atoms of each pair, the nearest of each first.
    direction : ndarray of shape (n_pairs, 3)
        Unit vectors from the first to the second.
    length : ndarray of shape (n_pairs,)
        Distances [Å].
    ratio : ndarray of shape (n_pairs,)
        Distances over sums of covalent radii.
    """

    sizes: np.ndarray
    numbers: np.ndarray
    states: np.ndarray
    first: np.ndarray
    second: np.ndarray
    direction: np.ndarray
    length: np.ndarray
    ratio: np.ndarray

    @cached_property
    def crystal(self):
        """Which crystal each atom belongs to, (n_atoms,)."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)

    @property
    def bonded(self):
        """Which pairs count as bonded."""
        return self.ratio < BONDED

    @cached_property
    def nearest(self):
        """Ratio of each atom's nearest neighbour; infinite where there is none, (n_atoms,)."""
        found = np.full(len(self.numbers), np.inf)
        np.minimum.at(found, self.first, self.ratio)
        return found

    def summed(self, values):
        """Sum values of pairs over the neighbours of each atom, (n_atoms,)."""
        return np.bincount(self.first, values, minlength=len(self.numbers))

    def least_ratio(self, chosen):
        """Ratio of the nearest of some pairs; NaN where there is none, (n_atoms,)."""
        found = np.full(len(self.numbers), np.nan)
        np.fmin.at(found, self.first[chosen], self.ratio[chosen])
        return found

    def of_crystals(self, function, values):
        """Apply a ufunc such as ``np.fmax`` to the atoms of each crystal."""
        return function.reduceat(values, np.cumsum(self.sizes) - self.sizes, axis=0)

    def mean_of_crystals(self, values):
        """Means over the atoms of each crystal; NaN counts for nothing."""
        known = np.isfinite(values)
        total = self.of_crystals(np.add, np.where(known, values, 0.0))
        count = self.of_crystals(np.add, known.astype(float))
        return total / np.where(count, count, np.nan)

    def spread_of_crystals(self, values):
        """Compute standard deviations over the atoms of each crystal; NaN counts for nothing."""
        variance = self.mean_of_crystals(values**2) - self.mean_of_crystals(values) ** 2
        return np.sqrt(np.maximum(variance, 0.0))


def surroundings_of(many, formulas):
    """Join crystals.

    Parameters
    ----------
    many : list of n_crystals Neighbours
        One or more of them.
    formulas : list of n_crystals str
        Their reduced formulas.

    Returns
    -------
    Surroundings
        Of all their atoms.
    """
    sizes = np.array([len(found.numbers) for found in many])
    starts = (np.cumsum(sizes) - sizes).tolist()
    rows = list(zip(many, formulas, starts, strict=True))
    length = np.maximum(np.concatenate([found.length for found in many]), SHORTEST)
    return Surroundings(
        sizes,
        np.concatenate([found.numbers for found in many]),
        np.concatenate([states_of(found.numbers, formula) for found, formula, _ in rows]),
        np.concatenate([found.first + start for found, _, start in rows]),
        np.concatenate([found.second + start for found, _, start in rows]),
        np.concatenate([found.vector for found in many]) / length[:, None],
        length,
        np.concatenate([found.ratio for found in many]),
    )
