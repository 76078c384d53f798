"""Displacements that know the forces: snapshots of a Langevin run."""

import warnings
from dataclasses import dataclass, field
from numbers import Integral
from types import SimpleNamespace
from typing import Any

import numpy as np

from xrdmatch.simulation._perturbation.crystal_effects import displaced
from xrdmatch.simulation._perturbation.effect import CrystalEffect, check_numbers


@dataclass(frozen=True, repr=False)
class MolecularDynamics(CrystalEffect):
    """Displacement of the atoms as in a snapshot of a Langevin run [1]_.

    Every layer starts at its ideal positions with velocities of the temperature and moves for
    `n_equilibration` steps; where its atoms are then, less the drift of the centre of mass, is
    the snapshot. The cell is periodic along all three axes and stays as it is, so that only
    motions with its own period show; an ideal structure off the calculator's minimum relaxes on
    the way. Needs ase. A layer that the calculator cannot treat, or that has sites with mixed
    species, stays ideal, and a warning names it.

    Parameters
    ----------
    calculator : ase Calculator or callable
        What gives the forces, or what makes one when called without arguments, for example a class.
    temperature : float, default=300.0
        Temperature [K].
    time_step : float, default=1.0
        Time step [fs].
    n_equilibration : int, default=500
        Number of steps before the snapshot.
    friction : float, default=0.01
        Friction of the thermostat [1/fs]; the run forgets its start within a few times the
        inverse.

    See Also
    --------
    ThermalDisplacement
        Displacement of every atom by N(0, u) along x, y and z: harmonic motion, each on its own.
    Strain : Deformation of the layer in its plane, I + N(0, sigma) on all four components.
    Perturbation : How a query differs from the ideal crystal: effects, applied one after the other.

    Notes
    -----
    Severity multiplies the displacement; the run itself is always at `temperature`, and layers of
    severity 0 have none.

    References
    ----------
    .. [1] Vanden-Eijnden and Ciccotti, Chem. Phys. Lett. 429, 310 (2006).

    Examples
    --------
    >>> from ase.calculators.emt import EMT
    >>> from xrdmatch.simulation import IntensityNoise, MolecularDynamics, Perturbation
    >>> Perturbation(MolecularDynamics(EMT, temperature=600), IntensityNoise())
    Perturbation(MolecularDynamics(EMT, temperature=600.0, time_step=1.0, n_equilibration=500,
                                   friction=0.01), IntensityNoise(sigma=0.15))
    """

    calculator: Any = field(hash=False)
    temperature: float = 300.0
    time_step: float = 1.0
    n_equilibration: int = 500
    friction: float = 0.01

    def __post_init__(self):
        check_numbers(self, "temperature", "time_step", "friction")
        if not isinstance(self.n_equilibration, Integral) or self.n_equilibration < 1:
            raise ValueError(
                "n_equilibration must be a whole number of at least 1, got "
                f"{self.n_equilibration!r}; give 500, for example."
            )

    def __repr__(self):
        name = getattr(self.calculator, "__name__", f"{type(self.calculator).__name__}()")
        return (
            f"MolecularDynamics({name}, temperature={self.temperature}, time_step="
            f"{self.time_step}, n_equilibration={self.n_equilibration}, friction={self.friction})"
        )

    def __call__(self, framed, severity, rng):
        ase, shifts, failed = _import_ase(), np.zeros(framed.frac_coords.shape), []
        for i in np.flatnonzero(severity):
            atoms = _atoms(framed, i, ase)
            try:
                _check_ordered(framed.occupancy[i, framed.numbers[i] > 0])
                shifts[i, framed.numbers[i] > 0] = self._snapshot(atoms, ase, rng)
            except Exception as error:  # calculators raise whatever they like
                failed.append(f"{atoms.get_chemical_formula()} ({type(error).__name__}: {error})")
        if failed:
            _warn_of(failed, len(framed))
        return displaced(framed, severity[:, None, None] * shifts)

    def _snapshot(self, atoms, ase, rng):
        """Displacement of each atom from its start [Å], shape (n_atoms, 3)."""
        atoms.calc = self.calculator() if callable(self.calculator) else self.calculator
        start = atoms.get_positions()
        spread = np.sqrt(atoms.get_masses() * ase.kB * self.temperature)[:, None]
        atoms.set_momenta(spread * rng.standard_normal(start.shape))  # Maxwell and Boltzmann's
        ase.langevin(
            atoms,
            self.time_step * ase.fs,
            temperature_K=self.temperature,
            friction=self.friction / ase.fs,
            fixcm=False,
            rng=rng,
        ).run(self.n_equilibration)
        return _without_drift(atoms.get_positions() - start, atoms.get_masses())


def _atoms(framed, i, ase):
    """One row of the table as ASE Atoms without the padding."""
    present = framed.numbers[i] > 0
    return ase.atoms(
        framed.numbers[i, present],
        scaled_positions=framed.frac_coords[i, present],
        cell=framed.lattice[i],
        pbc=True,
    )


def _check_ordered(occupancy):
    if not np.allclose(occupancy, 1):
        raise ValueError("sites with mixed species have no forces")


def _without_drift(shifts, masses):
    if not np.isfinite(shifts).all():
        raise FloatingPointError("the run blew up; shorten the time step")
    return shifts - np.average(shifts, axis=0, weights=masses)


def _warn_of(failed, n_layers):
    warnings.warn(
        f"MolecularDynamics left {len(failed)} of {n_layers} layers ideal, since it could not "
        f"move them: {'; '.join(failed)}.",
        stacklevel=2,
    )


def _import_ase():
    try:
        from ase import Atoms
        from ase.md.langevin import Langevin
        from ase.units import fs, kB
    except ImportError as error:
        raise ImportError(
            "MolecularDynamics needs ase; install it with `pip install xrdmatch[md]`"
        ) from error
    return SimpleNamespace(atoms=Atoms, langevin=Langevin, fs=fs, kB=kB)
