"""Reflections of many powders, kept so that they can be moved, weighted and drawn anew."""

from typing import NamedTuple

import numpy as np

from xrdmatch.crystallography import site_table, strain_basis
from xrdmatch.simulation._powder.patterns import powder_reflections

N_STRAINS = 6  # most free strains that a cell has
BLOCK = 1024  # structures whose reflections are computed at once


class Reflections(NamedTuple):
    """Reflections of a batch of powders, one behind the other.

    Parameters
    ----------
    row : ndarray of shape (n_reflections,)
        Number of the powder in the batch, ascending.
    q : ndarray of shape (n_reflections, 3)
        Scattering vectors, one of each Friedel pair [1/Å].
    strength : ndarray of shape (n_reflections,)
        ``|F|^2`` of both, of the powder's strongest.
    basis : ndarray of shape (n_powders, 6, 3, 3)
        Output of `strain_basis`, zeros behind it.
    """

    row: np.ndarray
    q: np.ndarray
    strength: np.ndarray
    basis: np.ndarray


class ReflectionTable:
    """Reflections of many powders in half the memory of their patterns.

    Parameters
    ----------
    q, strength : ndarray of shape (n_reflections, 3) and (n_reflections,)
        As in `Reflections`.
    starts : ndarray of shape (n_powders + 1,)
        Where each powder's begin, the end included.
    basis : ndarray of shape (n_powders, 6, 3, 3)
        As in `Reflections`.

    See Also
    --------
    reflection_table : Compute the reflections of powders.
    """

    def __init__(self, q, strength, starts, basis):
        self.q = q
        self.strength = strength
        self.starts = starts
        self.basis = basis

    def __len__(self):
        return len(self.basis)

    def __getitem__(self, rows):
        """Return the `Reflections` of a batch, numbered by its rows."""
        first, n = self.starts[rows], np.diff(self.starts)[rows]
        row = np.arange(len(rows)).repeat(n)
        place = np.arange(n.sum()) + (first - np.cumsum(n) + n).repeat(n)
        return Reflections(row, self.q[place], self.strength[place], self.basis[rows])

    def subset(self, rows):
        """Return the table of some of the powders."""
        part = self[rows]
        starts = np.searchsorted(part.row, np.arange(len(rows) + 1))
        return ReflectionTable(part.q, part.strength, starts, part.basis)


def reflection_table(structures, simulator):
    """Compute the reflections of powders.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The crystals.
    simulator : DiffractionSimulator
        Of powders; its profile is not used.

    Returns
    -------
    ReflectionTable
        One row for each crystal.

    See Also
    --------
    ReflectionTable : Reflections of many powders in half the memory of their patterns.
    powder_reflections
        Reflections of powders as arrays, for whoever adds the diffractometer later.
    """
    parts = [
        part
        for start in range(0, len(structures), BLOCK)
        for part in _block(structures[start : start + BLOCK], simulator, start)
    ]
    q, strength, basis = zip(*parts, strict=True)
    starts = np.cumsum([0, *map(len, strength)])
    return ReflectionTable(np.concatenate(q), np.concatenate(strength), starts, np.stack(basis))


def _block(structures, simulator, first):
    """Vectors, strengths and strains of some structures."""
    powders = powder_reflections(structures, simulator, merged=False, first=first)
    lattices = site_table(structures, first=first).lattice
    for lattice, powder in zip(lattices, powders, strict=True):
        basis = np.zeros((N_STRAINS, 3, 3), dtype=np.float32)
        own = strain_basis(lattice)
        basis[: len(own)] = own
        q = powder.hkl @ np.linalg.inv(lattice).T
        strength = powder.strength / powder.strength.max()
        yield q.astype(np.float32), strength.astype(np.float32), basis
