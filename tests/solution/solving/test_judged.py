"""Refined structures, ranked."""

import numpy as np
import pytest
from solved_crystals import rutile

from xrdmatch.solution._solving.certainty import Certainty, Law
from xrdmatch.solution._solving.facts import FACTS, merit
from xrdmatch.solution._solving.judged import judged

BY_LEAD = Law((0.0, 0.0, 0.0, 0.0, 1.0), 0.0)
CERTAINTY = Certainty(FACTS, BY_LEAD, BY_LEAD)


def rank(refined, proposal, bonds=None):
    proposals = [proposal(i) for i in range(len(refined))]
    bonds = np.full(len(refined), np.nan) if bonds is None else np.array(bonds)
    return judged(proposals, refined, bonds, CERTAINTY)


def test_the_best_fit_comes_first_and_what_was_not_refined_last(refined, proposal):
    found = rank([refined(0.5), None, refined(0.1), refined(0.3)], proposal)
    assert [one.label for one in found] == [2, 3, 0, 1]
    assert found[-1].refined is None
    assert np.isnan(found[-1].probability)
    assert found[-1].facts == {}


def test_of_equal_fits_that_with_better_bonds_comes_first(refined, proposal):
    found = rank([refined(0.1), refined(0.1)], proposal, [0.2, 0.9])
    assert [one.label for one in found] == [1, 0]
    assert [one.bond_probability for one in found] == [0.9, 0.2]


def test_leads_are_differences_of_merit(refined, proposal):
    best, second = refined(0.20, space_group=136), refined(0.25, space_group=225)
    found = rank([second, best], proposal)
    lead = merit(second, np.nan) - merit(best, np.nan)
    assert [one.facts["lead"] for one in found] == pytest.approx([lead, -lead])
    assert found[0].probability == pytest.approx(1 / (1 + np.exp(-lead)))


def test_the_same_structure_once_more_is_no_rival(refined, proposal):
    """Twice the same in all but 1 % of volume, and one that differs."""
    similar = rutile(4.594 * 1.003, 2.959 * 1.003)
    crystals = [refined(0.20), refined(0.21, structure=similar), refined(0.3, space_group=1)]
    found = rank(crystals, proposal)
    lead = merit(crystals[2], np.nan) - merit(crystals[0], np.nan)
    assert found[0].facts["lead"] == pytest.approx(lead)


@pytest.mark.parametrize(
    "options",
    [{"space_group": 14}, {"n_free": 9}, {"structure": rutile(5.0)}, {"structure": rutile() * 2}],
)
def test_rivals_differ_by_symmetry_size_or_freedom(refined, proposal, options):
    found = rank([refined(0.2), refined(0.2, **options)], proposal)
    assert abs(found[0].facts["lead"]) < 0.1


def test_without_a_rival_the_lead_is_the_largest(refined, proposal):
    (alone,) = rank([refined(0.2)], proposal)
    far = rank([refined(0.01), refined(0.9, space_group=1)], proposal)
    assert alone.facts["lead"] == far[0].facts["lead"] == 1.0


def test_of_nothing_nothing_is_ranked(proposal):
    assert rank([], proposal) == []
