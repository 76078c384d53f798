"""Intensities and their derivatives."""

import numpy as np
import pytest
from solved_crystals import fluorite, perovskite, rutile

from xrdmatch import DiffractionSimulator
from xrdmatch.refinement import site_modes
from xrdmatch.refinement._site_reflections import families, scatterers, strengths
from xrdmatch.simulation import powder_reflections


def prepared(crystal, reach=0.6, b_iso=0.8):
    symmetry = site_modes(crystal)
    found = families(crystal.lattice.matrix, symmetry.rotations, reach)
    numbers = np.array([site.specie.Z for site in crystal])
    return scatterers(numbers, symmetry.modes, found, "xray", b_iso), symmetry


@pytest.mark.parametrize("crystal", [rutile(), perovskite(), fluorite()])
def test_strengths_are_those_of_the_simulator(crystal):
    atoms, _ = prepared(crystal)
    strength, _ = strengths(crystal.frac_coords, atoms)
    length = np.linalg.norm(atoms.families.q, axis=1)
    simulator = DiffractionSimulator("powder", wavelength=1.0, q_max=0.6, b_iso=0.8)
    (wanted,) = powder_reflections([crystal], simulator)
    sums = [strength[np.abs(length - q) < 1e-6].sum() for q in wanted.q]
    assert sums == pytest.approx(wanted.strength, rel=1e-6)


def test_multiplicities_of_a_cubic_crystal():
    crystal = perovskite()
    found = families(crystal.lattice.matrix, site_modes(crystal).rotations, 1.0)
    known = {(1, 0, 0): 6, (1, 1, 0): 12, (1, 1, 1): 8, (2, 1, 0): 24, (3, 2, 1): 48}
    rows = {
        tuple(sorted(map(abs, hkl)))[::-1]: n
        for hkl, n in zip(found.hkl.tolist(), found.multiplicity, strict=True)
    }
    assert {hkl: rows[hkl] for hkl in known} == known


def test_slopes_are_differences():
    crystal = rutile()
    atoms, symmetry = prepared(crystal)
    step = 1e-4  # Å
    off = step * symmetry.modes[0] @ np.linalg.inv(crystal.lattice.matrix)
    above, below = (strengths(crystal.frac_coords + s * off, atoms)[0] for s in (1, -1))
    _, slopes = strengths(crystal.frac_coords, atoms)
    assert slopes[0] == pytest.approx((above - below) / (2 * step), rel=1e-4, abs=1e-3)
