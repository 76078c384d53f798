"""Scans of mixtures whose weight fractions are known, with pymatgen's intensities."""

import numpy as np
from powder_scans import GRID, ideal_counts
from pymatgen.analysis.diffraction.xrd import XRDCalculator
from pymatgen.core import Lattice, Structure

from xrdmatch.crystallography import Scan, as_radiation

CUBIC = {"NaCl": 5.64, "KCl": 6.29, "MgO": 4.21, "MnO": 4.44, "LiF": 4.03}


def rocksalt(species, a):
    return Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(a), species, [[0, 0, 0], [0.5, 0.5, 0.5]]
    )


def known_structures():
    """Five rock salts, rutile and tungsten, by name."""
    pairs = [["Na", "Cl"], ["K", "Cl"], ["Mg", "O"], ["Mn", "O"], ["Li", "F"]]
    salts = {name: rocksalt(pair, a) for (name, a), pair in zip(CUBIC.items(), pairs, strict=True)}
    rutile = Structure.from_spacegroup(
        "P4_2/mnm", Lattice.tetragonal(4.594, 2.959), ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]
    )
    tungsten = Structure.from_spacegroup("Im-3m", Lattice.cubic(3.165), ["W"], [[0, 0, 0]])
    return salts | {"TiO2": rutile, "W": tungsten}


def mixed_scan(structures, weights, *, strongest=2e4, background=60.0, seed=0, hump=0.0, name=None):
    """Scan of so much weight of each: a cell scatters by its ``m |F|^2``, weight / mass of them."""
    radiation = as_radiation("CuKa")
    counts = np.zeros_like(GRID)
    for structure, weight in zip(structures, weights, strict=True):
        mass_volume = float(structure.composition.weight) * structure.volume
        counts += weight / mass_volume * _counts(structure, radiation)
    counts = strongest * counts / max(counts.max(), 1e-30) + background
    counts += hump * np.exp(-(((GRID - 25.0) / 5.0) ** 2))
    return Scan(GRID, np.random.default_rng(seed).poisson(counts), radiation=radiation, name=name)


def _counts(structure, radiation):
    peaks = XRDCalculator(radiation.lines[0][0]).get_pattern(
        structure, scaled=False, two_theta_range=(GRID[0], GRID[-1])
    )
    return ideal_counts(peaks.x, peaks.y, radiation)
