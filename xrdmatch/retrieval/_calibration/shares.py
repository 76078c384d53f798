"""How probability is shared among phases, by how far each is behind the best."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

START = (0.3, 1.0, 1.0, 0.02)  # rate, knee, tail, other
SPREAD = 2.0  # of the logarithms of these numbers, before anything is known
BOUND = 12.0  # of the same


@dataclass(frozen=True)
class Shares:
    """The weight of a phase whose best candidate is `gap` log odds behind the best of all.

    It is ``exp(-rate gap) (1 + gap / knee) ** -tail``. A pure exponential is what the model's own
    probabilities would be, at one temperature; the power is for models that are far too sure of
    themselves where the gap is large.

    Parameters
    ----------
    rate : float
        1 where log odds mean what they say, less where they are too sharp.
    knee : float
        Gap at which the power begins [log odds].
    tail : float
        The power.
    other : float
        Weight of all entries of the gallery that are not among the candidates.
    """

    rate: float
    knee: float
    tail: float
    other: float

    def weights(self, gaps):
        """Weights of gaps; 0 where the gap is infinite."""
        finite = np.where(np.isfinite(gaps), gaps, 0.0)
        logs = -self.rate * finite - self.tail * np.log1p(finite / self.knee)
        return np.where(np.isfinite(gaps), np.exp(logs), 0.0)

    def of(self, gaps):
        """Shares of phases.

        Parameters
        ----------
        gaps : ndarray of shape (n_queries, n_candidates)
            Output of `Evidence.gaps`.

        Returns
        -------
        ndarray of the same shape
            Probabilities, if the crystal is in the gallery; what is missing to 1 is that of
            entries that are not among the candidates.
        """
        weights = self.weights(gaps)
        return weights / (weights.sum(1, keepdims=True) + self.other)


def fit_shares(gaps, right):
    """Find the shares under which the right phases were most probable.

    Parameters
    ----------
    gaps : ndarray of shape (n_queries, n_candidates)
        Output of `Evidence.gaps`.
    right : ndarray of bool, shape (n_queries, n_candidates)
        Which candidate stands for the right phase; none where it is not among them.

    Returns
    -------
    Shares
        By maximum likelihood, under a wide prior that decides where there are few queries.
    """
    start = np.log(START)

    def cost(logs):
        shares = Shares(*np.exp(np.clip(start + logs, -BOUND, BOUND)))
        found = shares.of(gaps)
        hit = np.where(right.any(1), (found * right).sum(1), 1 - found.sum(1))
        return -np.log(np.maximum(hit, 1e-12)).sum() + ((logs / SPREAD) ** 2).sum() / 2

    best = minimize(cost, np.zeros(len(START)), method="L-BFGS-B")
    return Shares(*np.exp(np.clip(start + best.x, -BOUND, BOUND)).tolist())
