"""Scattering vectors and strengths of reflections for the refinement of scans."""

from typing import NamedTuple

import numpy as np
from sklearn.base import clone

from xrdmatch.crystallography import site_table, strain_basis
from xrdmatch.refinement._scan_query import Q_RANGE
from xrdmatch.simulation import powder_reflections

N_PEAKS = 300  # strongest ones that are calculated
N_KEPT = 1000  # strongest ones that are remembered of a structure
REACH = 1.04  # of the range of q, so that a strained cell's peaks can move in


class Powder(NamedTuple):
    """What refinement needs of one structure; strongest reflections first.

    Parameters
    ----------
    lattice : ndarray of shape (3, 3)
        Rows a, b, c [Å].
    q : ndarray of shape (n_reflections, 3)
        Scattering vectors [1/Å], one of each family.
    strength : ndarray of shape (n_reflections,)
        ``m |F|^2``.
    basis : ndarray of shape (n_strains, 3, 3)
        Output of `strain_basis`.

    See Also
    --------
    powders_of : Compute the reflections of structures.
    """

    lattice: np.ndarray
    q: np.ndarray
    strength: np.ndarray
    basis: np.ndarray


def refinement_simulator(simulator):
    """Make the simulator that computes reflections as far as scans are refined.

    Nothing but the limit depends on the wavelength; scans have their own.
    """
    return clone(simulator).set_params(
        wavelength=1.0, q_max=REACH * Q_RANGE[1], profile=None, n_jobs=None
    )


def powders_of(structures, simulator, on_error="raise"):
    """Compute the reflections of structures.

    Parameters
    ----------
    structures : list of Structure or ndarray of tokens
        The crystals.
    simulator : DiffractionSimulator
        Of powders: its kind of radiation and its Debye-Waller factors count.
    on_error : {"raise", "skip"}, default="raise"
        Whether a structure that cannot be simulated is an error, or is named in a warning and
        has no reflection.

    Returns
    -------
    list of Powder
        One for each structure.

    See Also
    --------
    Powder : What refinement needs of one structure; strongest reflections first.
    fit_powders : Fit structures to one scan, each on its own.
    """
    found = powder_reflections(structures, refinement_simulator(simulator), on_error=on_error)
    lattices = site_table(structures).lattice
    return [_powder(*pair) for pair in zip(lattices, found, strict=True)]


def _powder(lattice, reflections):
    basis = strain_basis(lattice)
    if reflections is None:
        return Powder(lattice, np.zeros((0, 3)), np.zeros(0), basis)
    order = np.argsort(-reflections.strength / reflections.q**2, kind="stable")[:N_KEPT]
    q = reflections.hkl[order] @ np.linalg.inv(lattice).T
    return Powder(lattice, q, reflections.strength[order], basis)


def strongest_peaks(powders, query):
    """Find the strongest peaks in reach of a scan.

    Parameters
    ----------
    powders : list of n Powder
        The structures.
    query : ScanQuery
        The scan.

    Returns
    -------
    q : ndarray of shape (n, n_peaks, 3)
        Scattering vectors [1/Å], zeros where padded.
    strength : ndarray of shape (n, n_peaks)
        Strengths in units of each structure's strongest, 0 where padded.
    """
    q = np.zeros((len(powders), N_PEAKS, 3), dtype=np.float32)
    strength = np.zeros((len(powders), N_PEAKS), dtype=np.float32)
    for i, powder in enumerate(powders):
        near = _near(powder, query)
        if len(near):
            q[i, : len(near)] = powder.q[near]
            strength[i, : len(near)] = powder.strength[near] / powder.strength[near].max()
    n_peaks = max(1, int((strength > 0).sum(1).max()))
    return q[:, :n_peaks], strength[:, :n_peaks]


def strength_unit(powder, query):
    """Strength of the strongest reflection in reach, the unit of a calculated profile; or 1."""
    near = _near(powder, query)
    return float(powder.strength[near].max()) if len(near) else 1.0


def _near(powder, query):
    """Which reflections are in reach of a scan."""
    ends = np.sin(np.radians(query.two_theta[[0, -1]] / 2)) * 2 / query.radiation.wavelength
    length = np.linalg.norm(powder.q, axis=1)
    return np.flatnonzero((length > ends[0] / REACH) & (length < ends[1] * REACH))[:N_PEAKS]
