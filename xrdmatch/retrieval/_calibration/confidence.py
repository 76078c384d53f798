"""Probabilities of phases, and of none of them, learned where the truth was known."""

from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np
from scipy.special import expit
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

from xrdmatch.retrieval._calibration.beta import AS_IT_IS, corrected, fit_beta
from xrdmatch.retrieval._calibration.odds import Curves, fit_curves, fit_line
from xrdmatch.retrieval._calibration.shares import Shares, fit_shares

N_FOLDS = 5
ENOUGH_FOR_DETAIL = 500  # queries of either kind; with fewer, curves would follow chance
FEWEST = 10  # queries of either kind that are enough to learn from
SEED = 0  # of the folds
TOLD = 0.05  # share of rejected known ones for which it is said how many others are rejected


@dataclass(frozen=True, eq=False)
class Confidence:
    """What was learned of one kind of queries.

    Parameters
    ----------
    names : tuple of n_features str
        What is known of the best candidate: first its margin, then the facts of its fit.
    weights : ndarray of shape (n_features,)
        Of the logarithm of the odds that the crystal is in the gallery, by a straight law.
    offset : float
        Its value where all features are 0.
    shares : Shares
        How probability is shared among phases.
    known, truth : ndarray of shape (n_known,)
        Ascending: of queries whose crystal was in the gallery, the probability of that, and that
        of the right phase, each from what was learned of the other queries.
    unknown : ndarray of shape (n_unknown,)
        The same first probability of queries whose crystal had been taken out.
    beta : tuple of 3 floats, default=(1.0, 1.0, 0.0)
        Output of `fit_beta`: what corrects the logarithm of those odds.
    curves : Curves, default=None
        What the straight law gives way to, where there were enough queries.
    """

    names: tuple
    weights: np.ndarray
    offset: float
    shares: Shares
    known: np.ndarray
    truth: np.ndarray
    unknown: np.ndarray
    beta: tuple = AS_IT_IS
    curves: Curves | None = None

    def __str__(self):
        """Say in words what was learned."""
        is_known = np.repeat([1, 0], [len(self.known), len(self.unknown)])
        area = roc_auc_score(is_known, np.concatenate([self.known, self.unknown]))
        rejected = np.mean(self.unknown < self.rejection_threshold(TOLD))
        return (
            f"crystals in the gallery and others are told apart with an AUC of {area:.2f}; where "
            f"{100 * TOLD:.0f} % of the former are rejected, so are {100 * rejected:.0f} % of the "
            f"latter. The log odds are {self._law()} of the best candidate."
        )

    def _law(self):
        if self.curves is not None:
            return f"a sum of smooth curves of {', '.join(self.names[:-1])} and {self.names[-1]}"
        pairs = zip(self.weights, self.names, strict=True)
        terms = " ".join(f"{weight:+.2f} {name}" for weight, name in pairs)
        return f"{self.offset:.2f} {terms}"

    def known_probability(self, evidence):
        """Probability that the crystal of each query is in the gallery, (n_queries,).

        0 where there is no candidate.
        """
        return expit(self.log_odds(evidence))

    def log_odds(self, evidence):
        """Logarithms of the odds of the same, (n_queries,)."""
        features = evidence.features()
        line = features @ self.weights + self.offset
        odds = line if self.curves is None else self.curves.of(features)
        return np.where(some_candidate(evidence), corrected(odds, self.beta), -np.inf)

    def phase_probability(self, evidence):
        """Probability of each phase, at its best candidate; (n_queries, n_candidates)."""
        return self.known_probability(evidence)[:, None] * self.shares.of(evidence.gaps())

    def rejection_threshold(self, false_rejection):
        """Probability of being known below which that share of the known ones would fall."""
        return lower_quantile(self.known, false_rejection)

    def set_threshold(self, coverage):
        """Probability of a phase above which the right one is that often."""
        return lower_quantile(self.truth, 1 - coverage)

    def rejects(self, evidence, false_rejection):
        """Tell which queries have a crystal that is probably not in the gallery, (n_queries,)."""
        return self.known_probability(evidence) < self.rejection_threshold(false_rejection)


def lower_quantile(ascending, share):
    """Find the value that a further number falls below with at most that probability.

    That of split conformal prediction: of n exchangeable numbers and a further one, each place in
    the order is equally probable.
    """
    rank = int(np.floor(share * (len(ascending) + 1)))
    return ascending[rank - 1] if rank else -np.inf


