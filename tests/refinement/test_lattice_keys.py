"""Lattices by which layers are found: reduced, coarser where spots are weak, and their symmetry."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from turned_patterns import SIMULATOR

from xrdmatch.refinement._lattice_keys import (
    CHANGES,
    HELD,
    SUBLATTICES,
    joined_keys,
    lattice_keys,
    reduced,
)
from xrdmatch.refinement._spot_table import spot_table
from xrdmatch.simulation import check_settings

RECTANGLE = Lattice.orthorhombic(3.0, 4.3, 20)
SQUARE = Lattice.tetragonal(4.0, 20)
HEXAGON = Lattice.hexagonal(3.2, 20)
OBLIQUE = Lattice.from_parameters(3.0, 4.3, 20, 90, 90, 101)
RHOMBUS = Lattice.from_parameters(4.0, 4.0, 20, 90, 90, 105)


def layer(lattice, sites):
    """Flat layer of sites {element: list of (x, y)}."""
    flat = [(element, [x, y, 0.5]) for element, places in sites.items() for x, y in places]
    return Structure(lattice, *zip(*flat, strict=True))


def turned_about(places, axis):
    """Orbit of (x, y) under the rotations of order 3 or 4 about the origin of a lattice."""
    turn = {3: np.array([[0, -1], [1, -1]]), 4: np.array([[0, -1], [1, 0]])}[axis]
    return [np.linalg.matrix_power(turn, i) @ places for i in range(axis)]


# By the Laue class of the plane: half the number of its operations, as q and -q are one.
MULTIPLICITIES = {
    "p2": (1, layer(OBLIQUE, {"Mo": [(0, 0)], "S": [(0.21, 0.34)]})),
    "p2mm": (2, layer(RECTANGLE, {"Mo": [(0, 0)], "S": [(0.5, 0.21), (0.5, 0.79)]})),
    "p2 in a rectangle": (1, layer(RECTANGLE, {"Mo": [(0, 0)], "S": [(0.21, 0.34)]})),
    "c2mm": (2, layer(RHOMBUS, {"Mo": [(0, 0)], "S": [(0.3, 0.3)]})),
    "p4": (2, layer(SQUARE, {"Mo": [(0, 0)], "S": turned_about((0.13, 0.29), 4)})),
    "p4mm": (4, layer(SQUARE, {"Mo": [(0, 0)], "S": [(0.5, 0.5)]})),
    "p3": (3, layer(HEXAGON, {"Mo": [(0, 0)], "S": turned_about((0.13, 0.29), 3)})),
    "p6mm": (6, layer(HEXAGON, {"C": [(1 / 3, 2 / 3), (2 / 3, 1 / 3)]})),
    "p3m1": (6, layer(HEXAGON, {"B": [(1 / 3, 2 / 3)], "N": [(2 / 3, 1 / 3)]})),
}


def table_of(structures):
    return spot_table(structures, check_settings(SIMULATOR))


def keys_of(*structures):
    return lattice_keys(table_of(list(structures)))


def names(matrices):
    """Name the matrices of each pair M and -M."""
    return [max(tuple(m.ravel()), tuple(-m.ravel())) for m in np.asarray(matrices)]


@pytest.fixture(scope="module")
def table(layers):
    return table_of(layers)


@pytest.fixture(scope="module")
def keys(table):
    return lattice_keys(table)


def test_there_are_twenty_changes_and_fifteen_sublattices():
    """Of index 1, 2, 3 and 4: as many as the sums of the divisors, 1, 3, 4 and 7."""
    assert CHANGES.shape == (20, 2, 2)
    assert set(np.abs(np.rint(np.linalg.det(CHANGES)))) == {1}
    assert len(set(names(CHANGES))) == 20
    index = [round(np.linalg.det(m)) for m in SUBLATTICES]
    assert [index.count(n) for n in (1, 2, 3, 4)] == [1, 3, 4, 7]


def test_reduction_keeps_the_lattice():
    rng = np.random.default_rng(0)
    bases = rng.normal(size=(300, 2, 2))
    one = np.broadcast_to(np.eye(2, dtype=int), bases.shape)
    short, change = reduced(bases, one)
    np.testing.assert_allclose(short, change @ bases)
    assert set(np.abs(np.rint(np.linalg.det(change)))) == {1}


def test_reduced_axes_are_the_shortest():
    rng = np.random.default_rng(1)
    bases = rng.normal(size=(100, 2, 2))
    short, _ = reduced(bases, np.zeros(bases.shape, int))
    square = (short**2).sum(2)
    assert (square[:, 0] <= square[:, 1] * (1 + 1e-6)).all()
    assert (2 * np.abs((short[:, 0] * short[:, 1]).sum(1)) <= square[:, 0] * (1 + 1e-6)).all()


def test_every_entry_has_its_own_lattice(keys, table, layers):
    entries, own = np.unique(keys.entry, return_index=True)
    assert entries.tolist() == list(range(len(layers)))
    assert (np.diff(keys.entry) >= 0).all()
    assert set(np.abs(np.rint(np.linalg.det(keys.change[own])))) == {1}
    np.testing.assert_allclose(keys.basis, keys.change @ table.reciprocal[keys.entry], atol=1e-12)


def test_keys_hold_nearly_all_intensity(keys, table):
    """Sublattices of index 2 to 4 that hold more than 93 % are keys, no others."""
    weight = np.nan_to_num(table.typical[0])
    pairs = zip(keys.entry, keys.change, strict=True)
    found = {(entry, round(abs(np.linalg.det(m)))) for entry, m in pairs}
    for entry in range(len(table)):
        own = table.owners == entry
        for sub in SUBLATTICES[1:]:
            inside = table.hk[own] @ np.linalg.inv(sub)
            on = np.isclose(inside, np.rint(inside)).all(1)
            if weight[own][on].sum() > HELD * weight[own].sum():
                assert (entry, round(np.linalg.det(sub))) in found
    for entry, change in zip(keys.entry, keys.change, strict=True):
        own = table.owners == entry
        inside = table.hk[own] @ np.linalg.inv(change)
        on = np.isclose(inside, np.rint(inside)).all(1)
        assert weight[own][on].sum() > HELD * weight[own].sum()


def test_a_repeated_cell_is_found_by_the_small_one():
    cell = MULTIPLICITIES["p2"][1]
    single, double = keys_of(cell), keys_of(cell * (2, 1, 1))
    index = np.abs(np.rint(np.linalg.det(double.change)))
    assert sorted(index) == [1, 2]
    (coarse,) = np.abs(np.linalg.det(double.basis[index == 2]))
    assert coarse == pytest.approx(abs(np.linalg.det(single.basis[0])))
    np.testing.assert_allclose(
        np.linalg.norm(double.basis[index == 2], axis=2),
        np.linalg.norm(single.basis, axis=2),
    )


@pytest.mark.parametrize("group", MULTIPLICITIES)
def test_multiplicity_of_plane_groups(group):
    multiplicity, structure = MULTIPLICITIES[group]
    assert keys_of(structure).multiplicity[0] == multiplicity


@pytest.mark.parametrize("group", MULTIPLICITIES)
def test_every_change_is_one_setting_times_a_symmetry(group):
    """And no two settings are the same by symmetry."""
    keys = keys_of(MULTIPLICITIES[group][1])
    symmetry = [g for g in CHANGES if _leaves_intensities(group, keys, g)]
    assert len(symmetry) == keys.multiplicity[0]
    orbits = [set(names(m @ np.array(symmetry))) for m in CHANGES[keys.settings[0]]]
    assert set(names(CHANGES)) <= set.union(*orbits)
    assert sum(map(len, orbits)) == len(set.union(*orbits))


def _leaves_intensities(group, keys, g):
    """Compare the simulator's intensities at hk and at hk g, in the key's axes."""
    pattern = SIMULATOR.transform([MULTIPLICITIES[group][1]])[0]
    at = {tuple(hkl[:2]): x for hkl, x in zip(pattern.hkl.tolist(), pattern.intensity, strict=True)}
    small = [m for m in np.ndindex(5, 5) if m != (2, 2)]
    for hk in (np.array(small) - 2).tolist():
        first = tuple(np.array(hk) @ keys.change[0])
        second = tuple(np.array(hk) @ g @ keys.change[0])
        both = [at.get(tuple(map(int, x)), 0.0) for x in (first, second)]
        if abs(both[0] - both[1]) > 1e-3 * pattern.intensity.max():
            return False
    return True


def test_joined_keys_are_those_of_both(layers, keys):
    parts = [lattice_keys(table_of(part)) for part in (layers[:15], layers[15:])]
    joined = joined_keys(*parts, 15)
    for name in ("entry", "change", "basis", "settings", "multiplicity"):
        np.testing.assert_array_equal(getattr(joined, name), getattr(keys, name), name)


def test_settings_are_listed_by_area(keys):
    key, change, bases = keys.tried
    assert len(key) == keys.settings.sum()
    np.testing.assert_allclose(bases, CHANGES[change] @ keys.basis[key])
    areas, order = keys.area
    assert (np.diff(areas) >= 0).all()
    np.testing.assert_allclose(areas, np.abs(np.linalg.det(keys.basis[key[order]])))
