"""Zone axes: one of each set that is alike, short rows first."""

import itertools

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

from xrdmatch.crystallography import zone_axes, zone_layers

SALT = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0] * 3, [0.5] * 3])
ZINC = Structure.from_spacegroup(
    "P6_3/mmc", Lattice.hexagonal(2.66, 4.95), ["Zn"], [[1 / 3, 2 / 3, 0.25]]
)
RUTILE = Structure.from_spacegroup(
    "P4_2/mnm", Lattice.tetragonal(4.59, 2.96), ["Ti", "O"], [[0, 0, 0], [0.305, 0.305, 0]]
)


def all_axes(largest):
    numbers = itertools.product(range(-largest, largest + 1), repeat=3)
    return [uvw for uvw in numbers if any(uvw) and np.gcd.reduce(uvw) == 1]


def orbit(crystal, uvw):
    """The axis, its opposite, and all that the point group makes of them, by pymatgen."""
    operations = SpacegroupAnalyzer(crystal).get_point_group_operations(cartesian=False)
    images = [tuple(np.round(o.rotation_matrix @ uvw).astype(int).tolist()) for o in operations]
    return {*images, *(tuple(-n for n in image) for image in images)}


@pytest.mark.parametrize("crystal", [SALT, ZINC, RUTILE], ids=["salt", "zinc", "rutile"])
@pytest.mark.parametrize("largest", [1, 2, 3])
def test_orbits_of_the_axes_cover_all_without_overlap(crystal, largest):
    orbits = [orbit(crystal, uvw) for uvw in zone_axes(crystal, largest)]
    for one, other in itertools.combinations(orbits, 2):
        assert not one & other
    assert set(all_axes(largest)) <= set().union(*orbits)


def test_no_symmetry_but_friedels_law():
    crystal = Structure(
        Lattice.from_parameters(4, 5, 6, 80, 95, 110), ["C", "O"], [[0, 0, 0], [0.1, 0.2, 0.3]]
    )
    assert len(zone_axes(crystal)) == len(all_axes(2)) / 2


def test_short_rows_come_first():
    assert zone_axes(RUTILE, 1) == [(0, 0, 1), (1, 0, 0), (1, 0, 1), (1, 1, 0), (1, 1, 1)]
    assert zone_axes(SALT, 1) == [(1, 1, 0), (1, 0, 0), (1, 1, 1)]  # [1 1 0] is halved


def test_a_supercell_has_the_symmetry_of_its_crystal():
    """In axes (2a, b, c) of a cubic crystal [1 0 0] and [0 1 0] are alike, [1 1 0] is [2 1 0]."""
    cubic = Structure(Lattice.cubic(3), ["Po"], [[0, 0, 0]])
    axes = zone_axes(cubic * (2, 1, 1), 1)
    assert axes == [(1, 0, 0), (0, 1, 1), (1, 1, 0), (1, 1, 1)]


def test_layers_say_which_axis_they_are_of():
    layers = zone_layers(RUTILE, 2)
    assert [layer.properties["zone_axis"] for layer in layers] == zone_axes(RUTILE, 2)
    assert layers[0].properties["name"] == "TiO2 [0 0 1]"


@pytest.mark.parametrize("max_index", [0, 1.5, None])
def test_how_far_indices_go(max_index):
    with pytest.raises(ValueError, match=r"max_index must be a whole number of at least 1, got"):
        zone_axes(SALT, max_index)
