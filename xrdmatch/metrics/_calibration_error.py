"""Expected calibration error."""

import numpy as np
from sklearn.utils import Bunch, check_random_state

from xrdmatch.metrics._answers import check_probabilities, checked_answers
from xrdmatch.metrics._cluster_draws import (
    draws_at_once,
    ends_of,
    numbered_clusters,
    times_drawn,
)
from xrdmatch.metrics._confidence_bins import ConfidenceBins, bin_edges


def expected_calibration_error(
    correct,
    confidence,
    *,
    n_bins=15,
    strategy="quantile",
    clusters=None,
    n_draws=1000,
    random_state=0,
):
    """Measure how far confidences are from the share of right answers.

    Queries are sorted into bins by their confidence. In each, the share of right answers should
    be the mean confidence. The error is the root of the mean squared gap between the two, over
    all queries. Even a perfect model has gaps, since each bin holds a few queries only; the
    squares are therefore corrected for what chance adds to them [1]_ [2]_, which leaves an
    estimate without bias. The mean size of the gaps that is usually given [3]_ is not corrected.

    Parameters
    ----------
    correct : array-like of bool, shape (n_queries,)
        Whether each answer is right. Where the crystal is not in the gallery, `UNKNOWN` is.
    confidence : array-like of shape (n_queries,)
        Probability that was given to the answer.
    n_bins : int, default=15
        How many bins.
    strategy : {"quantile", "uniform"}, default="quantile"
        Bins of equally many queries, or of equal width. Of the first there are fewer where many
        confidences are equal.
    clusters : array-like of shape (n_queries,), default=None
        Which structure each query is of, as for `clustered_bootstrap`; if None, each is of its
        own. The correction takes them as one too.
    n_draws : int, default=1000
        How often clusters are drawn for the intervals, and answers for the level of chance.
    random_state : int, RandomState or None, default=0
        Makes the draws repeatable.

    Returns
    -------
    calibration : Bunch
        ``error``, the root of the corrected mean square, 0 where that is negative;
        ``plain_error``, the mean size of the gaps, not corrected; ``interval``, ndarray of shape
        (2,), which holds the error with 95 %; ``chance``, a Bunch with ``mean`` and
        ``percentile_95`` of the corrected error of a perfect model with these confidences: its
        answers are right, independently, with the probability that is said. Of the bins:
        ``bin_edges`` of shape (n_bins + 1,); ``bin_confidence`` and ``bin_accuracy``, the means
        of shape (n_bins,); ``bin_interval`` of shape (n_bins, 2), which holds the accuracy with
        95 %; ``bin_count``. A bin without queries has NaN.

    Raises
    ------
    ValueError
        If lengths differ, there is no query, or a value is out of its range.

    See Also
    --------
    log_loss_with_unknown : A proper score, which also asks how sharp probabilities are.
    risk_coverage : Whether wrong answers are the less confident ones, at whatever scale.
    xrdmatch.inspection.ReliabilityDisplay : The bins as a picture.

    Notes
    -----
    The squared gap of a bin is the mean, over all pairs of queries of different clusters in it,
    of the product of what is right less what was said. Where each query is of its own and all
    confidences of a bin are equal, this is Definition 5.2 of [1]_. A bin with one cluster only is
    left out. The root has a bias again where the error is near 0: compare it with chance. Above
    the 95th percentile of chance the confidences are off.

    The error says nothing about use: always the same confidence, equal to the share of right
    answers, has none.

    Intervals come from a bootstrap over clusters, in the bins that were found once. Where all
    answers of a bin are right, or all wrong, its own has no width.

    References
    ----------
    .. [1] A. Kumar, P. Liang and T. Ma, Verified uncertainty calibration, NeurIPS (2019).
    .. [2] J. Bröcker, Estimating reliability and resolution of probability forecasts through
       decomposition of the empirical score, Clim. Dyn. 39, 655 (2012).
    .. [3] C. Guo, G. Pleiss, Y. Sun and K. Q. Weinberger, On calibration of modern neural
       networks, ICML (2017), equation 3.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.metrics import expected_calibration_error
    >>> rng = np.random.RandomState(0)
    >>> confidence = rng.uniform(0.5, 1, size=2000)
    >>> correct = rng.uniform(size=2000) < confidence  # as often right as is said
    >>> honest = expected_calibration_error(correct, confidence)
    >>> bool(honest.error < honest.chance.percentile_95)
    True
    >>> boasting = expected_calibration_error(correct, confidence**0.5)
    >>> bool(boasting.error > boasting.chance.percentile_95)
    True
    >>> boasting.bin_count.sum()
    np.int64(2000)
    """
    correct, confidence = checked_answers(correct, confidence)
    check_probabilities(confidence)
    cluster = numbered_clusters(clusters, len(correct))
    edges = bin_edges(confidence, n_bins, strategy)
    bins = ConfidenceBins.of(confidence, edges, cluster)
    gaps = bins.cell_sums(correct - confidence)
    error = _root(_known_square(bins.mean_squared_gap(gaps), len(edges) - 1))
    rng = check_random_state(random_state)
    squares, accuracies = _drawn(bins, correct, confidence, cluster, n_draws, rng)
    chance = _root(_squares_of_a_perfect_model(bins, confidence, n_draws, rng))
    columns = {
        "bin_confidence": bins.means(bins.cell_sums(confidence)),
        "bin_accuracy": bins.means(bins.cell_sums(correct)),
        "bin_interval": ends_of(accuracies),
    }
    count = bins.bin_sums(bins.sizes)
    return Bunch(
        error=float(error),
        plain_error=float(np.average(np.abs(bins.means(gaps)), weights=count)),
        interval=_root(ends_of(squares)),
        chance=Bunch(mean=float(chance.mean()), percentile_95=float(np.percentile(chance, 95))),
        bin_edges=edges,
        bin_count=_all_bins(count, bins, edges, 0),
        **{name: _all_bins(values, bins, edges, np.nan) for name, values in columns.items()},
    )


def _known_square(square, n_bins):
    if np.isnan(square):
        raise ValueError(
            "A calibration error needs a bin with queries of two clusters, got none in "
            f"{n_bins} bins; take fewer bins or more queries."
        )
    return square


def _root(squares):
    """Root of mean squares, which may be negative after their correction."""
    return np.sqrt(np.maximum(squares, 0))


def _drawn(bins, correct, confidence, cluster, n_draws, rng):
    """Squares (n_draws,) and accuracies (n_draws, n_filled) of clusters that are drawn."""
    right, gaps = bins.cell_sums(correct), bins.cell_sums(correct - confidence)
    squares, accuracies = [], []
    for drawn in times_drawn(cluster, n_draws, rng, width=len(gaps)):
        weights = drawn[:, bins.clusters]  # (n_some, n_cells)
        squares.append(bins.mean_squared_gap(gaps, weights))
        accuracies.append(bins.means(right, weights))
    return np.concatenate(squares), np.concatenate(accuracies)


def _squares_of_a_perfect_model(bins, confidence, n_draws, rng):
    """Corrected squares (n_draws,) where answers are right as often as is said."""
    squares = []
    for n_some in draws_at_once(n_draws, len(confidence)):
        correct = rng.uniform(size=(n_some, len(confidence))) < confidence
        squares.append(bins.mean_squared_gap(bins.cell_sums(correct - confidence)))
    return np.concatenate(squares)


def _all_bins(values, bins, edges, empty):
    """Values of the filled bins among all."""
    found = np.full((len(edges) - 1, *values.shape[1:]), empty, dtype=values.dtype)
    found[bins.bins] = values
    return found
