"""Settings in which entries of a gallery match a pattern's lattice."""

from typing import NamedTuple

import numpy as np

from xrdmatch.refinement._lattice_keys import CHANGES

STRAIN_SIGMA = 0.01  # of each component of the in-plane deformation
STRAIN_FREEDOM = 8.0  # Student's t: the larger, the less is a strong deformation forgiven
GATE = 4.3  # standard deviations up to which a setting is looked at


class Settings(NamedTuple):
    """S settings of entries: the pattern's axes are ``change @ reciprocal @ deformation``."""

    entry: np.ndarray  # (S,) of int
    change: np.ndarray  # from the entry's a*, b* to the pattern's axes, (S, 2, 2) of int
    deformation: np.ndarray  # from the entry's frame to the pattern's, (S, 2, 2)
    log_prior: np.ndarray  # of deformation and orientation, up to a constant, (S,)

    def chosen(self, rows):
        """Take some of the settings."""
        return Settings(*(field[rows] for field in self))


def find_settings(keys, basis, scale_error, allowed=None, *, distortion_error=0.0):
    """Find the settings in which entries have a lattice, up to strain and scale.

    With ``U = inv(M B) B_q``, B a key's reduced axes and M one of the unimodular matrices with
    entries of at most 1, U must be a rotation or a reflection times a small strain. The trace of
    the strain has the scale's error in it; its other two components have not.

    Parameters
    ----------
    keys : LatticeKeys
        Of the gallery.
    basis : ndarray of shape (2, 2)
        Reduced axes of the pattern [1/Å].
    scale_error : float
        Relative standard error of all lengths.
    allowed : ndarray of bool, shape (n_entries,), optional
        Which entries may be found; all if None.
    distortion_error : float, default=0.0
        What the camera adds to the standard error of each component of the strain.

    Returns
    -------
    Settings
        Those whose strain lies within the gate.
    """
    strain_sigma = np.hypot(STRAIN_SIGMA, distortion_error)
    isotropic = np.hypot(scale_error, strain_sigma / np.sqrt(2))
    key, change, bases = keys.tried
    rows = _of_like_area(keys, abs(np.linalg.det(basis)), np.exp(2 * GATE * isotropic))
    if allowed is not None:
        rows = rows[allowed[keys.entry[key[rows]]]]
    deformation = np.linalg.inv(bases[rows]) @ basis
    growth, shear = strain_of(deformation)
    square = (growth / isotropic) ** 2, (shear / strain_sigma) ** 2 * 2
    inside = sum(square) < GATE**2
    rows = rows[inside]
    log = -square[0][inside] / 2 + np.log(keys.multiplicity[key[rows]])
    log -= (STRAIN_FREEDOM + 2) / 2 * np.log1p(square[1][inside] / STRAIN_FREEDOM)
    changes = CHANGES[change[rows]] @ keys.change[key[rows]]
    return Settings(keys.entry[key[rows]], changes, deformation[inside], log)


def _of_like_area(keys, area, factor):
    areas, order = keys.area
    first, last = np.searchsorted(areas, [area / factor, area * factor])
    return order[first:last]


def strain_of(deformation):
    """Strain of plane deformations, rotation and reflection taken out.

    With the singular values a >= b of a matrix: ``ln((a + b) / 2)`` and ``(a - b) / (a + b)``.

    Parameters
    ----------
    deformation : ndarray of shape (n, 2, 2)
        Any matrices.

    Returns
    -------
    growth, shear : ndarray of shape (n,)
        Logarithm of the mean factor on lengths, and by which share of it they differ.
    """
    turning, turned_over = _parts(deformation)
    larger, smaller = np.maximum(turning, turned_over), np.minimum(turning, turned_over)
    return np.log(larger), smaller / larger


def _parts(matrix):
    """Sizes of the parts of 2 x 2 matrices that keep handedness and that change it."""
    (a, b), (c, d) = matrix[:, 0].T, matrix[:, 1].T
    return np.hypot(a + d, b - c) / 2, np.hypot(a - d, b + c) / 2
