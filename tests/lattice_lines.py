"""Lines that a lattice has, by its metric alone, and cells to take them from."""

import itertools

import numpy as np
from pymatgen.core import Lattice

from xrdmatch.solution._cells.lines import Lines

WAVELENGTH = 1.5405929  # [Å]

# Conventional axes and what may be added to each point of them.
CENTRINGS = {
    "P": [(0, 0, 0)],
    "C": [(0, 0, 0), (0.5, 0.5, 0)],
    "I": [(0, 0, 0), (0.5, 0.5, 0.5)],
    "F": [(0, 0, 0), (0, 0.5, 0.5), (0.5, 0, 0.5), (0.5, 0.5, 0)],
    "R": [(0, 0, 0), (2 / 3, 1 / 3, 1 / 3), (1 / 3, 2 / 3, 2 / 3)],
}
LATTICES = {
    ("cubic", "P"): Lattice.cubic(6.3),
    ("cubic", "I"): Lattice.cubic(9.1),
    ("cubic", "F"): Lattice.cubic(10.4),
    ("hexagonal", "P"): Lattice.hexagonal(5.1, 8.2),
    ("trigonal", "R"): Lattice.hexagonal(5.03, 13.8),
    ("tetragonal", "P"): Lattice.tetragonal(5.4, 7.9),
    ("tetragonal", "I"): Lattice.tetragonal(5.4, 10.9),
    ("orthorhombic", "P"): Lattice.orthorhombic(5.1, 6.2, 7.7),
    ("orthorhombic", "C"): Lattice.orthorhombic(6.3, 9.8, 5.2),
    ("orthorhombic", "I"): Lattice.orthorhombic(5.6, 7.1, 8.8),
    ("orthorhombic", "F"): Lattice.orthorhombic(8.1, 10.3, 12.2),
    ("monoclinic", "P"): Lattice.monoclinic(5.2, 6.3, 7.4, 103.2),
    ("monoclinic", "C"): Lattice.monoclinic(9.7, 8.4, 5.3, 107.1),
    ("triclinic", "P"): Lattice.from_parameters(5.1, 6.0, 7.2, 94.3, 101.2, 106.7),
}


def two_theta_of(lattice, centring="P", n_lines=20, reach=8):
    """Angles of the first different reflections that the centring leaves [degrees]."""
    hkl = np.array(list(itertools.product(range(-reach, reach + 1), repeat=3)))
    waves = np.exp(2j * np.pi * hkl @ np.array(CENTRINGS[centring]).T).sum(1)
    q = np.linalg.norm(hkl @ lattice.inv_matrix.T, axis=1)
    q = q[(np.abs(waves) > 0.5) & (q > 0)]
    two_theta = 2 * np.degrees(np.arcsin(q[q < 1.2] * WAVELENGTH / 2))
    return np.unique(two_theta.round(6))[:n_lines]


def lines_at(two_theta, sigma=0.004):
    two_theta = np.asarray(two_theta, float)
    shape = len(two_theta)
    return Lines(two_theta, np.full(shape, sigma), np.ones(shape), WAVELENGTH)


def primitive_volume(lattice, centring):
    return lattice.volume / len(CENTRINGS[centring])
