"""Atoms of many crystals in one."""

import numpy as np
import pytest
from solved_crystals import fluorite, perovskite, rutile

from xrdmatch.solution._bonds.atom_features import atom_features
from xrdmatch.solution._bonds.bond_statistics import learn_bonds
from xrdmatch.solution._bonds.neighbours import neighbours
from xrdmatch.solution._bonds.surroundings import surroundings_of


def joined(*crystals):
    formulas = [crystal.composition.reduced_formula for crystal in crystals]
    return surroundings_of([neighbours(one) for one in crystals], formulas)


def test_atoms_keep_their_own_neighbours():
    around = joined(rutile(), fluorite(), perovskite())
    assert around.sizes.tolist() == [6, 12, 5]
    assert (around.crystal[around.first] == around.crystal[around.second]).all()
    assert np.linalg.norm(around.direction, axis=1) == pytest.approx(1)


def test_means_and_spreads_are_of_each_crystal_and_leave_out_what_is_unknown():
    around = joined(rutile(), perovskite())
    values = np.array([1.0, 3.0, *4 * [np.nan], *5 * [7.0]])
    assert around.mean_of_crystals(values) == pytest.approx([2, 7])
    assert around.spread_of_crystals(values) == pytest.approx([1, 0])
    assert around.of_crystals(np.fmax, values).tolist() == [3, 7]


def test_crystals_are_described_alike_alone_and_together():
    crystals = rutile(), fluorite(), perovskite()
    statistics = learn_bonds(joined(*crystals))
    together = atom_features(joined(*crystals), statistics)
    alone = [atom_features(joined(crystal), statistics) for crystal in crystals]
    for name, values in together.items():
        apart = np.concatenate([one[name] for one in alone])
        assert apart == pytest.approx(values, nan_ok=True, abs=1e-7), name
