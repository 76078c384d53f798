"""Calibration errors: closed forms, a naive loop, no bias, and models that are off on purpose."""

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binom
from sklearn.calibration import calibration_curve

from xrdmatch.metrics import expected_calibration_error

N = 2000


def drawn(rng, n=N):
    """Logits of confidences between a half and one mostly, and answers that fit them."""
    logits = rng.normal(1.0, 1.5, size=n)
    return rng.uniform(size=n) < expit(logits), logits


def naive(correct, confidence, edges, clusters):
    """Pair by pair, in bins that hold their lower end."""
    total = n_used = 0
    for i in range(len(edges) - 1):
        last = i == len(edges) - 2
        below = confidence <= edges[i + 1] if last else confidence < edges[i + 1]
        inside = np.flatnonzero((edges[i] <= confidence) & below)
        gap = correct - confidence
        pairs = [gap[k] * gap[m] for k in inside for m in inside if clusters[k] != clusters[m]]
        if pairs:
            total += len(inside) * sum(pairs) / len(pairs)
            n_used += len(inside)
    return np.sqrt(max(total / n_used, 0))


@pytest.mark.parametrize("strategy", ["quantile", "uniform"])
@pytest.mark.parametrize("n_per_cluster", [1, 4])
def test_a_naive_loop_over_pairs_finds_the_same(strategy, n_per_cluster):
    rng = np.random.RandomState(0)
    confidence = rng.uniform(size=80).round(1)  # many are equal
    correct = rng.uniform(size=80) < confidence**2
    clusters = np.arange(80) // n_per_cluster
    found = expected_calibration_error(
        correct, confidence, n_bins=6, strategy=strategy, clusters=clusters, n_draws=5
    )
    error = naive(correct, confidence, found.bin_edges, clusters)
    assert found.error == pytest.approx(error)
    assert error > 0.1


def test_one_bin_by_hand():
    """Of 4 answers said at .6, 3 are right: gaps of .4, .4, .4, -.6; ordered pairs sum to -.48."""
    found = expected_calibration_error([1, 1, 1, 0], [0.6] * 4, n_draws=50)
    squared = (0.6**2 - 3 * 0.4**2 - 0.6**2) / 12
    assert squared < 0
    assert found.error == 0
    assert found.plain_error == pytest.approx(0.15)
    assert found.bin_edges.tolist() == [0.6, 0.6]
    assert found.bin_count.tolist() == [4]
    assert found.bin_accuracy.tolist() == [0.75]
    assert found.bin_confidence == pytest.approx([0.6])


def test_equal_confidences_give_the_published_correction():
    """Kumar et al., Definition 5.2: less accuracy (1 - accuracy) / (n - 1) in each bin."""
    rng = np.random.RandomState(1)
    confidence = np.repeat([0.3, 0.6, 0.9], [20, 50, 90])
    correct = rng.uniform(size=160) < np.repeat([0.6, 0.8, 0.7], [20, 50, 90])
    squares = []
    for level in (0.3, 0.6, 0.9):
        right = correct[confidence == level]
        share, n = right.mean(), len(right)
        squares.append(n * ((level - share) ** 2 - share * (1 - share) / (n - 1)))
    found = expected_calibration_error(correct, confidence, n_draws=5)
    assert found.error == pytest.approx(np.sqrt(sum(squares) / 160))


def test_squares_have_no_bias():
    """A model of one confidence, .7, right in 80 %: 0.01 on the average, over all outcomes."""
    n, mean = 6, 0.0
    for outcome in range(2**n):
        right = np.array([outcome >> i & 1 for i in range(n)])
        weight = 0.8 ** right.sum() * 0.2 ** (n - right.sum())
        gaps = right - 0.7
        squared = (gaps.sum() ** 2 - (gaps**2).sum()) / (n * (n - 1))
        found = expected_calibration_error(right, [0.7] * n, n_draws=1)
        assert found.error == pytest.approx(np.sqrt(max(squared, 0)), abs=1e-9)
        mean += weight * squared
    assert mean == pytest.approx(0.01)


