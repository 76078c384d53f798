"""Probabilities of being right."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression

from xrdmatch.solution._solving.certainty import (
    Certainty,
    Law,
    learn_certainty,
    shipped_certainty,
)
from xrdmatch.solution._solving.facts import BONDS, FACTS

CHECKED = FACTS.index(BONDS)


@pytest.fixture(scope="module")
def known():
    """Facts of which the first one tells right from wrong, more or less."""
    rng = np.random.default_rng(0)
    facts = rng.normal(size=(200, len(FACTS)))
    return facts, facts[:, 0] + 0.5 * rng.normal(size=200) < 0


def test_odds_are_a_sum():
    law = Law((1.0, 0.0, -2.0), 0.5)
    assert law.probability(np.zeros(3)) == pytest.approx(1 / (1 + np.exp(-0.5)))
    assert law.probability(np.array([2.0, 9.0, 1.25])) == pytest.approx(0.5)


def test_what_has_no_weight_need_not_be_known():
    assert Law((1.0, 0.0), 0.0).probability(np.array([0.0, np.nan])) == pytest.approx(0.5)


def test_the_law_depends_on_whether_bonds_were_checked():
    certainty = Certainty(FACTS, Law((0.0,) * 5, 1.0), Law((0.0,) * 5, -1.0))
    facts = np.zeros((2, 5))
    facts[1, CHECKED] = np.nan
    expected = 1 / (1 + np.exp([-1.0, 1.0]))
    assert certainty.probability(facts) == pytest.approx(expected)
    assert certainty.probability(facts[0]) == pytest.approx(expected[0])


def test_it_is_a_logistic_regression(known):
    """Of standardised facts; here against scikit-learn with the same standard deviations."""
    facts, right = known
    learned = learn_certainty(facts, right).probability(facts)
    standard = (facts - facts.mean(0)) / facts.std(0)
    wanted = LogisticRegression().fit(standard, right).predict_proba(standard)[:, 1]
    assert learned == pytest.approx(wanted, abs=1e-6)


def test_probabilities_add_up_to_what_is_right(known):
    facts, right = known
    probability = learn_certainty(facts, right).probability(facts)
    assert probability.mean() == pytest.approx(right.mean(), abs=1e-3)
    assert probability[right].mean() > 0.7 > 0.3 > probability[~right].mean()


def test_units_of_facts_do_not_matter(known):
    facts, right = known
    unit = np.array([1.0, 10.0, 0.1, 3.0, 100.0])
    one, other = learn_certainty(facts, right), learn_certainty(facts * unit, right)
    assert other.probability(facts * unit) == pytest.approx(one.probability(facts), abs=1e-6)


def test_without_bonds_both_laws_are_one(known):
    facts, right = known
    unchecked = facts.copy()
    unchecked[:, CHECKED] = np.nan
    learned = learn_certainty(unchecked, right)
    assert learned.with_bonds == learned.without_bonds
    assert learned.without_bonds.weights[CHECKED] == 0
    assert learned.probability(facts) == pytest.approx(learned.probability(unchecked))


def test_too_few_teach_nothing(known):
    facts, _ = known
    with pytest.raises(ValueError, match="5 right and 5 wrong answers, got 4 and 196"):
        learn_certainty(facts, np.arange(200) < 4)


def test_text_keeps_it_to_the_last_digit(known):
    learned = learn_certainty(*known)
    assert Certainty.from_json(learned.to_json()) == learned


def test_by_what_is_shipped_a_better_fit_is_more_probable():
    shipped = shipped_certainty()
    assert shipped.names == FACTS
    residuals = np.log([0.02, 0.1, 0.3, 0.9])
    for bonds in (np.nan, 1.0):
        facts = [[r, 3.0, 4, bonds, 0.5] for r in residuals]
        assert (np.diff(shipped.probability(facts)) < 0).all()


def test_by_what_is_shipped_good_bonds_and_a_lead_speak_for_a_structure():
    shipped = shipped_certainty()
    facts = np.array([np.log(0.1), 3.0, 4, 0.0, 0.2])
    for i, more in ((CHECKED, 2.0), (FACTS.index("lead"), 0.5)):
        better = facts.copy()
        better[i] += more
        assert shipped.probability(better) > shipped.probability(facts)
