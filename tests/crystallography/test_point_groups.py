"""The table of the 32 point groups against spglib, pymatgen and the operations themselves."""

import numpy as np
import pytest
import spglib
from pymatgen.symmetry.groups import PG_ABBREV_MAP, PG_SETTINGS_MAP
from pymatgen.symmetry.groups import PointGroup as PymatgenPointGroup
from scipy.spatial.transform import Rotation

from xrdmatch.crystallography import (
    POINT_GROUPS,
    PointGroup,
    as_point_group,
    crystal_system,
    laue_class,
    point_group_operations,
)

SYMBOLS = list(POINT_GROUPS)
LAST_SPACE_GROUP = {  # of each crystal system in the International Tables
    "triclinic": 2,
    "monoclinic": 15,
    "orthorhombic": 74,
    "tetragonal": 142,
    "trigonal": 167,
    "hexagonal": 194,
    "cubic": 230,
}
HEXAGONAL_AXES = np.array([[1, -0.5, 0], [0, np.sqrt(0.75), 0], [0, 0, 1]])  # columns a, b, c


def types_of_space_groups():
    """The first of spglib's settings of each of the 230 space groups."""
    found = {}
    for hall_number in range(1, 531):
        kind = spglib.get_spacegroup_type(hall_number)
        found.setdefault(kind.number, (hall_number, kind))
    return found


TYPES = types_of_space_groups()


def rotations(number):
    """Rotation parts of a space group's operations in the axes of its cell, without repeats."""
    hall_number, _ = TYPES[number]
    return np.unique(spglib.get_symmetry_from_database(hall_number)["rotations"], axis=0)


def as_set(operations):
    return {tuple(np.round(m, 6).ravel() + 0.0) for m in operations}


@pytest.mark.parametrize("number", range(1, 231))
def test_space_groups_have_the_point_groups_that_spglib_says(number):
    _, kind = TYPES[number]
    group = as_point_group(rotations(number))
    assert group is as_point_group(kind.pointgroup_international)
    assert group is as_point_group(kind.pointgroup_schoenflies)
    assert group.order == len(rotations(number))
    assert number <= LAST_SPACE_GROUP[group.crystal_system]
    assert all(
        number > n for n in LAST_SPACE_GROUP.values() if n < LAST_SPACE_GROUP[group.crystal_system]
    )


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_operations_are_those_of_the_standard_setting(symbol):
    name = "P" + {"32": "321", "3m": "3m1", "-3m": "-3m1"}.get(symbol, symbol)
    (number,) = (n for n, (_, kind) in TYPES.items() if kind.international_short == name)
    hexagonal = crystal_system(symbol) in ("trigonal", "hexagonal")
    cell = HEXAGONAL_AXES if hexagonal else np.eye(3)
    expected = cell @ rotations(number) @ np.linalg.inv(cell)
    assert as_set(point_group_operations(symbol)) == as_set(expected)


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_order_and_system_are_those_of_pymatgen(symbol):
    theirs = PymatgenPointGroup(symbol)
    assert POINT_GROUPS[symbol].order == theirs.order == len(point_group_operations(symbol))
    assert crystal_system(symbol) == theirs.crystal_system
    in_cell = np.array([operation.rotation_matrix for operation in theirs.symmetry_ops])
    assert as_point_group(in_cell).symbol == symbol


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_laue_class_is_the_group_with_the_inversion(symbol):
    theirs = np.array([op.rotation_matrix for op in PymatgenPointGroup(symbol).symmetry_ops])
    with_inversion = np.unique(np.concatenate([theirs, -theirs]).round().astype(int), axis=0)
    assert laue_class(symbol) == spglib.get_pointgroup(with_inversion)[0].strip()


def test_there_are_32_point_groups_11_laue_classes_and_7_systems():
    groups = POINT_GROUPS.values()
    assert len(groups) == len({group.schoenflies for group in groups}) == 32
    assert len({group.laue_class for group in groups}) == 11
    assert len({group.crystal_system for group in groups}) == 7
    assert sum(laue_class(symbol) == symbol for symbol in SYMBOLS) == 11


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_operations_form_a_group_of_orthogonal_matrices(symbol):
    operations = point_group_operations(symbol)
    np.testing.assert_array_equal(operations[0], np.eye(3))
    np.testing.assert_allclose(
        operations @ operations.transpose(0, 2, 1), np.tile(np.eye(3), (len(operations), 1, 1)),
        atol=1e-12,
    )  # fmt: skip
    products = np.einsum("aij,bjk->abik", operations, operations).reshape(-1, 3, 3)
    assert as_set(products) == as_set(operations)


def test_mm2_by_hand():
    diagonals = {tuple(np.diag(m)) for m in point_group_operations("mm2")}
    assert diagonals == {(1, 1, 1), (-1, 1, 1), (1, -1, 1), (-1, -1, 1)}


def test_operations_are_handed_out_as_copies():
    point_group_operations("m")[:] = 0
    assert point_group_operations("m")[0, 0, 0] == 1


@pytest.mark.parametrize("symbol", SYMBOLS)
def test_any_axes_tell_the_group(symbol):
    turn = Rotation.from_euler("zxz", [0.3, 1.1, -2.0]).as_matrix()
    shear = np.array([[1.0, 0.4, 0.0], [0.0, 1.3, -0.2], [0.0, 0.0, 0.7]])
    operations = point_group_operations(symbol)[::-1]
    for axes in (np.eye(3)[[1, 2, 0]], turn, shear):
        assert as_point_group(axes @ operations @ np.linalg.inv(axes)).symbol == symbol


@pytest.mark.parametrize(("other", "symbol"), [*PG_SETTINGS_MAP.items(), *PG_ABBREV_MAP.items()])
def test_settings_that_pymatgen_knows(other, symbol):
    assert as_point_group(other).symbol == symbol


@pytest.mark.parametrize(
    ("other", "symbol"),
    [("-62m", "-6m2"), ("m3", "m-3"), ("m3m", "m-3m"), ("3m1", "3m"), ("S6", "-3"), ("Td", "-43m"),
     ("6/m m m", "6/mmm"), ("12/m1", "2/m"), ("321", "32")],
)  # fmt: skip
def test_other_spellings(other, symbol):
    assert as_point_group(other).symbol == symbol


def test_entries_pass_through():
    group = POINT_GROUPS["-42m"]
    assert as_point_group(group) is group
    assert eval(repr(group), {"PointGroup": PointGroup}) == group


@pytest.mark.parametrize("symbol", ["5m", "", "P6/mmm", "6mmm", "?"])
def test_unknown_symbols(symbol):
    with pytest.raises(ValueError, match=r"one of the 32 .*, got '.*'; take one of"):
        as_point_group(symbol)


@pytest.mark.parametrize("group", [6, None, ["m"]])
def test_neither_text_nor_array(group):
    with pytest.raises(TypeError, match=r"must be a symbol .* got .* write the symbol as text"):
        as_point_group(group)


@pytest.mark.parametrize(
    "operations",
    [
        np.eye(3),
        np.zeros((0, 3, 3)),
        point_group_operations("4")[:3],
        np.repeat(np.eye(3)[None], 2, axis=0),
        np.full((1, 3, 3), np.nan),
        Rotation.from_rotvec(np.outer(2 * np.pi / 5 * np.arange(5), [0, 0, 1])).as_matrix(),
    ],
    ids=["one matrix", "none", "not closed", "twice the same", "nan", "five-fold"],
)
def test_operations_that_are_no_point_group(operations):
    with pytest.raises(ValueError, match=r"all those of one of the 32 .* that is none"):
        as_point_group(operations)
