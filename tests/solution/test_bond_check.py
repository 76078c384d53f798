"""Odd bonds told from usual ones."""

import copy

import numpy as np
import pytest
from pymatgen.core import Composition, Lattice, Structure
from sklearn.base import clone
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score

from xrdmatch.solution import BondCheck, bond_corruptions, corrupted_structures

HALITES = {
    "LiF": 4.03, "LiCl": 5.13, "LiBr": 5.50, "NaF": 4.62, "NaCl": 5.64, "NaBr": 5.97, "KF": 5.35,
    "KCl": 6.29, "KBr": 6.60, "RbF": 5.65, "RbCl": 6.58, "RbBr": 6.85, "MgO": 4.21, "CaO": 4.81,
    "SrO": 5.16, "BaO": 5.52, "MgS": 5.20, "CaS": 5.69, "SrS": 6.02, "BaS": 6.39,
}  # fmt: skip
SITES = [[0, 0, 0], [0.5, 0.5, 0.5]]


def halite(name, a):
    elements = [element.symbol for element in Composition(name)]
    return Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), elements, SITES)


def nickeline():
    """Octahedra around one element, prisms around the other."""
    lattice, sites = Lattice.hexagonal(3.62, 5.03), [[0, 0, 0], [1 / 3, 2 / 3, 0.25]]
    return Structure.from_spacegroup("P6_3/mmc", lattice, ["Ni", "As"], sites)


@pytest.fixture(scope="module")
def salts():
    return [halite(*item) for item in HALITES.items()]


@pytest.fixture(scope="module")
def check(salts):
    small = HistGradientBoostingClassifier(max_iter=30, min_samples_leaf=3)
    return BondCheck(small, n_copies=4, random_state=0).fit(salts)


def test_wrong_copies_score_lower(check, salts):
    right = check.predict_proba(salts)[:, 1]
    for kind, least in {"displaced": 0.85, "one moved": 0.85, "scaled": 0.7}.items():
        wrong = check.predict_proba(corrupted_structures(salts, kind, random_state=1))[:, 1]
        truth = np.repeat([1, 0], [len(right), len(wrong)])
        assert roc_auc_score(truth, np.concatenate([right, wrong])) > least, kind


def test_probabilities_of_wrong_and_right_add_up_to_one(check, salts):
    found = check.predict_proba(salts[:3])
    assert found.shape == (3, 2)
    assert found.sum(1) == pytest.approx(1)
    assert check.classes_.tolist() == [False, True]


def test_bonds_are_described_whatever_the_cell(check):
    salt = halite("NaCl", 5.64)
    rows = check.transform([salt, salt.get_primitive_structure(), salt * (1, 1, 2)])
    names = check.get_feature_names_out().tolist()
    others = [i for i, name in enumerate(names) if name != "atoms"]
    assert rows[1, others] == pytest.approx(rows[0, others])
    assert rows[2, others] == pytest.approx(rows[0, others])
    assert rows[:, names.index("atoms")].tolist() == [8, 2, 16]


def test_bonds_as_a_table(check, salts):
    plain, probabilities = check.transform(salts[:2]), check.predict_proba(salts[:2])
    as_table = copy.copy(check).set_output(transform="pandas")
    table = as_table.transform(salts[:2])
    np.testing.assert_array_equal(table.columns, check.get_feature_names_out())
    np.testing.assert_array_equal(table.to_numpy(), plain)
    np.testing.assert_array_equal(as_table.predict_proba(salts[:2]), probabilities)


def test_volumes_are_compared_with_those_of_the_formula(check):
    """By its logarithm, which a pressed cell has less of by as much as it is pressed."""
    rows = check.transform([halite("NaCl", 5.64), halite("NaCl", 5.64 * 0.9)])
    names = check.get_feature_names_out().tolist()
    assert rows.shape == (2, len(names))
    off = rows[:, names.index("log volume over that of the composition")]
    assert off[1] - off[0] == pytest.approx(3 * np.log(0.9))


def test_usual_lengths_were_learned(check):
    """Sodium and chlorine at half the lattice parameter, each with six neighbours."""
    bonds = check.explain(halite("NaCl", 5.64))
    between = [bond for bond in bonds if set(bond.elements) == {"Na", "Cl"}]
    assert len(between) == 8
    assert between[0].length == pytest.approx(2.82)
    assert between[0].expected == pytest.approx(2.82, rel=0.1)
    assert abs(between[0].score) < 1.5


def test_a_lone_atom_and_distant_ones_are_described(check):
    lone = Structure(Lattice.cubic(20), ["Na"], [[0, 0, 0]])
    assert np.isfinite(check.transform([lone])).all()
    assert check.predict([lone]).shape == (1,)


def test_few_crystals_are_not_enough(salts):
    with pytest.raises(ValueError, match="at least 10 ordered crystals of 5 formulas, got 4 of 4"):
        BondCheck().fit(salts[:4])


def test_no_crystals_are_refused(check):
    with pytest.raises(ValueError, match="one crystal or more, got none"):
        check.predict_proba([])


def test_mixed_sites_are_refused(check):
    alloy = Structure(Lattice.cubic(3), [{"Fe": 0.5, "Co": 0.5}], [[0, 0, 0]])
    with pytest.raises(ValueError, match="Bonds are checked of ordered crystals"):
        check.predict_proba([alloy])


def test_a_draw_is_repeatable(check, salts):
    small = HistGradientBoostingClassifier(max_iter=30, min_samples_leaf=3)
    again = BondCheck(small, n_copies=4, random_state=0).fit(salts)
    assert again.predict_proba(salts) == pytest.approx(check.predict_proba(salts))


def test_parameters_survive_a_clone():
    check = BondCheck(n_structures=30, n_copies=1, random_state=3)
    assert clone(check).get_params() == check.get_params()


@pytest.mark.parametrize("kind", bond_corruptions)
def test_copies_are_wrong_in_one_way(kind, salts):
    others = [Structure.from_prototype("cscl", ["Cs", "Cl"], a=4.12)]
    crystals = [nickeline()] if kind == "swapped" else [*salts, *others]
    copies = corrupted_structures(crystals, kind, random_state=0)
    assert len(copies) > 0
    for wrong, salt in zip(copies, crystals, strict=False):
        same = [
            len(wrong) == len(salt),
            wrong.composition == salt.composition,
            wrong.lattice == salt.lattice,
        ]
        assert same == {
            "substituted": [True, False, True],
            "swapped": [True, True, True],
            "deleted": [False, False, True],
            "displaced": [True, True, True],
            "one moved": [True, True, True],
            "scaled": [True, True, False],
        }.get(kind, same)
        assert wrong != salt


def test_what_is_the_same_crystal_again_is_no_wrong_copy(salts):
    """Rock salt with its elements exchanged, and a lone atom that is moved."""
    iron = Structure(Lattice.cubic(2.5), ["Fe"], [[0, 0, 0]])
    assert corrupted_structures(salts, "swapped", random_state=0) == []
    assert corrupted_structures([iron], "one moved", random_state=0) == []
    assert len(corrupted_structures([iron], "scaled", random_state=0)) == 1


def test_an_unknown_kind_is_refused(salts):
    with pytest.raises(ValueError, match="A crystal is made wrong in one of"):
        corrupted_structures(salts, "melted")
