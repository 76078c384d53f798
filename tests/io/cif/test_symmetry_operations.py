"""Operations against spglib's database, and what is no group."""

import gemmi
import numpy as np
import pytest
import spglib
from pymatgen.core import Lattice

from xrdmatch.io._cif.symmetry_operations import setting_of_hall, setting_of_triplets


def as_set(rotations, translations):
    translations = np.asarray(translations) % 1
    pairs = zip(rotations, translations, strict=True)
    return {(*r.ravel().round(), *(24 * t).round() % 24) for r, t in pairs}


def test_every_hall_symbol_gives_the_operations_of_spglib():
    for hall_number in range(1, 531, 7):
        setting = setting_of_hall(spglib.get_spacegroup_type(hall_number).hall_symbol)
        expected = spglib.get_symmetry_from_database(hall_number)
        found = as_set(setting.rotations, setting.translations)
        assert found == as_set(expected["rotations"], expected["translations"])
        assert setting.number == spglib.get_spacegroup_type(hall_number).number


def test_rubbish_is_no_hall_symbol():
    assert setting_of_hall("-F 4vw 2vw 3 of Fd-3m") is None


@pytest.mark.parametrize("symbol", ["P 1", "P 1 21/c 1", "F d -3 m:2", "R -3 c:R", "P 63/m m c"])
def test_triplets_give_the_group_that_they_list(symbol):
    group = gemmi.find_spacegroup_by_name(symbol)
    triplets = tuple(op.triplet() for op in group.operations())
    setting = setting_of_triplets(triplets)
    by_hall = setting_of_hall(group.hall)
    assert as_set(*setting[2:4]) == as_set(*by_hall[2:4])
    assert (setting.number, setting.n_added) == (group.number, 0)


def test_operations_that_follow_from_the_others_are_added():
    setting = setting_of_triplets(("x,y,z", "-x,-y,z", "-x,y,-z"))
    assert setting.n_added == 1
    assert setting.number == 16
    assert len(setting.rotations) == 4


def test_the_identity_need_not_be_listed():
    assert setting_of_triplets(("-x,-y,-z",))[:2] == ("the listed operations", 2)
    assert setting_of_triplets(("-x,-y,-z",)).n_added == 0


def test_centrings_are_combined_with_all_operations():
    setting = setting_of_triplets(("x,y,z", "-x,-y,-z"), ("x,y,z", "x+1/2,y+1/2,z+1/2"))
    assert len(setting.rotations) == 4
    assert setting.number == 2


@pytest.mark.parametrize("third", ["1/3", "0.333", "0.33333333"])
def test_rounded_thirds_are_thirds(third):
    setting = setting_of_triplets(("x,y,z", f"-y,x-y,z+{third}", f"-x+y,-x,z-{third}"))
    assert setting.number in (144, 145)
    assert setting.translations[:, 2].max() == pytest.approx(2 / 3, abs=1e-12)


@pytest.mark.parametrize("step", ["1/5", "0.2"])
def test_other_fractions_are_kept(step):
    triplets = ["x,y,z"] + [f"x+{i / 5 if '.' in step else f'{i}/5'},y,z" for i in range(1, 5)]
    setting = setting_of_triplets(tuple(triplets))
    assert setting.number == 1
    np.testing.assert_allclose(np.sort(setting.translations[:, 0]), [0, 0.2, 0.4, 0.6, 0.8])


@pytest.mark.parametrize(
    ("triplets", "reason"),
    [
        (("x,y,z", "x+1/5,y,z"), "no group"),
        (("x,y,z", "2x,y,z"), "are none"),
        (("x,x,z",), "are none"),
        (("h,k,l",), "are none"),
        (("x,y",), "are none"),
        (("Fe1", "0.5"), "are none"),
        (("x,y,z", "x+1/0,y,z"), "are none"),
    ],
)
def test_what_is_no_operation_is_refused(triplets, reason):
    with pytest.raises(ValueError, match=reason):
        setting_of_triplets(triplets)


@pytest.mark.parametrize(
    ("symbol", "lattice", "fits"),
    [
        ("P m -3 m", Lattice.cubic(4), True),
        ("P m -3 m", Lattice.from_parameters(4, 4.01, 4, 90, 90, 90), True),
        ("P m -3 m", Lattice.from_parameters(4, 4.1, 4, 90, 90, 90), False),
        ("R -3 m:R", Lattice.rhombohedral(4, 55), True),
        ("R -3 m:H", Lattice.rhombohedral(4, 55), False),
        ("R -3 m:H", Lattice.hexagonal(4, 9), True),
        ("P 1 2 1", Lattice.monoclinic(4, 5, 6, 100), True),
        ("P 1 1 2", Lattice.monoclinic(4, 5, 6, 100), False),
        ("P 1", Lattice.from_parameters(4, 5, 6, 70, 80, 100), True),
    ],
)
def test_a_cell_has_the_symmetry_or_not(symbol, lattice, fits):
    setting = setting_of_hall(gemmi.find_spacegroup_by_name(symbol).hall)
    assert setting.fits(lattice) is fits