def learn_confidence(known, right, unknown, prior_unknown):
    """Learn from queries whose crystal is known to be in the gallery, or not.

    Parameters
    ----------
    known : Evidence
        Of queries whose crystal is in the gallery.
    right : ndarray of bool, shape (n_known, n_candidates)
        Which candidates are of the right phase.
    unknown : Evidence
        Of the same queries in the same order, the right phase taken out.
    prior_unknown : float
        Probability, before anything is seen, that the crystal is not in the gallery.

    Returns
    -------
    Confidence
        What was learned.
    """
    check_enough(known, right, unknown)
    detailed = min(numbers_with_candidates(known, unknown)) >= ENOUGH_FOR_DETAIL
    learn = partial(_learned, prior_unknown=prior_unknown, detailed=detailed)
    held = _held_out(known, right, unknown, learn)
    beta = AS_IT_IS
    if detailed:
        logits = held.known[some_candidate(known)], held.unknown[some_candidate(unknown)]
        beta = fit_beta(*logits, prior_unknown)
    of_known, of_unknown = (expit(corrected(part, beta)) for part in (held.known, held.unknown))
    ordered = map(np.sort, (of_known, of_known * held.share, of_unknown))
    held_out = dict(zip(("known", "truth", "unknown"), ordered, strict=True))
    return replace(learn(known, right, unknown), **held_out, beta=beta)


class _HeldOut(NamedTuple):
    """What was learned of the other queries says of each; (n_queries,)."""

    known: np.ndarray  # log odds of being known, where it is
    share: np.ndarray  # of the right phase
    unknown: np.ndarray  # log odds of being known, where it is not


def _held_out(known, right, unknown, learn):
    held = _HeldOut(*np.zeros((3, len(right))))
    for train, test in KFold(N_FOLDS, shuffle=True, random_state=SEED).split(right):
        one = learn(known.rows(train), right[train], unknown.rows(train))
        held.known[test] = one.log_odds(known.rows(test))
        held.share[test] = (one.shares.of(known.rows(test).gaps()) * right[test]).max(1)
        held.unknown[test] = one.log_odds(unknown.rows(test))
    return held


def some_candidate(evidence):
    """Which queries have a candidate at all."""
    return np.isfinite(evidence.scores).any(1)


def numbers_with_candidates(known, unknown):
    """Count the queries of either kind that have a candidate."""
    return [int(some_candidate(evidence).sum()) for evidence in (known, unknown)]


def is_enough(known, right, unknown):
    """Tell whether there are enough queries to learn from."""
    return min(numbers_with_candidates(known, unknown)) >= FEWEST and bool(right.any())


def check_enough(known, right, unknown):
    """Check that there are enough queries of either kind, and that some were answered rightly."""
    if is_enough(known, right, unknown):
        return
    n_known, n_unknown = numbers_with_candidates(known, unknown)
    if min(n_known, n_unknown) < FEWEST:
        raise ValueError(
            f"Calibration needs {FEWEST} queries whose crystal is in the gallery and {FEWEST} that "
            "find another candidate once it is taken out, got "
            f"{n_known} and {n_unknown}; use a larger gallery with other crystals in it."
        )
    raise ValueError(
        f"Calibration learns from queries that are answered rightly, got {len(right)} of which "
        "none has its crystal among the candidates; check that the labels are those of the "
        "gallery, or use queries that are less perturbed."
    )


def _learned(known, right, unknown, prior_unknown, detailed):
    gaps = known.gaps()
    shares = fit_shares(gaps, leads(known, gaps, right), crowding=detailed)
    features, is_known = [], []
    for evidence, value in ((known, True), (unknown, False)):
        rows = evidence.features()[some_candidate(evidence)]
        features.append(rows)
        is_known.append(np.full(len(rows), value))
    asked = *map(np.concatenate, (features, is_known)), prior_unknown
    curves = fit_curves(*asked) if detailed else None
    names, nothing = ("log margin", *known.names), [np.zeros(0)] * 3
    return Confidence(names, *fit_line(*asked), shares, *nothing, curves=curves)


def leads(evidence, gaps, right):
    """Which candidate stands for the right phase: the best one of it."""
    return right & np.isfinite(gaps)
