"""Top-k accuracy."""

from copy import copy
from dataclasses import dataclass
from numbers import Integral

import numpy as np


def top_k_accuracy(truth, candidates, k=1):
    """Share of queries whose right answer is among the first k candidates.

    Parameters
    ----------
    truth : array-like of shape (n_queries,)
        The right label or index of each query.
    candidates : array-like of shape (n_queries, n_candidates)
        Labels or indices, best first, as from `predict` or `kneighbors`.
    k : int, default=1
        How many candidates count.

    Returns
    -------
    float
        Between 0 and 1.

    Raises
    ------
    ValueError
        If lengths differ or there are fewer than k candidates.

    See Also
    --------
    top_k_scorer : Make a scorer for GridSearchCV and its like.
    retrieval_report
        Measure a retriever: accuracies with intervals, chance level, pool size and time.

    Examples
    --------
    >>> from xrdmatch.metrics import top_k_accuracy
    >>> top_k_accuracy([0, 1], [[0, 1, 2], [2, 0, 1]], k=2)
    0.5
    """
    truth, candidates = np.asarray(truth), np.asarray(candidates)
    if candidates.ndim != 2 or len(truth) != len(candidates) or not len(truth):
        raise ValueError(
            "top_k_accuracy needs one row of candidates for each right answer, got "
            f"{len(truth)} answers and candidates of shape {candidates.shape}; ask with k > 1 or "
            "reshape to (n_queries, 1)."
        )
    if not isinstance(k, Integral) or not 1 <= k <= candidates.shape[1]:
        raise ValueError(
            "k must be a whole number between 1 and the number of candidates, "
            f"{candidates.shape[1]}, got {k!r}; ask the retriever for more."
        )
    return float((candidates[:, :k] == truth[:, None]).any(1).mean())


def top_k_scorer(k=1):
    """Make a scorer for GridSearchCV and its like.

    Parameters
    ----------
    k : int, default=1
        How many candidates count.

    Returns
    -------
    callable
        Maps (estimator, structures, patterns) to the top-k accuracy with `structures` as the
        pool. The estimator is a retriever or a Pipeline that ends in one.

    See Also
    --------
    top_k_accuracy : Share of queries whose right answer is among the first k candidates.
    TopKScorer : Top-k accuracy as a scorer: see `top_k_scorer`.

    Examples
    --------
    >>> from xrdmatch.metrics import top_k_scorer
    >>> scoring = {"top1": top_k_scorer(1), "top10": top_k_scorer(10)}
    """
    if not isinstance(k, Integral) or k < 1:
        raise ValueError(f"k must be a whole number of at least 1, got {k!r}; use 1, 3, 5 or 10.")
    return TopKScorer(int(k))


@dataclass(frozen=True)
class TopKScorer:
    """Top-k accuracy as a scorer: see `top_k_scorer`.

    See Also
    --------
    top_k_scorer : Make a scorer for GridSearchCV and its like.
    """

    k: int

    def __call__(self, estimator, structures, patterns):
        """Score a fitted retriever, or a Pipeline that ends in one."""
        if hasattr(estimator, "steps"):
            for _, step in estimator.steps[:-1]:
                if hasattr(step, "transform"):  # "passthrough" has none
                    structures = step.transform(structures)
            estimator = estimator.steps[-1][1]
        retriever = copy(estimator).set_params(score_k=self.k)
        return retriever.score(structures, patterns)
