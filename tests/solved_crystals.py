"""Crystals and clean scans of them."""

import numpy as np
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Scan
from xrdmatch.simulation import PowderProfile


def rutile(a=4.594, c=2.959, x=0.305, elements=("Ti", "O")):
    lattice, sites = Lattice.tetragonal(a, c), [[0, 0, 0], [x, x, 0]]
    return Structure.from_spacegroup("P4_2/mnm", lattice, elements, sites)


def perovskite(a=3.905, elements=("Sr", "Ti", "O")):
    sites = [[0, 0, 0], [0.5, 0.5, 0.5], [0.5, 0.5, 0]]
    return Structure.from_spacegroup("Pm-3m", Lattice.cubic(a), elements, sites)


def fluorite(a=5.463, elements=("Ca", "F")):
    return Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(a), elements, [[0, 0, 0], [0.25, 0.25, 0.25]]
    )


def cadmium_iodide():
    lattice, sites = Lattice.hexagonal(4.24, 6.84), [[0, 0, 0], [1 / 3, 2 / 3, 0.249]]
    return Structure.from_spacegroup("P-3m1", lattice, ["Cd", "I"], sites)


def scan_of(structure, counts=None, last=90.0, **changes):
    """A scan of Cu K-alpha; of so many counts at its highest point, noisy, where they are given."""
    options = {"fwhm": 0.1, "background": 0.05} | changes
    profile = PowderProfile(np.arange(15, last, 0.03), **options)
    (scan,) = DiffractionSimulator("powder", "CuKa", profile=profile).transform([structure])
    if counts is None:
        return Scan(scan.two_theta, 1e4 * scan.counts / scan.counts.max(), radiation="CuKa")
    expected = counts * scan.counts / scan.counts.max()
    return Scan(scan.two_theta, np.random.default_rng(0).poisson(expected), radiation="CuKa")
