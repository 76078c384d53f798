"""Atoms that come too near."""

import numpy as np
import pytest
from solved_crystals import fluorite, rutile

from xrdmatch.refinement import site_modes
from xrdmatch.refinement._contacts import contact_cost, contacts, covalent_radii


def pairs_of(crystal):
    numbers = np.array([site.specie.Z for site in crystal])
    return contacts(crystal.lattice.matrix, crystal.frac_coords, numbers)


def cost_of(crystal, coords=None):
    coords = crystal.frac_coords if coords is None else coords
    modes = site_modes(crystal).modes
    return contact_cost(crystal.lattice.matrix, coords, modes, pairs_of(crystal))


def test_usual_distances_cost_nothing():
    for crystal in (rutile(), fluorite()):
        cost, slope, curvature = cost_of(crystal)
        assert cost == 0
        assert not slope.any()
        assert not curvature.any()


def test_a_short_distance_costs_its_square():
    crystal = rutile(x=0.2)
    cost, _, _ = cost_of(crystal)
    near = 0.75 * covalent_radii()[[22, 8]].sum() - 0.2 * 2**0.5 * 4.594
    assert near > 0
    assert cost >= 4 * (near / 0.1) ** 2 - 1e-6  # each oxygen and its titanium, and O-O at most


def test_the_slope_is_a_difference():
    crystal = rutile(x=0.2)
    modes = site_modes(crystal).modes
    off = 1e-5 * modes[0] @ np.linalg.inv(crystal.lattice.matrix)
    pairs, lattice = pairs_of(crystal), crystal.lattice.matrix
    above, below = (
        contact_cost(lattice, crystal.frac_coords + s * off, modes, pairs)[0] for s in (1, -1)
    )
    _, slope, _ = cost_of(crystal)
    assert -2 * slope[0] == pytest.approx((above - below) / 2e-5, rel=1e-4)
