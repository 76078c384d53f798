"""Intensities of reflections, and how they change where atoms move."""

from typing import NamedTuple

import numpy as np

from xrdmatch.crystallography import form_factors


class Families(NamedTuple):
    """Reflections of a powder, one of each family that symmetry makes equal.

    Parameters
    ----------
    hkl : ndarray of int, shape (n_families, 3)
        Miller indices.
    multiplicity : ndarray of int, shape (n_families,)
        Reflections of the family.
    q : ndarray of shape (n_families, 3)
        Scattering vectors [1/Å].
    """

    hkl: np.ndarray
    multiplicity: np.ndarray
    q: np.ndarray


def families(lattice, rotations, reach):
    """List the families of reflections within reach.

    Parameters
    ----------
    lattice : ndarray of shape (3, 3)
        Rows a, b, c [Å].
    rotations : ndarray of int, shape (n_operations, 3, 3)
        Those of the space group, for columns of fractional coordinates.
    reach : float
        Longest scattering vector [1/Å].

    Returns
    -------
    Families
        000 left out; extinct ones are among them.
    """
    most = np.floor(reach * np.linalg.norm(lattice, axis=1)).astype(int)
    axes = [np.arange(-n, n + 1) for n in most]
    hkl = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 3)
    q = hkl @ np.linalg.inv(lattice).T
    length = np.linalg.norm(q, axis=1)
    hkl = hkl[(length <= reach) & (length > 0)]
    operations = np.unique(np.concatenate([rotations, -rotations]), axis=0)
    images = np.rint(hkl @ operations).astype(int)  # (n_operations, n_reflections, 3)
    names = (images + most) @ (2 * most.max() + 1) ** np.arange(3)
    _, first, multiplicity = np.unique(names.max(0), return_index=True, return_counts=True)
    hkl = hkl[first]
    return Families(hkl, multiplicity, hkl @ np.linalg.inv(lattice).T)


class Scatterers(NamedTuple):
    """Atoms and the reflections that they are seen by.

    Parameters
    ----------
    families : Families
        The reflections.
    factors : ndarray of shape (n_families, n_atoms)
        Form factors with Debye-Waller factors.
    turning : ndarray of shape (n_modes, n_families, n_atoms)
        ``2 pi q . d`` for the displacement d of each atom in each mode.
    """

    families: Families
    factors: np.ndarray
    turning: np.ndarray


def scatterers(numbers, modes, found, kind, b_iso):
    """Prepare what does not change where atoms move.

    Parameters
    ----------
    numbers : ndarray of int, shape (n_atoms,)
        Atomic numbers.
    modes : ndarray of shape (n_modes, n_atoms, 3)
        Displacements [Å].
    found : Families
        The reflections.
    kind : {"xray", "electron", "neutron"}
        Kind of radiation.
    b_iso : float
        Debye-Waller factor of all atoms [Å^2].

    Returns
    -------
    Scatterers
        The atoms.
    """
    length = np.linalg.norm(found.q, axis=1)
    factors = form_factors(numbers, length[:, None], kind, b_iso)
    turning = 2 * np.pi * np.einsum("hx,kjx->khj", found.q, modes)
    return Scatterers(found, factors, turning)


def strengths(frac_coords, atoms):
    """Intensities of all families, multiplicities included.

    Parameters
    ----------
    frac_coords : ndarray of shape (n_atoms, 3)
        Fractional coordinates.
    atoms : Scatterers
        The atoms.

    Returns
    -------
    strength : ndarray of shape (n_families,)
        ``m |F|^2``.
    slopes : ndarray of shape (n_modes, n_families)
        Its derivatives by the modes' amplitudes.
    """
    waves = atoms.factors * np.exp(2j * np.pi * (atoms.families.hkl @ frac_coords.T))
    total = waves.sum(1)
    multiplicity = atoms.families.multiplicity
    change = 1j * np.einsum("khj,hj->kh", atoms.turning, waves)
    slopes = 2 * multiplicity * (np.conj(total) * change).real
    return multiplicity * np.abs(total) ** 2, slopes
