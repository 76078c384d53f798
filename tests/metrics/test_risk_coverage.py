"""Risk against coverage: closed forms, a naive loop, and what only the order may change."""

from itertools import permutations

import numpy as np
import pytest

from xrdmatch.metrics import risk_coverage


def drawn(seed, n=300):
    rng = np.random.RandomState(seed)
    confidence = rng.uniform(size=n)
    return rng.uniform(size=n) < confidence, confidence


def naive_area(correct):
    """Answer by answer, the surest first."""
    wrong, risks = 0, []
    for n_given, right in enumerate(correct, start=1):
        wrong += not right
        risks.append(wrong / n_given)
    return np.mean(risks)


def test_by_hand():
    curve = risk_coverage([1, 0, 1], [0.9, 0.7, 0.5])
    assert curve.coverage == pytest.approx([1 / 3, 2 / 3, 1])
    assert curve.risk == pytest.approx([0, 1 / 2, 1 / 3])
    assert curve.threshold.tolist() == [0.9, 0.7, 0.5]
    assert curve.area == pytest.approx((0 + 1 / 2 + 1 / 3) / 3)
    assert curve.chance == pytest.approx(1 / 3)
    assert curve.best == pytest.approx((0 + 0 + 1 / 3) / 3)


def test_a_naive_loop_finds_the_same():
    correct, confidence = drawn(0)
    assert risk_coverage(correct, confidence, n_draws=5).area == pytest.approx(
        naive_area(correct[np.argsort(-confidence)])
    )


def test_equal_confidences_stand_for_all_their_orders():
    correct, confidence = [True, False, True, True, False, True], [0.9, 0.9, 0.5, 0.5, 0.5, 0.1]
    blocks = [permutations(correct[:2]), permutations(correct[2:5])]
    first, second = (list(block) for block in blocks)
    areas = [naive_area([*a, *b, correct[5]]) for a in first for b in second]
    curve = risk_coverage(correct, confidence, n_draws=5)
    assert curve.area == pytest.approx(np.mean(areas))
    assert curve.coverage == pytest.approx([2 / 6, 5 / 6, 1])


def test_a_constant_is_chance():
    correct, _ = drawn(1)
    curve = risk_coverage(correct, np.ones(len(correct)))
    assert curve.area == pytest.approx(curve.chance)
    assert curve.chance == pytest.approx(1 - correct.mean())
    assert curve.risk == pytest.approx([curve.chance])
    assert curve.coverage.tolist() == [1.0]


def test_a_perfect_order_is_the_best_and_no_order_is_better():
    """With m of n wrong and last, the area is the mean of (i - (n - m)) / i over the last i."""
    correct, confidence = drawn(2)
    n, m = len(correct), int((~correct).sum())
    best = sum((i - (n - m)) / i for i in range(n - m + 1, n + 1)) / n
    perfect = risk_coverage(correct, correct, n_draws=5)
    told = risk_coverage(correct, confidence, n_draws=5)
    assert perfect.best == told.best == pytest.approx(best)
    order = np.argsort(np.argsort(~correct, kind="stable"))
    assert risk_coverage(correct, -order, n_draws=5).area == pytest.approx(best)
    assert best < told.area < told.chance


def test_random_confidences_are_chance_on_the_average():
    correct, _ = drawn(3)
    rng = np.random.RandomState(0)
    areas = [risk_coverage(correct, rng.uniform(size=300), n_draws=1).area for _ in range(200)]
    assert np.mean(areas) == pytest.approx(1 - correct.mean(), abs=4 * np.std(areas) / 200**0.5)


@pytest.mark.parametrize("change", [lambda c: 10 * c - 3, lambda c: -1 / (c + 0.1), np.exp])
def test_only_the_order_counts(change):
    correct, confidence = drawn(4)
    plain, changed = (risk_coverage(correct, c) for c in (confidence, change(confidence)))
    assert changed.area == pytest.approx(plain.area)
    np.testing.assert_allclose(changed.risk, plain.risk)
    np.testing.assert_allclose(changed.interval, plain.interval)


def test_the_interval_holds_the_area_of_many():
    """Right as often as said: above c, the risk is (1 - c) / 2, and its mean over c a quarter."""
    held = [
        low <= 0.25 <= high
        for low, high in (risk_coverage(*drawn(seed), n_draws=200).interval for seed in range(40))
    ]
    assert sum(held) >= 34


def test_draws_of_clusters_by_hand():
    """Two clusters: both are drawn, or one of them twice, whose area is that of it alone."""
    correct, confidence = np.array([1, 1, 0, 0]), np.array([0.9, 0.6, 0.8, 0.3])
    clusters = ["a", "a", "b", "b"]
    both = naive_area([1, 0, 1, 0])
    curve = risk_coverage(correct, confidence, clusters=clusters, n_draws=400)
    assert curve.area == pytest.approx(both)
    assert curve.interval == pytest.approx([0, 1])  # a alone is always right, b never


def test_copies_of_queries_tell_nothing_new():
    correct, confidence = drawn(5)
    copies = np.repeat(np.arange(300), 4)
    once = risk_coverage(correct, confidence)
    again = risk_coverage(correct[copies], confidence[copies], clusters=copies)
    alone = risk_coverage(correct[copies], confidence[copies])
    assert np.ptp(again.interval) == pytest.approx(np.ptp(once.interval), rel=0.05)
    assert np.ptp(alone.interval) == pytest.approx(np.ptp(once.interval) / 2, rel=0.15)


@pytest.mark.parametrize(
    ("correct", "confidence", "options", "message"),
    [
        ([], [], {}, r"one answer, right or not, and one confidence, got arrays of shape \(0,\)"),
        ([1, 0], [[0.5], [0.4]], {}, r"got arrays of shape \(2,\) and \(2, 1\); pass them"),
        ([1, 3], [0.5, 0.4], {}, r"correct holds True or False, got 3; compare"),
        ([1, 0], [0.5, np.inf], {}, r"confidence must be finite, got inf; leave out"),
        ([1, 0], [0.5, 0.4], {"clusters": [1, 2, 3]}, r"got shape \(3,\) for 2 queries; repeat"),
        ([1, 0], [0.5, 0.4], {"n_draws": 2.5}, r"n_draws must be a whole number .*, got 2.5"),
    ],
)
def test_what_has_no_curve(correct, confidence, options, message):
    with pytest.raises(ValueError, match=message):
        risk_coverage(correct, confidence, **options)
