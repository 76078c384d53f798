"""Cell volumes from compositions: one volume for each element, fitted to a library."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

N_ELEMENTS = 119
N_ROUNDS = 4  # of regression, each with less weight on what the last was far off
FAR = 0.1  # of a volume


@dataclass(frozen=True, eq=False)
class AtomicVolumes:
    """Volume of each element's atoms, the same in all crystals.

    Parameters
    ----------
    volume : ndarray of shape (119,)
        By atomic number [Å^3]; elements that were not seen have the mean.
    """

    volume: np.ndarray

    def of(self, numbers):
        """Volume of atoms [Å^3].

        Parameters
        ----------
        numbers : array-like of int
            Atomic numbers.

        Returns
        -------
        float
            Their sum.
        """
        return float(self.volume[np.asarray(numbers)].sum())


def fit_volumes(counts, volumes):
    """Learn the volumes of atoms.

    Parameters
    ----------
    counts : ndarray of shape (n_structures, 119)
        Atoms of each element, by atomic number.
    volumes : ndarray of shape (n_structures,)
        Volumes of the cells [Å^3].

    Returns
    -------
    AtomicVolumes
        By least squares of relative errors, none negative; crystals with much empty space count
        less.
    """
    seen = counts.any(0)
    weight = np.ones(len(volumes))
    for _ in range(N_ROUNDS):
        share = weight / volumes
        found, _ = nnls(counts[:, seen] * share[:, None], weight)
        off = np.abs(counts[:, seen] @ found / volumes - 1)
        weight = 1 / np.sqrt(1 + (off / FAR) ** 2)
    mean = volumes.sum() / counts.sum()
    volume = np.full(N_ELEMENTS, mean)
    volume[seen] = np.maximum(found, mean / 5)
    return AtomicVolumes(volume)
