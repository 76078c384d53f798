"""Probabilities of phases, and of none of them."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import log_loss

from xrdmatch.retrieval._calibration.beta import AS_IT_IS
from xrdmatch.retrieval._calibration.confidence import learn_confidence, lower_quantile
from xrdmatch.retrieval._calibration.evidence import Evidence


def drawn(n, rng, slope=1.5):
    """Queries whose best candidate has a fact that says, by a logistic law, whether it is right."""
    fact = rng.normal(0, 2, 2 * n)
    is_known = rng.uniform(size=2 * n) < 1 / (1 + np.exp(-slope * fact))
    sides = [np.flatnonzero(is_known)[: n // 2], np.flatnonzero(~is_known)[: n // 2]]
    n = min(map(len, sides))
    return [of_facts(fact[side[:n]]) for side in sides]


def of_facts(fact):
    n = len(fact)
    scores = np.tile([50.0, 10.0], (n, 1))
    facts = np.column_stack([fact, np.zeros(n)])[:, :, None]
    return Evidence(np.tile([0, 1], (n, 1)), scores, np.tile([0, 1], (n, 1)), facts, ("fact",))


def first_is_right(evidence):
    return np.tile([True, False], (len(evidence), 1))


@pytest.fixture(scope="module")
def queries():
    return drawn(4000, np.random.default_rng(0))


@pytest.fixture(scope="module")
def learned(queries):
    known, unknown = queries
    return learn_confidence(known, first_is_right(known), unknown, 0.5)


def test_the_law_that_queries_were_drawn_by_is_found(learned):
    places = np.linspace(-3, 3, 13)
    found = learned.known_probability(of_facts(places))
    assert np.abs(found - 1 / (1 + np.exp(-1.5 * places))).max() < 0.06


def test_the_prior_moves_the_log_odds_by_its_own(queries, learned):
    known, unknown = queries
    rare = learn_confidence(known, first_is_right(known), unknown, 0.1)
    logits = [np.log(p / (1 - p)) for p in (c.known_probability(known) for c in (rare, learned))]
    assert np.median(logits[0] - logits[1]) == pytest.approx(np.log(9.0), abs=0.25)


def test_phases_and_the_unknown_share_one(learned, queries):
    known, _ = queries
    shares = learned.phase_probability(known).sum(1)
    assert (shares < learned.known_probability(known) + 1e-12).all()


def test_a_misfit_of_the_straight_law_is_corrected():
    rng = np.random.default_rng(2)
    facts = [rng.normal(1, 1, 3000), rng.standard_t(2, 3000) - 1]  # log odds that are no line
    known, unknown = map(of_facts, facts)
    learned = learn_confidence(known, first_is_right(known), unknown, 0.5)
    losses = []
    for one in (learned, replace(learned, beta=AS_IT_IS, curves=None)):
        found = np.concatenate([one.known_probability(e) for e in (known, unknown)])
        losses.append(log_loss(np.repeat([1, 0], 3000), found))
    assert losses[0] < losses[1] - 0.01


@pytest.fixture(scope="module")
def of_few(queries):
    known, unknown = (evidence.rows(np.arange(499)) for evidence in queries)
    return learn_confidence(known, first_is_right(known), unknown, 0.5)


def test_few_queries_teach_straight_laws(of_few):
    assert (of_few.curves, of_few.beta, of_few.shares.crowding) == (None, AS_IT_IS, 1.0)


def test_curves_are_learned_from_five_hundred_queries(queries):
    known, unknown = (evidence.rows(np.arange(500)) for evidence in queries)
    learned = learn_confidence(known, first_is_right(known), unknown, 0.5)
    assert learned.curves is not None
    assert learned.beta != AS_IT_IS


def test_a_query_without_candidates_is_unknown(learned):
    none = of_facts(np.zeros(1)).without(np.ones((1, 2), dtype=bool), 2)
    assert learned.known_probability(none).tolist() == [0.0]


def test_as_many_known_ones_are_rejected_as_may_be(learned):
    known, _ = drawn(4000, np.random.default_rng(1))
    rejected = learned.known_probability(known) < learned.rejection_threshold(0.1)
    assert rejected.mean() == pytest.approx(0.1, abs=0.03)


def test_sets_hold_the_right_phase_as_often_as_asked(learned):
    known, _ = drawn(4000, np.random.default_rng(2))
    inside = learned.phase_probability(known)[:, 0] >= learned.set_threshold(0.8)
    assert inside.mean() == pytest.approx(0.8, abs=0.04)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.25, 0.5])
def test_of_exchangeable_numbers_at_most_that_share_falls_below(share):
    """Whichever of them is the further one: the statement of split conformal prediction."""
    numbers = np.random.default_rng(0).normal(size=60)
    below = [
        x < lower_quantile(np.sort(np.delete(numbers, i)), share) for i, x in enumerate(numbers)
    ]
    assert np.mean(below) <= share
    assert np.mean(below) > share - 2 / 60


def test_it_says_in_words_what_was_learned(learned):
    text = str(learned)
    assert "AUC of 0.9" in text
    assert "a sum of smooth curves of log margin and fact of the best candidate" in text


def test_it_says_straight_laws_as_formulas(of_few):
    weight = of_few.weights[1]
    assert f" {weight:+.2f} fact of the best candidate" in str(of_few)


@pytest.mark.parametrize(("n_known", "n_unknown"), [(4, 4), (40, 3)])
def test_too_few_queries(n_known, n_unknown):
    known, unknown = of_facts(np.zeros(n_known)), of_facts(np.zeros(n_known))
    gone = np.zeros((n_known, 2), dtype=bool)
    gone[n_unknown:] = True
    with pytest.raises(ValueError, match=f"needs 10 queries .* got {n_known} and {n_unknown}"):
        learn_confidence(known, first_is_right(known), unknown.without(gone, 2), 0.5)


def test_no_query_answered_rightly():
    known = of_facts(np.zeros(20))
    with pytest.raises(ValueError, match="none has its crystal among the candidates"):
        learn_confidence(known, ~first_is_right(known) & False, known, 0.5)
