"""Intervals against closed forms: the binomial, clusters of copies, two clusters by hand."""

import numpy as np
import pytest

from xrdmatch.metrics import clustered_bootstrap

HALF = np.repeat([0, 1], 50)
NORMAL = 2 * 1.96  # a 95 % interval of a normal distribution in standard deviations
SLACK = 0.12  # percentiles of 2,000 draws of a discrete mean


@pytest.mark.parametrize("share", [0.5, 0.9])
def test_width_is_the_binomials(share):
    n = 400
    hits = np.arange(n) < share * n
    low, high = clustered_bootstrap(hits)
    assert low < share < high
    assert high - low == pytest.approx(NORMAL * np.sqrt(share * (1 - share) / n), rel=SLACK)


@pytest.mark.parametrize("n_copies", [4, 9])
def test_copies_of_a_query_tell_nothing_new(n_copies):
    """Clusters of identical queries: sqrt(n_copies) wider than if each counted for itself."""
    hits, clusters = np.repeat(HALF, n_copies), np.repeat(np.arange(len(HALF)), n_copies)
    clustered, independent = clustered_bootstrap(hits, clusters), clustered_bootstrap(hits)
    assert np.array_equal(clustered, clustered_bootstrap(HALF))
    assert np.ptp(clustered) / np.ptp(independent) == pytest.approx(np.sqrt(n_copies), rel=SLACK)


def test_two_clusters_of_different_size_by_hand():
    """Drawn are both (mean 3/4) half of the time, the large one twice (1) or the small one (0)."""
    hits, clusters = [1, 1, 0, 1], ["large", "large", "small", "large"]
    assert clustered_bootstrap(hits, clusters, level=0.4).tolist() == [0.75, 0.75]
    assert clustered_bootstrap(hits, clusters, level=0.6).tolist() == [0.0, 1.0]


def test_columns_are_drawn_together():
    hits = np.stack([HALF, 1 - HALF, np.ones(len(HALF))], axis=1)
    right, wrong, sure = clustered_bootstrap(hits, n_draws=500)
    assert np.allclose(right, 1 - wrong[::-1])  # in every draw their means sum to one
    assert np.array_equal(right, clustered_bootstrap(HALF, n_draws=500))
    assert sure.tolist() == [1.0, 1.0]


def test_higher_level_is_wider_and_the_draws_repeat():
    narrow, wide = (clustered_bootstrap(HALF, level=level) for level in (0.5, 0.99))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]
    assert np.array_equal(wide, clustered_bootstrap(HALF, level=0.99))
    other = clustered_bootstrap(np.linspace(0, 1, 100), n_draws=50, random_state=1)
    assert not np.array_equal(other, clustered_bootstrap(np.linspace(0, 1, 100), n_draws=50))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([],), r"hits must be finite numbers .*got shape \(0,\); pass one row"),
        (([1.0, np.nan],), r"finite numbers .*got shape \(2,\) with others"),
        ((np.ones((2, 2, 2)),), r"of shape .*got shape \(2, 2, 2\)"),
        (([1, 0], ["a"]), r"one entry for each query, got shape \(1,\) for 2 queries; repeat"),
        (([1, 0], None, 0), r"n_draws must be a whole number of at least 1, got 0"),
        (([1, 0], None, 10, 95), r"level must lie between 0 and 1, got 95; 0.95 is 95 %"),
    ],
)
def test_what_has_no_interval(arguments, message):
    with pytest.raises(ValueError, match=message):
        clustered_bootstrap(*arguments)
