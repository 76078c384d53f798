"""Log loss of probabilities over candidates and the unknown."""

import numpy as np
from sklearn.utils import Bunch

from xrdmatch.metrics._bootstrap import clustered_bootstrap
from xrdmatch.metrics._listed_probabilities import checked_floor, checked_groups, checked_listed


def log_loss_with_unknown(
    truth,
    probabilities,
    indices,
    *,
    groups=None,
    n_gallery=None,
    clusters=None,
    floor=1e-6,
    n_draws=1000,
    random_state=0,
):
    """Average the negative logarithm of the probability that was given to the truth.

    The smaller the better; nothing but the true probabilities makes it smallest, so that it asks
    at once whether probabilities are right and whether they are sharp [1]_.

    Entries of one group are right together, and their probabilities add. What a list leaves of 1
    is that of the entries that are not listed, each with an even share; a truth that is not
    listed gets its own.

    Parameters
    ----------
    truth : array-like of int, shape (n_queries,)
        Position in the gallery of each query's structure, -1 of a crystal that is not in it.
    probabilities : array-like of shape (n_queries, k + 1)
        Of the entries listed, and last of a crystal that is not in the gallery, as
        `CalibratedRetriever.probabilities` returns them.
    indices : array-like of int, shape (n_queries, k)
        Positions in the gallery of the entries listed, the best first; -1 where there is none.
    groups : array-like of int or str, shape (n_gallery,), default=None
        Which entries are right together, such as twins: one value for each. If None, each entry
        is of its own.
    n_gallery : int, default=None
        Number of entries in the gallery; needed without `groups`.
    clusters : array-like of shape (n_queries,), default=None
        Which structure each query is of, as for `clustered_bootstrap`; if None, each is of its
        own.
    floor : float, default=1e-6
        Smallest probability that a truth is given: a single 0 would make the loss infinite.
    n_draws : int, default=1000
        How often clusters are drawn for the interval.
    random_state : int, RandomState or None, default=0
        Makes the draws repeatable.

    Returns
    -------
    loss : Bunch
        ``loss``, the mean [nats]; ``interval``, ndarray of shape (2,), which holds it with 95 %;
        ``constant``, the loss of the best constant confidence; ``losses``, ndarray of shape
        (n_queries,), for intervals of differences; ``n_at_floor``, of how many queries the floor
        decided.

    Raises
    ------
    ValueError
        If lengths differ, there is no query, a probability is out of range, or a position lies
        outside the gallery.

    See Also
    --------
    expected_calibration_error : Whether probabilities are right, sharp or not.

    Notes
    -----
    The constant confidence looks at no query: the group of the first candidate always gets one
    number, the unknown another, and what is left is shared evenly by all other entries. The best
    such numbers are the shares of these queries of which the first candidate is right, the
    crystal is not in the gallery, and another entry is right.

    References
    ----------
    .. [1] T. Gneiting and A. E. Raftery, Strictly proper scoring rules, prediction, and
       estimation, J. Am. Stat. Assoc. 102, 359 (2007).

    Examples
    --------
    Three queries, among 100 entries: the first candidate is right, the second one, and none.

    >>> from xrdmatch.metrics import log_loss_with_unknown
    >>> probabilities = [[0.9, 0.05, 0.05], [0.6, 0.3, 0.1], [0.1, 0.1, 0.8]]
    >>> indices = [[4, 7], [8, 2], [5, 6]]
    >>> found = log_loss_with_unknown([4, 2, -1], probabilities, indices, n_gallery=100)
    >>> round(found.loss, 3)  # -(log 0.9 + log 0.3 + log 0.8) / 3
    0.511
    >>> round(found.constant, 3)  # log 3, and log 99 for the second query
    2.63
    """
    groups = checked_groups(groups, n_gallery)
    truth, probabilities, indices = checked_listed(truth, probabilities, indices, len(groups))
    given = _given_to_truth(truth, probabilities, indices, groups)
    losses = -np.log(np.maximum(given, checked_floor(floor)))
    return Bunch(
        loss=float(losses.mean()),
        interval=clustered_bootstrap(losses, clusters, n_draws, random_state=random_state),
        constant=_constant_loss(truth, indices[:, 0], groups),
        losses=losses,
        n_at_floor=int((given < floor).sum()),
    )


def _given_to_truth(truth, probabilities, indices, groups):
    """Probability of each query's truth, (n_queries,)."""
    listed = indices >= 0
    right = listed & (groups[indices] == groups[truth][:, None])
    n_unlisted = len(groups) - listed.sum(1)
    n_right = np.bincount(groups)[groups[truth]] - right.sum(1)  # that are not listed
    left = np.maximum(1 - probabilities.sum(1), 0)
    known = (probabilities[:, :-1] * right).sum(1) + left * n_right / np.maximum(n_unlisted, 1)
    return np.where(truth < 0, probabilities[:, -1], known)


def _constant_loss(truth, first, groups):
    """Loss where each outcome always has the probability that it has on the average."""
    sizes = np.bincount(groups)
    unknown = truth < 0
    found = ~unknown & (first >= 0) & (groups[first] == groups[truth])
    other = ~unknown & ~found
    n_others = len(groups) - np.where(first < 0, 0, sizes[groups[first]])
    shares = np.array([found.mean(), unknown.mean(), other.mean()])
    entropy = -(shares * np.log(np.where(shares > 0, shares, 1))).sum()
    which = np.log(np.where(other, n_others / sizes[groups[truth]], 1))
    return float(entropy + which.mean())
