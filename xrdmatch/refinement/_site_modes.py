"""Displacements of atoms that a crystal's space group allows."""

from typing import NamedTuple

import numpy as np
import spglib

SYMPREC = 0.01  # [Å]
SAME = 0.5  # between the eigenvalues of a projector: 0 and 1
STILL = 1e-6  # of a displacement that is none


class SiteModes(NamedTuple):
    """What may move in a crystal without its space group changing.

    Parameters
    ----------
    modes : ndarray of shape (n_modes, n_atoms, 3)
        Displacements of all atoms [Å]: each mode moves the atoms of one orbit, each of them by 1.
    rotations : ndarray of int, shape (n_operations, 3, 3)
        Those of the space group, for columns of fractional coordinates.
    space_group : int
        Its number; 1 where none is found.

    See Also
    --------
    site_modes : Find the displacements that leave a crystal's symmetry as it is.
    """

    modes: np.ndarray
    rotations: np.ndarray
    space_group: int


def site_modes(structure, symprec=SYMPREC):
    """Find the displacements that leave a crystal's symmetry as it is.

    A mean over all operations of the space group projects the displacements of an orbit onto
    those that are the same seen from all of its atoms; no table of Wyckoff positions is needed.
    Where the origin is free along an axis, the first orbit that could move along it stays.

    Parameters
    ----------
    structure : Structure
        An ordered crystal, of any cell.
    symprec : float, default=0.01
        How far an atom may be from where its space group wants it [Å].

    Returns
    -------
    SiteModes
        No mode where all atoms are held by symmetry.

    See Also
    --------
    SiteModes : What may move in a crystal without its space group changing.
    refine_sites : Refine cell, sites, lines and texture of one structure.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.refinement._site_modes import site_modes
    >>> rutile = Structure.from_spacegroup("P4_2/mnm", Lattice.tetragonal(4.594, 2.959),
    ...                                    ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]])
    >>> found = site_modes(rutile)
    >>> len(found.modes), found.space_group
    (1, 136)
    """
    rotations, translations, number = _operations(structure, symprec)
    columns = structure.lattice.matrix.T
    turns = columns @ rotations @ np.linalg.inv(columns)  # Cartesian
    images = _images(structure, rotations, translations)
    firsts = np.unique(images.min(0))
    n_atoms = len(structure)
    modes = [mode for first in firsts for mode in _of_orbit(images[:, first], turns, n_atoms)]
    modes = np.array(modes).reshape(-1, n_atoms, 3)
    return SiteModes(_without_origin(modes), rotations, number)


def _operations(structure, symprec):
    """Rotations, translations and number of the space group."""
    numbers = [site.specie.Z for site in structure]
    cell = structure.lattice.matrix, structure.frac_coords, numbers
    try:
        found = spglib.get_symmetry_dataset(cell, symprec)
    except spglib.SpglibError:
        found = None
    if found is None:
        return np.eye(3, dtype=int)[None], np.zeros((1, 3)), 1
    return found.rotations, found.translations, int(found.number)


def _images(structure, rotations, translations):
    """Which atom each operation moves each atom onto, (n_operations, n_atoms)."""
    coords, lattice = structure.frac_coords, structure.lattice.matrix
    moved = coords @ rotations.transpose(0, 2, 1) + translations[:, None]
    off = moved[:, :, None] - coords  # (n_operations, n_atoms, n_atoms, 3)
    distance = np.linalg.norm((off - np.rint(off)) @ lattice, axis=-1)
    numbers = np.array([site.specie.Z for site in structure])
    return np.where(numbers[:, None] == numbers, distance, np.inf).argmin(-1)


def _of_orbit(images, turns, n_atoms):
    """Modes of the orbit of one atom: its images under each operation, Cartesian rotations."""
    first = images.min()
    held = turns[images == first].mean(0)  # a projector onto what its site allows
    values, vectors = np.linalg.eigh((held + held.T) / 2)
    atoms, operation = np.unique(images, return_index=True)
    for direction in vectors[:, values > SAME].T:
        mode = np.zeros((n_atoms, 3))
        mode[atoms] = turns[operation] @ direction
        yield mode


def _without_origin(modes):
    """Leave out modes that only move the crystal as a whole."""
    flat = modes.reshape(len(modes), modes.shape[1] * 3)
    kept, basis = [], np.tile(np.eye(3), modes.shape[1])  # (3, 3 n_atoms)
    for i in reversed(range(len(modes))):
        joined = np.vstack([basis, flat[i]])
        if np.linalg.matrix_rank(joined, tol=STILL) == len(joined):
            basis = joined
            kept.append(i)
    return modes[np.array(kept[::-1], dtype=int)]
