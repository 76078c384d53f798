"""Displacements that space groups allow."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from solved_crystals import cadmium_iodide, fluorite, perovskite, rutile

from xrdmatch.refinement import site_modes


def quartz():
    sites = [[0.4697, 0, 2 / 3], [0.4133, 0.2672, 0.7855]]
    return Structure.from_spacegroup("P3_221", Lattice.hexagonal(4.913, 5.405), ["Si", "O"], sites)


def wurtzite():
    """Polar along c: of two free heights one is the origin's."""
    sites = [[1 / 3, 2 / 3, 0], [1 / 3, 2 / 3, 0.382]]
    return Structure.from_spacegroup("P6_3mc", Lattice.hexagonal(3.25, 5.207), ["Zn", "O"], sites)


@pytest.mark.parametrize(
    ("crystal", "n_free", "number"),
    [
        (rutile(), 1, 136),
        (perovskite(), 0, 221),
        (fluorite(), 0, 225),
        (cadmium_iodide(), 1, 164),
        (quartz(), 4, 154),
        (wurtzite(), 1, 186),
    ],
)
def test_as_many_as_the_international_tables_say(crystal, n_free, number):
    found = site_modes(crystal)
    assert (len(found.modes), found.space_group) == (n_free, number)
    primitive = crystal.get_primitive_structure()
    assert len(site_modes(primitive).modes) == n_free


@pytest.mark.parametrize("crystal", [rutile(), quartz(), cadmium_iodide()])
def test_moved_atoms_keep_the_space_group(crystal):
    found = site_modes(crystal)
    moved = np.tensordot(np.linspace(0.03, 0.07, len(found.modes)), found.modes, 1)
    coords = crystal.cart_coords + moved
    after = Structure(crystal.lattice, crystal.species, coords, coords_are_cartesian=True)
    assert site_modes(after).space_group == found.space_group


def test_each_mode_moves_the_atoms_of_one_orbit_by_one():
    modes = site_modes(quartz()).modes
    lengths = np.linalg.norm(modes, axis=2)
    assert ((np.abs(lengths - 1) < 1e-9) | (lengths < 1e-9)).all()
    silicon = np.array([site.specie.symbol == "Si" for site in quartz()])
    for row in lengths > 0.5:
        assert (row == silicon).all() or (row == ~silicon).all()


def test_without_symmetry_all_but_the_origin_is_free():
    rng = np.random.default_rng(0)
    crystal = Structure(
        Lattice.from_parameters(4, 5, 6, 80, 95, 103),
        ["Na", "Cl", "O", "F"],
        rng.uniform(size=(4, 3)),
    )
    assert len(site_modes(crystal).modes) == 3 * 4 - 3
