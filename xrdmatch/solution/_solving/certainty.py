"""Calibrated probability that a structure is right, from its fit and its bonds."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from xrdmatch.solution._solving.facts import BONDS, FACTS

SHIPPED = Path(__file__).parents[1] / "weights" / "certainty.json"
FEWEST = 5  # right and wrong ones to learn from


class Law(NamedTuple):
    """Linear model of log odds.

    Parameters
    ----------
    weights : tuple of n_facts float
        Of the facts; 0 for those that are not used.
    offset : float
        Its value where all facts are 0.
    """

    weights: tuple
    offset: float

    def probability(self, facts):
        """Probability by facts (..., n_facts); those of weight 0 may be NaN."""
        used = np.array(self.weights) != 0
        known = np.where(used, facts, 0.0)
        return expit(known @ np.array(self.weights) + self.offset)


@dataclass(frozen=True)
class Certainty:
    """Logistic models of the probability that a structure is right, with and without bonds.

    Parameters
    ----------
    names : tuple of str
        What is known of a structure.
    with_bonds, without_bonds : Law
        How probable it is that it is right, where its bonds were checked and where not.

    See Also
    --------
    learn_certainty : Learn how probable it is that a structure is right.
    StructureSolver
        Solve structures from powder scans, by templates of a library and without any network.
    """

    names: tuple
    with_bonds: Law
    without_bonds: Law

    def probability(self, facts):
        """Probability of being right.

        Parameters
        ----------
        facts : ndarray of shape (..., n_facts)
            By `names`; that of bonds is NaN where they were not checked.

        Returns
        -------
        ndarray of shape (...)
            Between 0 and 1.
        """
        facts = np.asarray(facts, dtype=float)
        checked = np.isfinite(facts[..., self.names.index(BONDS)])
        known = np.nan_to_num(facts)
        both = self.with_bonds.probability(known), self.without_bonds.probability(known)
        return np.where(checked, *both)

    def to_json(self):
        """Write it as text that `from_json` reads."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @classmethod
    def from_json(cls, text):
        """Read what `to_json` wrote."""
        content = json.loads(text)
        laws = [Law(tuple(weights), offset) for weights, offset in list(content.values())[1:]]
        return cls(tuple(content["names"]), *laws)


def learn_certainty(facts, right):
    """Learn how probable it is that a structure is right.

    Parameters
    ----------
    facts : ndarray of shape (n_structures, 5)
        What is known of each, as the facts of a `SolvedStructure`.
    right : ndarray of bool, shape (n_structures,)
        Which are right.

    Returns
    -------
    Certainty
        Logistic regressions, with and without what the bond check said.

    Raises
    ------
    ValueError
        If fewer than 5 are right, or fewer than 5 are not.

    See Also
    --------
    Certainty
        Logistic models of the probability that a structure is right, with and without bonds.
    """
    n_right, n_wrong = int(np.sum(right)), int(np.sum(~right))
    if min(n_right, n_wrong) < FEWEST:
        raise ValueError(
            f"Certainty is learned of {FEWEST} right and {FEWEST} wrong answers, got {n_right} and "
            f"{n_wrong}; ask more queries."
        )
    others = np.array([name != BONDS for name in FACTS])
    checked = np.isfinite(facts).all(1)
    without = _law(facts, right, others)
    if min(np.sum(right[checked]), np.sum(~right[checked])) < FEWEST:
        return Certainty(FACTS, without, without)
    return Certainty(FACTS, _law(facts[checked], right[checked], others | True), without)


def _law(facts, right, used):
    scaler, logistic = StandardScaler(), LogisticRegression()
    make_pipeline(scaler, logistic).fit(facts[:, used], right)
    weights = np.zeros(len(used))
    weights[used] = logistic.coef_[0] / scaler.scale_
    offset = float(logistic.intercept_[0] - weights[used] @ scaler.mean_)
    return Law(tuple(weights.tolist()), offset)


def shipped_certainty():
    """Read what was learned of the Materials Project's crystals of up to 20 atoms."""
    return Certainty.from_json(SHIPPED.read_text(encoding="utf-8"))
