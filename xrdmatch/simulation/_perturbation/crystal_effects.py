"""Effects on crystals: strain and thermal motion."""

from dataclasses import dataclass, field, replace
from numbers import Real

import numpy as np

from xrdmatch.simulation._by_element import by_element
from xrdmatch.simulation._perturbation.debye import DebyeModel
from xrdmatch.simulation._perturbation.effect import CrystalEffect, check_numbers


@dataclass(frozen=True)
class Strain(CrystalEffect):
    """Deformation of the layer in its plane, I + N(0, sigma) on all four components.

    The rotation that is part of it stays: the orientation is known up to it.

    Parameters
    ----------
    sigma : float, default=0.01
        Standard deviation of each component. Severity multiplies it.

    See Also
    --------
    ThermalDisplacement
        Displacement of every atom by N(0, u) along x, y and z: harmonic motion, each on its own.
    Perturbation : How a query differs from the ideal crystal: effects, applied one after the other.

    Examples
    --------
    >>> from xrdmatch.simulation import Strain
    >>> Strain(0.02)
    Strain(sigma=0.02)
    """

    sigma: float = 0.01

    def __post_init__(self):
        check_numbers(self, "sigma")

    def __call__(self, framed, severity, rng):
        deformation = np.zeros((len(framed), 3, 3)) + np.eye(3)
        normals = rng.standard_normal((len(framed), 2, 2))
        deformation[:, :2, :2] += severity[:, None, None] * self.sigma * normals
        return replace(framed, lattice=framed.lattice @ deformation)


@dataclass(frozen=True)
class ThermalDisplacement(CrystalEffect):
    """Displacement of every atom by N(0, u) along x, y and z: harmonic motion, each on its own.

    All cells of the layer are displaced alike, as in a snapshot with periodic boundaries. The
    simulator's `b_iso` blurs every pattern already, ideal ones too; set it to 0 where the motion
    drawn here is meant to be all there is.

    Parameters
    ----------
    u : float, dict of {str: float} or DebyeModel, default=0.08
        Root mean square displacement along each axis [Å]: one number, by element (elements left
        out stay in place), or from a temperature. Severity multiplies it.

    See Also
    --------
    MolecularDynamics : Displacements that know the forces.

    Examples
    --------
    >>> from xrdmatch.simulation import DebyeModel, ThermalDisplacement
    >>> ThermalDisplacement({"Mo": 0.05, "S": 0.08})
    ThermalDisplacement(u={'Mo': 0.05, 'S': 0.08})
    >>> ThermalDisplacement(DebyeModel(temperature=300, debye_temperature=450)).u
    DebyeModel(temperature=300.0, debye_temperature=450.0)
    """

    u: float | dict | DebyeModel = field(default=0.08, hash=False)  # a dict has none

    def __post_init__(self):
        if isinstance(self.u, DebyeModel):
            return
        by_element("ThermalDisplacement's u", self.u, "Å", 0.08)
        own = {**self.u} if isinstance(self.u, dict) else float(self.u)
        object.__setattr__(self, "u", own)

    def __call__(self, framed, severity, rng):
        normals = rng.standard_normal(framed.frac_coords.shape)
        return displaced(framed, normals * severity[:, None, None] * self._u_of(framed.numbers))

    def _u_of(self, numbers):
        """One number, or one for each atom, (n_structures, n_sites, 1)."""
        if isinstance(self.u, Real):
            return self.u
        if isinstance(self.u, DebyeModel):
            return self.u.rms_displacement(numbers)[..., None]
        return by_element("ThermalDisplacement's u", self.u, "Å", 0.08)[numbers][..., None]


def displaced(framed, shifts):
    """Move atoms by Cartesian `shifts` [Å], shape (n_structures, n_sites, 3)."""
    shifts = np.where((framed.numbers == 0)[..., None], 0.0, shifts)  # padding stays zero
    frac_coords = framed.frac_coords + shifts @ np.linalg.inv(framed.lattice)
    return replace(framed, frac_coords=frac_coords)
