"""Neighbours of the atoms of a crystal."""

from typing import NamedTuple

import gemmi
import numpy as np
from pymatgen.core import Element

REACH = 6.0  # [Å]
BONDED = 1.3  # times the sum of covalent radii
N_ELEMENTS = 119


def _radii():
    """Covalent radii by atomic number [Å]."""
    return np.array([gemmi.Element(z).covalent_r for z in range(N_ELEMENTS)])


def _metals():
    """Whether each element is a metal, by atomic number."""
    return np.array([z > 0 and Element.from_Z(z).is_metal for z in range(N_ELEMENTS)])


RADII, METALS = _radii(), _metals()


class Neighbours(NamedTuple):
    """Pairs of atoms of one crystal.

    Parameters
    ----------
    numbers : ndarray of int, shape (n_atoms,)
        Atomic numbers.
    first, second : ndarray of int, shape (n_pairs,)
        Positions of both atoms; each pair stands twice.
    vector : ndarray of shape (n_pairs, 3)
        From the first to the second [Å].
    length : ndarray of shape (n_pairs,)
        Distances [Å].
    ratio : ndarray of shape (n_pairs,)
        Distances over sums of covalent radii.
    volume : float
        Of the cell [Å^3].
    """

    numbers: np.ndarray
    first: np.ndarray
    second: np.ndarray
    vector: np.ndarray
    length: np.ndarray
    ratio: np.ndarray
    volume: float

    @property
    def bonded(self):
        """Which pairs count as bonded: nearer than 1.3 times the sum of their radii."""
        return self.ratio < BONDED

    def resized(self, factor):
        """Make the same crystal with all lengths multiplied."""
        return self._replace(
            vector=self.vector * factor,
            length=self.length * factor,
            ratio=self.ratio * factor,
            volume=self.volume * factor**3,
        )


def neighbours(structure, reach=REACH):
    """List the neighbours of all atoms.

    Parameters
    ----------
    structure : Structure
        An ordered crystal.
    reach : float, default=6.0
        How far they may be [Å].

    Returns
    -------
    Neighbours
        Pairs, the nearest of each atom first.

    Raises
    ------
    ValueError
        If sites are mixed or partly empty.
    """
    if not structure.is_ordered:
        raise ValueError(
            "Bonds are checked of ordered crystals, got mixed or partly empty sites in "
            f"{structure.composition.reduced_formula}; choose one ordering."
        )
    numbers = np.array([site.specie.Z for site in structure])
    first, second, image, length = structure.get_neighbor_list(reach)
    order = np.lexsort([length, first])
    first, second, image, length = first[order], second[order], image[order], length[order]
    coords, lattice = structure.frac_coords, structure.lattice.matrix
    vector = (coords[second] + image - coords[first]) @ lattice
    ratio = length / (RADII[numbers[first]] + RADII[numbers[second]])
    return Neighbours(numbers, first, second, vector, length, ratio, structure.volume)
