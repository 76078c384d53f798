"""Scans of powders as a diffractometer would take them, each under conditions of its own."""

import numpy as np
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Scan, strain_basis
from xrdmatch.simulation import PowderProfile, random_conditions

RADIATION = "CuKa"
Q_MAX = 0.95  # 1/Å
RADIUS = 240.0  # mm
STEPS = (0.01, 0.02, 0.03)  # degrees


def simulated_scans(structures, seed):
    """One noisy scan of each structure, by the simulator and not by what towers learn from."""
    rng = np.random.RandomState(seed)
    drawn = random_conditions(len(structures), Q_MAX, rng)
    rows = (type(drawn)(*values) for values in zip(*drawn, strict=True))
    return [scan_of(s, c, rng) for s, c in zip(structures, rows, strict=True)]


def scan_of(structure, conditions, rng):
    """Simulate one structure under its conditions, with counting noise and foreign peaks."""
    profile = profile_of(conditions, rng)
    simulator = DiffractionSimulator(
        "powder", RADIATION, b_iso=1.0 + conditions.b_iso, profile=profile
    )
    (ideal,) = simulator.transform([strained(structure, conditions.strain)])
    expected = ideal.counts / ideal.counts.max() + foreign(conditions, profile, rng)
    expected = conditions.counts * (expected + conditions.background)
    return Scan(ideal.two_theta, rng.poisson(expected), radiation=RADIATION)


def strained(structure, strain):
    """The structure with another cell of the same crystal system."""
    basis = strain_basis(structure.lattice.matrix)
    change = np.eye(3) - np.tensordot(strain[: len(basis)], basis, 1)  # of real space
    cell = Lattice(structure.lattice.matrix @ change)
    return Structure(cell, structure.species_and_occu, structure.frac_coords)


def profile_of(conditions, rng):
    ends = np.degrees(2 * np.arcsin(np.array([conditions.q_low, conditions.q_high]) * 1.5406 / 2))
    return PowderProfile(
        np.arange(*ends, rng.choice(STEPS)),
        fwhm=conditions.fwhm,
        eta=conditions.eta,
        size=conditions.size,
        strain=conditions.microstrain,
        texture=conditions.texture,
        texture_axis=tuple(np.eye(3, dtype=int)[rng.randint(3)]),
        zero_shift=conditions.zero_shift,
        displacement=np.radians(conditions.displacement) * RADIUS / 2,
        goniometer_radius=RADIUS,
    )


def foreign(conditions, profile, rng):
    """Peaks of something else."""
    x = profile.two_theta
    centres = rng.uniform(x[0], x[-1], conditions.n_spurious)
    heights = np.exp(rng.uniform(np.log(0.003), np.log(0.1), conditions.n_spurious))
    gauss = np.exp(-4 * np.log(2) * ((x - centres[:, None]) / (2 * conditions.fwhm)) ** 2)
    return heights @ gauss
