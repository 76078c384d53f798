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


def test_a_crowd_counts_as_a_power_of_its_size():
    """Rivals of weights 1/4 and 1/8, and 1/8 of others, are 1/2 together; its square is 1/4."""
    gaps = np.array([[np.log(4.0), 0.0, INF, np.log(8.0)]])
    found = Shares(1.0, 1.0, 0.0, other=1 / 8, crowding=2.0).of(gaps)
    assert found == pytest.approx(np.array([[1 / 8, 1.0, 0.0, 1 / 16]]) / 1.25)


@pytest.mark.parametrize("crowding", [0.3, 1.0, 3.0])
def test_no_rival_overtakes_the_best_one(crowding):
    gaps = np.random.default_rng(0).exponential(0.3, (50, 20))
    gaps -= gaps.min(1, keepdims=True)
    found = Shares(1.0, 1.0, 0.1, 0.1, crowding).of(gaps)
    assert (found.argmax(1) == gaps.argmin(1)).all()
    assert (found.sum(1) < 1).all()
    order = np.take_along_axis(found, gaps.argsort(1), axis=1)
    assert (np.diff(order, axis=1) <= 1e-15).all()


def test_a_query_without_candidates_gives_no_shares():
    assert Shares(1.0, 1.0, 0.1, 0.1, 2.0).of(np.array([[INF, INF]])).tolist() == [[0.0, 0.0]]


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


def test_crowding_is_found_where_it_is_sought():
    truth = Shares(0.05, 1.0, 0.3, 0.02, crowding=2.5)
    gaps, right = drawn(truth, 4000, np.random.default_rng(0))
    near, far = (fit_shares(gaps, right, crowding=sought) for sought in (True, False))
    assert np.abs(near.of(gaps) - truth.of(gaps)).mean() < 0.01
    assert near.crowding > 1.5
    assert far.crowding == 1.0


def test_few_queries_that_were_all_right_do_not_make_it_certain():
    gaps = np.array([[0.0, 50.0]] * 5)
    share = fit_shares(gaps, np.array([[True, False]] * 5)).of(gaps)[0, 0]
    assert 0.9 < share < 0.99999