def test_bins_are_those_of_scikit_learn():
    """Of equal width, and of equal numbers where no two confidences are equal."""
    correct, logits = drawn(np.random.RandomState(2))
    confidence = expit(logits)
    for strategy in ("uniform", "quantile"):
        found = expected_calibration_error(correct, confidence, strategy=strategy, n_draws=5)
        right, said = calibration_curve(correct, confidence, n_bins=15, strategy=strategy)
        np.testing.assert_allclose(found.bin_accuracy, right)
        np.testing.assert_allclose(found.bin_confidence, said)
        gaps = np.abs(right - said)
        assert found.plain_error == pytest.approx(np.average(gaps, weights=found.bin_count))
        assert found.bin_edges.shape == (16,)
    assert np.ptp(found.bin_count) <= 1


def test_a_bin_without_queries():
    found = expected_calibration_error(
        [1, 0, 1, 1], [0.1, 0.2, 0.9, 1.0], n_bins=4, strategy="uniform", n_draws=100
    )
    assert found.bin_count.tolist() == [2, 0, 0, 2]
    np.testing.assert_array_equal(found.bin_accuracy, [0.5, np.nan, np.nan, 1.0])
    assert np.isnan(found.bin_interval[1:3]).all()
    assert found.bin_interval[3].tolist() == [1.0, 1.0]


def test_a_confidence_that_fills_bins_is_one_of_its_own():
    confidence = np.r_[np.linspace(0.1, 0.9, 20), np.ones(60)]
    found = expected_calibration_error(confidence > 0.5, confidence, n_bins=8, n_draws=5)
    assert found.bin_confidence[-1] == 1
    assert found.bin_count.tolist() == [10, 10, 60]


def test_a_perfect_model_stays_within_chance():
    """The 95th percentile is exceeded in about one of twenty draws."""
    above = []
    for seed in range(40):
        correct, logits = drawn(np.random.RandomState(seed), 500)
        found = expected_calibration_error(correct, expit(logits), n_draws=100)
        above.append(found.error > found.chance.percentile_95)
    assert sum(above) <= 6  # 2 are expected; more than 6 in under 1 % of such trials


@pytest.mark.parametrize(
    "wrong", [lambda logits: np.full_like(logits, 0.95), lambda logits: expit(2 * logits)]
)
def test_a_constant_and_one_twice_too_sharp_are_caught(wrong):
    correct, logits = drawn(np.random.RandomState(3))
    found = expected_calibration_error(correct, wrong(logits), n_draws=200)
    assert found.error > 2 * found.chance.percentile_95
    assert found.interval[0] > found.chance.percentile_95


def test_the_right_constant_is_calibrated_but_of_no_use():
    correct, _ = drawn(np.random.RandomState(4))
    found = expected_calibration_error(correct, np.full(N, correct.mean()), n_draws=20)
    assert found.error == 0


def test_chance_of_a_constant_in_closed_form():
    """One bin of n answers at p: the square is (S^2 - sum of squares) / n (n - 1), S binomial."""
    n, p = 50, 0.7
    found = expected_calibration_error(np.arange(n) < 40, [p] * n, n_draws=20_000)
    right = np.arange(n + 1)
    sums, squares = right - n * p, right * (1 - p) ** 2 + (n - right) * p**2
    roots = np.sqrt(np.maximum(sums**2 - squares, 0) / (n * (n - 1)))
    weights = binom.pmf(right, n, p)
    assert found.chance.mean == pytest.approx(roots @ weights, rel=0.03)
    above = roots > found.chance.percentile_95 + 1e-9
    at_least = roots > found.chance.percentile_95 - 1e-9
    assert weights[above].sum() < 0.05 < weights[at_least].sum()


