"""Symbols as they are written: every one finds its setting, and no other."""

import gemmi
import numpy as np
import pytest
import spglib

from xrdmatch.io._cif.space_group_names import settings_named, settings_numbered


def names(symbol):
    return [[group.xhm() for group in tier] for tier in settings_named(symbol)]


def test_every_setting_is_found_by_its_own_symbol():
    for group in gemmi.spacegroup_table():
        assert names(group.xhm())[0] == [group.xhm()]


def test_without_its_choice_a_symbol_stands_for_all_of_them():
    for group in gemmi.spacegroup_table():
        same = [g.xhm() for g in gemmi.spacegroup_table() if g.hm == group.hm]
        assert names(group.hm)[0] == same


def test_full_symbols_find_the_group_of_every_standard_setting():
    for hall_number in range(1, 531):
        facts = spglib.get_spacegroup_type(hall_number)
        full = facts.international_full
        numbers = {group.number for tier in settings_named(full) for group in tier}
        assert facts.number in numbers, full


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("F d -3 m :1", "F d -3 m:1"),
        ("Fd-3m:2", "F d -3 m:2"),
        ("F d 3 m Z", "F d -3 m:2"),
        ("F d -3 m S", "F d -3 m:1"),
        ("Fd-3mO2", "F d -3 m:2"),
        ("F d -3 m (origin choice 2)", "F d -3 m:2"),
        ("I41/amdZ", "I 41/a m d:2"),
        ("R -3 c RS", "R -3 c:R"),
        ("R-3mH", "R -3 m:H"),
        ("R 3 m HR", "R 3 m:H"),
        ("P m 3 m", "P m -3 m"),
        ("Ia3d", "I a -3 d"),
        ("P2_1/n", "P 1 21/n 1"),
        ("C2/c", "C 1 2/c 1"),
        ("P 2(1)/c", "P 1 21/c 1"),
        ("P 21/c :b1", "P 1 21/c 1"),
        ("P6_3/mmc", "P 63/m m c"),
        ("p n m a", "P n m a"),
        ("PBNM", "P b n m"),
        ("C m c e", "C m c a"),
        ("F 4/m -3 2/m", "F m -3 m"),
        ("F 4/m -3 2/m (typo)", "F m -3 m"),
        ("P 21 21 2 (a)", "P 21212(a)"),
        ("P 21/b", "P 1 1 21/b"),
    ],
)
def test_ways_of_writing(written, expected):
    assert names(written)[0] == [expected]


def test_a_short_monoclinic_symbol_means_b_and_may_mean_other_axes():
    assert names("P 21/m")[0] == ["P 1 21/m 1"]
    assert ["P 1 1 21/m"] in names("P 21/m")
    assert names("P 1 21/m 1") == [["P 1 21/m 1"]]


@pytest.mark.parametrize("symbol", ["", "P", "1", "225", "garbage", "F d -3 m :3", "P n m a :2"])
def test_what_is_no_symbol_finds_nothing(symbol):
    assert names(symbol) == []


def test_a_change_of_basis_needs_its_operations():
    assert names("F d -3 m :1 (x,y,z+1/2)") == []


def test_numbers_mean_the_standard_symbol():
    for number in range(1, 231):
        standard = spglib.get_spacegroup_type_from_symmetry(
            *operations(settings_numbered(number)[0]), None
        )
        assert standard.number == number
    assert [group.xhm() for group in settings_numbered(227)] == ["F d -3 m:1", "F d -3 m:2"]
    assert [group.xhm() for group in settings_numbered(14)] == ["P 1 21/c 1"]


def operations(group):
    ops = list(group.operations())
    rotations = np.array([op.rot for op in ops], dtype=np.intc) // gemmi.Op.DEN
    return rotations, np.array([op.tran for op in ops]) / gemmi.Op.DEN
