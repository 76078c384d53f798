"""Risk-coverage curves."""

import numpy as np
from sklearn.utils import Bunch

from xrdmatch.metrics._answers import checked_answers
from xrdmatch.metrics._cluster_draws import ends_of, numbered_clusters, times_drawn


def risk_coverage(correct, confidence, *, clusters=None, n_draws=1000, random_state=0):
    """Weigh how often answers are wrong against how many are given.

    If only answers above some confidence are given, coverage is their share among all queries,
    and risk the share of wrong ones among them. The area below the curve of both, over all
    numbers of answers, is small where wrong answers are the less confident ones [1]_. Only the
    order of the confidences counts: they need not be probabilities.

    Parameters
    ----------
    correct : array-like of bool, shape (n_queries,)
        Whether each answer is right.
    confidence : array-like of shape (n_queries,)
        Any number that is larger where the answer is surer; a distance with its sign changed.
    clusters : array-like of shape (n_queries,), default=None
        Which structure each query is of, as for `clustered_bootstrap`; if None, each is of its
        own.
    n_draws : int, default=1000
        How often clusters are drawn for the interval.
    random_state : int, RandomState or None, default=0
        Makes the draws repeatable.

    Returns
    -------
    curve : Bunch
        ``coverage``, ``risk`` and ``threshold``, ndarrays of shape (n_thresholds,), one entry for
        each different confidence, the largest first; ``area``, the mean risk over all numbers of
        answers; ``interval``, ndarray of shape (2,), which holds the area with 95 %; ``chance``,
        the area of a constant confidence, which is the risk of answering everything; ``best``,
        the area if every right answer came before the wrong ones.

    Raises
    ------
    ValueError
        If lengths differ, there is no query, or a value is not finite.

    See Also
    --------
    expected_calibration_error : Whether confidences are right as probabilities.
    xrdmatch.inspection.ReliabilityDisplay : The curve as a picture.

    Notes
    -----
    Of answers with equal confidence none comes first: the area is the mean over their orders.

    References
    ----------
    .. [1] Y. Geifman and R. El-Yaniv, Selective classification for deep neural networks, NeurIPS
       (2017); the area as in Y. Geifman, G. Uziel and R. El-Yaniv, Bias-reduced uncertainty
       estimation for deep neural classifiers, ICLR (2019).

    Examples
    --------
    >>> from xrdmatch.metrics import risk_coverage
    >>> curve = risk_coverage([True, True, False, True], [0.9, 0.8, 0.6, 0.6])
    >>> curve.threshold, curve.coverage
    (array([0.9, 0.8, 0.6]), array([0.25, 0.5 , 1.  ]))
    >>> curve.risk
    array([0.  , 0.  , 0.25])
    >>> round(curve.area, 3), curve.chance, round(curve.best, 4)
    (0.104, 0.25, 0.0625)
    """
    correct, confidence = checked_answers(correct, confidence)
    cluster, wrong = numbered_clusters(clusters, len(correct)), 1 - correct
    order = np.argsort(-confidence, kind="stable")
    _, starts = np.unique(-confidence[order], return_index=True)
    ones = np.ones(len(wrong), dtype=int)
    given, failed = (_cumulated(values[order], starts) for values in (ones, wrong))
    return Bunch(
        coverage=given / len(wrong),
        risk=failed / given,
        threshold=confidence[order][starts],
        area=float(_area(ones, wrong[order], starts)),
        interval=_interval(wrong[order], starts, cluster[order], n_draws, random_state),
        chance=float(wrong.mean()),
        best=_best_area(wrong),
    )


def _cumulated(values, starts):
    """Sum up to the end of each level, (..., n_levels)."""
    return np.add.reduceat(values, starts, axis=-1).cumsum(-1)


def _area(weights, wrong, starts):
    """Mean risk over all numbers of answers, of queries that count several times.

    Where a level begins, n answers with f failures are given; it adds m with g. The i-th of
    these meets a mean risk of ``(f + i g / m) / (n + i)``, which harmonic numbers sum up.
    """
    n, f = (_cumulated(values, starts) for values in (weights, weights * wrong))  # at the ends
    before = [np.concatenate([np.zeros_like(x[..., :1]), x[..., :-1]], axis=-1) for x in (n, f)]
    m, g = n - before[0], f - before[1]
    rate = g / np.maximum(m, 1)
    harmonic = np.concatenate([[0.0], np.cumsum(1 / np.arange(1, n[..., -1].max() + 1))])
    sums = g + (before[1] - rate * before[0]) * (harmonic[n] - harmonic[before[0]])
    return sums.sum(-1) / n[..., -1]


def _interval(wrong, starts, cluster, n_draws, random_state):
    """Draw clusters and take the ends of their areas; queries are in the order of confidence."""
    draws = times_drawn(cluster, n_draws, random_state, width=len(wrong))
    return ends_of(np.concatenate([_area(drawn[:, cluster], wrong, starts) for drawn in draws]))


def _best_area(wrong):
    """Area where every right answer comes first."""
    return float(_area(np.ones(len(wrong), dtype=int), np.sort(wrong), np.arange(len(wrong))))