def test_the_interval_holds_the_error():
    """Confidences that are sharper by 1.5 than they should be, in 19 of 20 draws or so."""
    many = np.random.RandomState(6).normal(1.0, 1.5, size=200_000)
    error = np.sqrt(((expit(1.5 * many) - expit(many)) ** 2).mean())
    held = []
    for seed in range(40):
        correct, logits = drawn(np.random.RandomState(seed), 800)
        found = expected_calibration_error(correct, expit(1.5 * logits), n_draws=200)
        held.append(found.interval[0] <= error <= found.interval[1])
    assert sum(held) >= 34


def test_copies_of_a_query_tell_nothing_new():
    """Neither the interval nor the correction takes copies for queries of their own."""
    correct, logits = drawn(np.random.RandomState(7), 200)
    once = expected_calibration_error(correct, expit(2 * logits), n_bins=4)
    copies = np.repeat(np.arange(200), 5)
    again = expected_calibration_error(
        correct[copies], expit(2 * logits)[copies], n_bins=4, clusters=copies
    )
    assert again.error == pytest.approx(once.error, rel=0.05)  # ends of bins move a little
    np.testing.assert_allclose(again.interval, once.interval, rtol=0.1)
    alone = expected_calibration_error(correct[copies], expit(2 * logits)[copies], n_bins=4)
    assert np.ptp(alone.interval) < 0.6 * np.ptp(again.interval)


def test_order_and_draws_repeat():
    correct, logits = drawn(np.random.RandomState(8), 300)
    found = expected_calibration_error(correct, expit(logits), n_draws=50)
    again = expected_calibration_error(correct, expit(logits), n_draws=50)
    turned = expected_calibration_error(correct[::-1], expit(logits)[::-1], n_draws=50)
    assert found.interval.tolist() == again.interval.tolist()
    assert found.chance == again.chance
    assert turned.error == pytest.approx(found.error)
    np.testing.assert_allclose(turned.bin_accuracy, found.bin_accuracy)


@pytest.mark.parametrize(
    ("correct", "confidence", "options", "message"),
    [
        ([], [], {}, r"one answer, right or not, and one confidence, got .*\(0,\); pass them"),
        ([1, 0], [0.5], {}, r"got arrays of shape \(2,\) and \(1,\); pass them in pairs"),
        ([[1]], [[0.5]], {}, r"got arrays of shape \(1, 1\) and \(1, 1\)"),
        ([1, 2], [0.5, 0.5], {}, r"correct holds True or False, got 2; compare the answers"),
        (["a", "b"], [0.5, 0.5], {}, r"correct holds True or False, got 'a'; compare"),
        ([1, 0], [0.5, np.nan], {}, r"confidence must be finite, got nan; leave out queries"),
        ([1, 0], [0.5, 82], {}, r"confidence lies between 0 and 1, got 82.0; pass probabilities"),
        ([1, 0], [0.5, -0.1], {}, r"confidence lies between 0 and 1, got -0.1"),
        ([1, 0], [0.5, 1], {"n_bins": 0}, r"n_bins must be a whole number .*, got 0; 15 is usual"),
        ([1, 0], [0.5, 1], {"n_bins": 2.5}, r"n_bins must be a whole number .*, got 2.5"),
        ([1, 0], [0.5, 1], {"strategy": "equal"}, r"'quantile', 'uniform', got 'equal'; take"),
        ([1, 0], [0.5, 1], {"clusters": ["a"]}, r"clusters needs one entry for each query"),
        ([1, 0], [0.5, 1], {"n_bins": 1, "n_draws": 0}, r"n_draws must be .* at least 1, got 0"),
        ([1, 0], [0.5, 1], {}, r"a bin with queries of two clusters, got none in 2 bins; take"),
        ([1], [1], {}, r"a bin with queries of two clusters, got none in 1 bins; take"),
    ],
)
def test_what_has_no_error(correct, confidence, options, message):
    with pytest.raises(ValueError, match=message):
        expected_calibration_error(correct, confidence, **options)
