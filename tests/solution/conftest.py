"""Crystals that tests of templates share."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from solved_crystals import cadmium_iodide, fluorite, rutile, scan_of
from solved_crystals import perovskite as strontium_titanate

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Scan
from xrdmatch.simulation import PowderProfile
from xrdmatch.solution import TemplateLibrary


def benzene(lattice, centre=(0.5, 0.5, 0.5), turned=0.0):
    """A crystal of one benzene molecule, turned about c [degrees]."""
    angles = np.radians(60 * np.arange(6) + turned)
    ring = np.column_stack([np.cos(angles), np.sin(angles), 0 * angles])
    points = np.vstack([1.39 * ring, 2.48 * ring]) + lattice.get_cartesian_coords(centre)
    return Structure(lattice, ["C"] * 6 + ["H"] * 6, points, coords_are_cartesian=True)


def rocksalt(a, *elements):
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    return Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), elements, sites)


def zincblende(a, *elements):
    sites = [[0, 0, 0], [0.25, 0.25, 0.25]]
    return Structure.from_spacegroup("F-43m", Lattice.cubic(a), elements, sites)


def perovskite(a, *elements):
    sites = [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0]]
    return Structure.from_spacegroup("Pm-3m", Lattice.cubic(a), elements, sites)


def prototypes():
    """Structures of well-known kinds, of several sizes and elements."""
    return [
        *(rocksalt(5.64, "Na", "Cl"), rocksalt(6.60, "K", "Br")),
        *(rocksalt(4.21, "Mg", "O"), rocksalt(4.03, "Li", "F")),
        *(zincblende(5.41, "Zn", "S"), zincblende(5.45, "Ga", "P")),
        *(perovskite(3.905, "Sr", "Ti", "O"), perovskite(3.99, "K", "Mg", "F")),
        *(Structure.from_prototype("fcc", [e], a=a) for e, a in (("Cu", 3.61), ("Ag", 4.09))),
        benzene(Lattice.orthorhombic(7.4, 9.4, 6.8)),
    ]


@pytest.fixture(scope="session")
def salt():
    """Function of a and two elements."""
    return rocksalt


@pytest.fixture(scope="session")
def crystals():
    return prototypes()


@pytest.fixture(scope="session")
def library(crystals):
    names = [f"crystal {i}" for i in range(len(crystals))]
    return TemplateLibrary(random_state=0).fit(crystals, labels=names)


@pytest.fixture(scope="session")
def noisy_scans():
    """Function of structures: scans with both lines, a background, and noise of counting."""
    x = np.arange(10, 90, 0.02)
    profile = PowderProfile(x, fwhm=0.1, background=(0.02,))
    simulator = DiffractionSimulator("powder", "CuKa", profile=profile)
    rng = np.random.default_rng(0)

    def scans(structures):
        drawn = simulator.transform(structures)
        counts = (rng.poisson(1e4 * s.counts / s.counts.max()).astype(float) for s in drawn)
        return [Scan(x, c, radiation="CuKa") for c in counts]

    return scans


@pytest.fixture(scope="session")
def flat_scan():
    """Noise of counting and nothing else."""
    x = np.arange(10, 60, 0.02)
    counts = np.random.default_rng(0).poisson(100, len(x)).astype(float)
    return Scan(x, counts, radiation="CuKa")


@pytest.fixture(scope="session")
def crystal_library():
    """Four structure types of AB2, of which none is a fluoride of manganese, and a perovskite."""
    return {
        "rutile": rutile(),
        "fluorite": fluorite(),
        "CdI2": cadmium_iodide(),
        "perovskite": strontium_titanate(),
    }


@pytest.fixture(scope="session")
def manganese_fluoride():
    return rutile(4.8738, 3.3107, 0.305, ("Mn", "F"))


@pytest.fixture(scope="session")
def scan(manganese_fluoride):
    return scan_of(manganese_fluoride, counts=5000)
