"""Space groups of crystals that were built in them."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch.crystallography import crystal_symmetry

CUBIC, HEXAGONAL = Lattice.cubic(5.6), Lattice.hexagonal(4.8, 13.0)


@pytest.mark.parametrize(
    ("symbol", "lattice", "sites", "point_group"),
    [
        ("Fm-3m", CUBIC, [[0, 0, 0], [0.5, 0.5, 0.5]], "m-3m"),
        ("F-43m", CUBIC, [[0, 0, 0], [0.25, 0.25, 0.25]], "-43m"),
        ("R-3c", HEXAGONAL, [[0, 0, 0.352], [0.306, 0, 0.25]], "-3m"),
        ("P4_2/mnm", Lattice.tetragonal(4.6, 2.96), [[0, 0, 0], [0.305, 0.305, 0]], "4/mmm"),
        ("P2_1/c", Lattice.monoclinic(5, 6, 7, 100), [[0.1, 0.2, 0.3], [0.4, 0.7, 0.1]], "2/m"),
    ],
)
def test_groups_that_crystals_were_built_in(symbol, lattice, sites, point_group):
    crystal = Structure.from_spacegroup(symbol, lattice, ["Al", "O"], sites)
    assert crystal_symmetry(crystal) == (symbol, point_group)
    assert crystal_symmetry(crystal.get_primitive_structure()) == (symbol, point_group)


def test_sites_that_are_mixed_alike_are_of_one_kind():
    """An ordered alloy of two such mixtures keeps the symmetry of the two."""
    first, second = {"Cu": 0.5, "Au": 0.5}, {"Cu": 0.25, "Au": 0.75}
    ordered = Structure(CUBIC, [first, second], [[0, 0, 0], [0.5, 0.5, 0.5]])
    assert crystal_symmetry(ordered).space_group == "Pm-3m"
    alike = Structure(CUBIC, [first, first], [[0, 0, 0], [0.5, 0.5, 0.5]])
    assert crystal_symmetry(alike).space_group == "Im-3m"


def test_no_symmetry_is_said_and_not_raised():
    coords = [[0, 0, 0], [0, 0, 0.001]]
    on_top = Structure(Lattice.cubic(3), ["H", "H"], coords, validate_proximity=False)
    assert crystal_symmetry(on_top) == ("?", "?")


def test_any_origin():
    crystal = Structure.from_spacegroup("Fm-3m", CUBIC, ["Na", "Cl"], [[0, 0, 0], [0.5] * 3])
    moved = Structure(CUBIC, crystal.species, crystal.frac_coords + np.array([0.1, 0.27, 0.33]))
    assert crystal_symmetry(moved) == crystal_symmetry(crystal)
