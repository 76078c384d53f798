"""Corrections of probabilities."""

import numpy as np
import pytest
from scipy.special import expit, logit

from xrdmatch.retrieval._calibration.beta import AS_IT_IS, corrected, fit_beta


def test_no_correction_leaves_log_odds_alone():
    logits = np.linspace(-30, 30, 13)
    assert corrected(logits, AS_IT_IS) == pytest.approx(logits)


def test_the_odds_are_those_of_the_definition():
    p = np.linspace(0.02, 0.98, 25)
    odds = np.exp(0.3) * p**0.7 / (1 - p) ** 1.8
    assert corrected(logit(p), (0.7, 1.8, 0.3)) == pytest.approx(np.log(odds))


def test_no_candidate_stays_impossible():
    assert corrected(np.array([-np.inf]), (0.7, 1.8, 0.3)) == -np.inf


def drawn(beta, n, rng):
    """Log odds of known and of unknown ones whose true log odds are corrected by `beta`."""
    logits = rng.normal(0, 2, n)
    is_known = rng.uniform(size=n) < expit(corrected(logits, beta))
    return logits[is_known], logits[~is_known]


@pytest.mark.parametrize("beta", [(1.0, 1.0, 0.0), (0.6, 1.5, 0.4), (1.4, 0.7, -0.5)])
def test_the_law_that_was_drawn_by_is_found(beta):
    known, unknown = drawn(beta, 40_000, np.random.default_rng(1))
    prior_unknown = len(unknown) / (len(known) + len(unknown))
    places = np.linspace(-4, 4, 17)
    found = expit(corrected(places, fit_beta(known, unknown, prior_unknown)))
    assert np.abs(found - expit(corrected(places, beta))).max() < 0.02


def test_few_queries_hardly_correct():
    known, unknown = drawn((0.5, 2.0, 1.0), 12, np.random.default_rng(0))
    far = fit_beta(*drawn((0.5, 2.0, 1.0), 4000, np.random.default_rng(0)), 0.5)
    near = fit_beta(known, unknown, 0.5)
    assert abs(np.log(near[:2])).max() < abs(np.log(far[:2])).max()
