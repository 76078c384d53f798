"""How probability is shared among phases."""

import numpy as np
import pytest

from xrdmatch.retrieval._calibration.shares import Shares, fit_shares

INF = np.inf


def test_at_rate_one_without_a_tail_log_odds_mean_what_they_say():
    found = Shares(rate=1.0, knee=1.0, tail=0.0, other=0.0).of(np.array([[0.0, np.log(3.0), INF]]))
    assert found == pytest.approx(np.array([[0.75, 0.25, 0.0]]))


def test_what_is_missing_belongs_to_entries_that_are_not_listed():
    found = Shares(rate=1.0, knee=1.0, tail=0.0, other=0.25).of(np.array([[0.0, INF]]))
    assert found == pytest.approx(np.array([[0.8, 0.0]]))


def test_a_tail_is_a_power_of_the_gap():
    shares = Shares(rate=0.0, knee=2.0, tail=3.0, other=0.0)
    assert shares.weights(np.array([0.0, 2.0, 6.0])) == pytest.approx([1.0, 1 / 8, 1 / 64])


def drawn(shares, n, rng):
    """Gaps of n queries with three candidates, and which is right as the shares say."""
    gaps = np.column_stack([np.zeros(n), rng.exponential(3, n), rng.exponential(30, n)])
    odds = shares.of(gaps)
    place = (rng.uniform(size=(n, 1)) > odds.cumsum(1)).sum(1)
    return gaps, place[:, None] == np.arange(3)


@pytest.mark.parametrize("truth", [Shares(0.5, 1.0, 0.05, 0.05), Shares(0.01, 0.5, 1.0, 0.02)])
def test_the_probabilities_that_queries_were_drawn_by_are_found(truth):
    gaps, right = drawn(truth, 4000, np.random.default_rng(0))
    found = fit_shares(gaps, right)
    assert np.abs(found.of(gaps) - truth.of(gaps)).mean() < 0.01


def test_few_queries_that_were_all_right_do_not_make_it_certain():
    gaps = np.array([[0.0, 50.0]] * 5)
    share = fit_shares(gaps, np.array([[True, False]] * 5)).of(gaps)[0, 0]
    assert 0.9 < share < 0.99999
