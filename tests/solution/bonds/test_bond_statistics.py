"""Usual distances and coordination numbers."""

import numpy as np
import pytest
from solved_crystals import fluorite, perovskite, rutile

from xrdmatch.solution._bonds.bond_statistics import (
    coordination_numbers,
    learn_bonds,
    shortest_pairs,
)
from xrdmatch.solution._bonds.neighbours import RADII, neighbours
from xrdmatch.solution._bonds.surroundings import surroundings_of


def learned_of(*crystals):
    formulas = [crystal.composition.reduced_formula for crystal in crystals]
    return learn_bonds(surroundings_of([neighbours(one) for one in crystals], formulas))


@pytest.mark.parametrize("crystal", [rutile(), fluorite(), perovskite()])
def test_coordination_numbers_count_what_is_nearly_as_near(crystal):
    """Within a quarter of the nearest one, all distances over sums of covalent radii."""
    counted = coordination_numbers(neighbours(crystal))
    for i, site in enumerate(crystal):
        around = crystal.get_neighbors(site, 6.0)
        own = RADII[site.specie.Z]
        ratios = np.array([n.nn_distance / (own + RADII[n.specie.Z]) for n in around])
        assert counted[i] == np.sum((ratios < 1.25 * ratios.min()) & (ratios < 1.6))


def test_each_atom_has_its_shortest_bond_to_each_element():
    atom, other, length = shortest_pairs(neighbours(fluorite()))
    to_fluorine = length[other == 9][np.isin(atom[other == 9], range(4))]
    assert to_fluorine == pytest.approx(5.463 * 3**0.5 / 4)


def test_many_bonds_of_one_length_make_it_usual():
    found = learned_of(*[fluorite()] * 40)
    usual = 5.463 * 3**0.5 / 4
    assert found.expected(20, 9) == pytest.approx(usual, rel=0.01)
    assert found.scores(20, 9, usual) == pytest.approx(0, abs=0.2)
    assert found.scores(20, 9, 0.8 * usual) < -3


def test_pairs_that_were_not_seen_have_what_radii_let_expect():
    found = learned_of(rutile())
    assert found.expected(56, 9) == pytest.approx(RADII[56] + RADII[9], rel=0.3)


def test_shares_of_coordination_numbers_add_up_to_one():
    found = learned_of(rutile())
    assert np.exp(found.coordination).sum(1) == pytest.approx(1)


def test_atoms_in_one_place_are_very_odd_and_no_error():
    found = learned_of(rutile())
    assert found.scores(22, 8, 0.0) < -10
