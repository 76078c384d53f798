"""From structure factors to intensities: the ways that a simulator offers."""

import numpy as np

from xrdmatch.crystallography import form_factors
from xrdmatch.simulation._spots.structure_factors import phases, reciprocal_plane, structure_factors


def kinematic(table, hk, radiation, b_iso, beam=None):
    """``|F|^2 / N``, N the sum of occupancies: a still pattern of a sheet (K = 1).

    Returns
    -------
    q : ndarray of shape (n_structures, n_spots, 2), with a tilted beam (n_structures, n_spots, 3)
        Scattering vectors [1/Å].
    intensity : ndarray of shape (n_structures, n_spots)
        Intensities.
    """
    q, amplitude = structure_factors(table, hk, radiation.kind, b_iso, beam)
    return q, np.abs(amplitude) ** 2 / table.occupancy.sum(1, keepdims=True)


def paper(table, hk, radiation, b_iso):
    """``I0 A P / sin(2 theta) |AFF|^2 S`` of Fu et al. (2025), equation 1, with I0 = A = 1.

    P = (1 + cos^2 2 theta) / 2, AFF the mean form factor of the composition, S the double sum of
    exp(2 pi i q.(r_j - r_k)) over atoms, by N. It has no Debye-Waller factor. Spots beyond
    ``|q| = 2 / wavelength`` cannot be recorded and get NaN.
    """
    q = hk @ reciprocal_plane(table.lattice)
    length = np.linalg.norm(q, axis=2)
    n_atoms = table.occupancy.sum(1)[:, None]
    curves = form_factors(table.numbers[..., None], length[:, None], radiation.kind)
    mean_factor = np.einsum("nsp,ns->np", curves, table.occupancy) / n_atoms
    waves = np.einsum("ns,nsp->np", table.occupancy, phases(table, hk))
    interference = np.abs(waves) ** 2 / n_atoms
    return q, _geometry_factor(length, radiation.wavelength) * mean_factor**2 * interference


def thickness_factor(q, wavelength, thickness):
    """``(sin(pi s t) / (pi s t))^2`` of a plate of thickness t seen along its zone axis.

    Spots of the zero layer are off the Ewald sphere by the excitation error ``s = wavelength
    q^2 / 2``, and the shape of a plate spreads each reciprocal lattice point along the beam.

    Parameters
    ----------
    q : ndarray of shape (..., 2)
        Scattering vectors [1/Å].
    wavelength, thickness : float
        Both in Å.

    Returns
    -------
    ndarray of shape (...)
        Factors, 1 at q = 0.
    """
    excitation_error = wavelength * (q**2).sum(-1) / 2
    return np.sinc(excitation_error * thickness) ** 2


def _geometry_factor(length, wavelength):
    sin_theta = wavelength * length / 2
    two_theta = 2 * np.arcsin(np.where(sin_theta < 1, sin_theta, np.nan))
    return (1 + np.cos(two_theta) ** 2) / (2 * np.sin(two_theta))


INTENSITIES = {"kinematic": kinematic, "paper": paper}
