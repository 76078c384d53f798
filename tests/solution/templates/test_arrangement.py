"""Arrangements do not depend on how a crystal is described, and tell prototypes apart."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch.solution._templates.arrangement import arrangement, equal_groups
from xrdmatch.solution._templates.metals import IS_METAL


def of(structure):
    metals = IS_METAL[np.array(structure.atomic_numbers)]
    return arrangement(structure.lattice.matrix, structure.frac_coords, metals)


def cubic(group, a, elements, second):
    return Structure.from_spacegroup(group, Lattice.cubic(a), elements, [[0, 0, 0], second])


SALT = cubic("Fm-3m", 5.64, ["Na", "Cl"], [0.5, 0.5, 0.5])
BLENDE = cubic("F-43m", 5.41, ["Zn", "S"], [0.25, 0.25, 0.25])
SHIFT = np.array([0.13, 0.4, 0.77])


@pytest.mark.parametrize(
    "same",
    [
        SALT.get_primitive_structure(),
        SALT * (2, 1, 1),
        cubic("Fm-3m", 6.6, ["K", "Br"], [0.5, 0.5, 0.5]),
        Structure(SALT.lattice, SALT.species, SALT.frac_coords + SHIFT),
        Structure(SALT.lattice, SALT.species[::-1], SALT.frac_coords[::-1]),
    ],
)
def test_what_changes_nothing(same):
    np.testing.assert_allclose(of(same), of(SALT), atol=1e-3)


def test_counted_by_hand():
    """Rocksalt has 12 of its own kind at a / sqrt(2), where one atom has a^3 / 8."""
    vector = of(SALT).reshape(3, -1)
    np.testing.assert_allclose(vector[0], vector[2], rtol=1e-4)
    shortest = np.linspace(0.4, 2.5, 25)[vector[1].argmax()]
    assert abs(shortest - 1.0) < 0.05  # a / 2 over the cube root of a^3 / 8


def test_no_atoms():
    assert not arrangement(np.eye(3), np.zeros((0, 3)), np.zeros(0, dtype=bool)).any()


def test_groups_by_hand():
    vectors = np.array([of(s) for s in (SALT, BLENDE, SALT, BLENDE)])
    assert equal_groups(vectors, np.zeros((4, 1))).tolist() == [0, 1, 0, 1]
    assert equal_groups(vectors, np.arange(4)[:, None]).tolist() == [0, 1, 2, 3]
    assert equal_groups(vectors[:0], np.zeros((0, 1))).tolist() == []


def test_zincblende_is_not_wurtzite():
    lattice, sites = Lattice.hexagonal(3.82, 6.26), [[1 / 3, 2 / 3, 0], [1 / 3, 2 / 3, 0.375]]
    wurtzite = Structure.from_spacegroup("P6_3mc", lattice, ["Zn", "S"], sites)
    assert len(set(equal_groups(np.array([of(BLENDE), of(wurtzite)]), np.zeros((2, 1))))) == 2
