"""How probable it is that a structure is right, by how it fits and how its atoms are bonded."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from xrdmatch.solution._solving.facts import FACTS

SHIPPED = Path(__file__).parents[1] / "weights" / "certainty.json"
FEWEST = 5  # right and wrong ones to learn from


@dataclass(frozen=True)
class Certainty:
    """What was learned of structures whose truth was known.

    Parameters
    ----------
    names : tuple of str
        What is known of a structure.
    weights : tuple of float
        Of the logarithm of the odds that it is right.
    offset : float
        Its value where all of these are 0.
    """

    names: tuple
    weights: tuple
    offset: float

    def probability(self, facts):
        """Probability of being right.

        Parameters
        ----------
        facts : ndarray of shape (..., n_facts)
            Output of `xrdmatch.solution._solving.facts.facts`.

        Returns
        -------
        ndarray of shape (...)
            Between 0 and 1.
        """
        return expit(facts @ np.array(self.weights) + self.offset)

    def to_json(self):
        """Write it as text that `from_json` reads."""
        return json.dumps(asdict(self), indent=1) + "\n"

    @classmethod
    def from_json(cls, text):
        """Read what `to_json` wrote."""
        content = json.loads(text)
        return cls(tuple(content["names"]), tuple(content["weights"]), content["offset"])


def learn_certainty(facts, right):
    """Learn how probable it is that a structure is right.

    Parameters
    ----------
    facts : ndarray of shape (n_structures, n_facts)
        What is known of each.
    right : ndarray of bool, shape (n_structures,)
        Which are right.

    Returns
    -------
    Certainty
        A logistic regression.

    Raises
    ------
    ValueError
        If fewer than 5 are right, or fewer than 5 are not.
    """
    n_right, n_wrong = int(np.sum(right)), int(np.sum(~right))
    if min(n_right, n_wrong) < FEWEST:
        raise ValueError(
            f"Certainty is learned of {FEWEST} right and {FEWEST} wrong answers, got {n_right} and "
            f"{n_wrong}; ask more queries."
        )
    scaler, logistic = StandardScaler(), LogisticRegression()
    make_pipeline(scaler, logistic).fit(facts, right)
    weights = logistic.coef_[0] / scaler.scale_
    offset = float(logistic.intercept_[0] - weights @ scaler.mean_)
    return Certainty(FACTS, tuple(weights.tolist()), offset)


def shipped_certainty():
    """Read what was learned of the Materials Project's crystals of up to 20 atoms."""
    return Certainty.from_json(SHIPPED.read_text(encoding="utf-8"))
