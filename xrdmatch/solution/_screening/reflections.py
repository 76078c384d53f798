"""Partial structure factors of a template, one for each kind of atom."""

from typing import NamedTuple

import numpy as np

from xrdmatch.solution._screening.log_profile import Q_RANGE


class PartialFactors(NamedTuple):
    """Half of the reflections of a template.

    Parameters
    ----------
    q : ndarray of shape (n_reflections,)
        Lengths of scattering vectors [1/Å].
    factors : ndarray of complex, shape (n_reflections, n_kinds)
        ``sum_j exp(2 pi i h.r_j)`` over the atoms of each kind.
    """

    q: np.ndarray
    factors: np.ndarray


def partial_factors(lattice, frac_coords, kinds, reach=Q_RANGE[1]):
    """Sum the phases of each kind of atom over all reflections within reach.

    Parameters
    ----------
    lattice : ndarray of shape (3, 3)
        Rows a, b, c [Å].
    frac_coords : ndarray of shape (n_atoms, 3)
        Fractional coordinates.
    kinds : ndarray of int, shape (n_atoms,)
        The kind of each atom, from 0.
    reach : float
        Longest scattering vector [1/Å].

    Returns
    -------
    PartialFactors
        One of each Friedel pair, 000 left out.
    """
    hkl = half_sphere(lattice, reach)
    q = np.linalg.norm(hkl @ np.linalg.inv(lattice).T, axis=1)
    inside = q <= reach
    hkl, q = hkl[inside], q[inside]
    phases = np.exp(2j * np.pi * (hkl @ frac_coords.T))  # (n_reflections, n_atoms)
    return PartialFactors(q, phases @ np.eye(kinds.max() + 1)[kinds])


def half_sphere(lattice, reach):
    """List indices of a box around half of the sphere of that radius, 000 left out; (n, 3)."""
    most = np.floor(reach * np.linalg.norm(lattice, axis=1)).astype(int)
    h, k, l = (np.arange(-n, n + 1) for n in most)  # noqa: E741
    hkl = np.stack(np.meshgrid(h[h >= 0], k, l, indexing="ij"), -1).reshape(-1, 3)
    first = np.take_along_axis(hkl, (hkl != 0).argmax(1)[:, None], 1)[:, 0]
    return hkl[first > 0]
