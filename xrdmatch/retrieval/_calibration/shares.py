"""How probability is shared among phases, by how far each is behind the best."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

START = (0.3, 1.0, 1.0, 0.02, 1.0)  # rate, knee, tail, other, crowding
SPREAD = 2.0  # of the logarithms of these numbers, before anything is known
BOUND = 12.0  # of the same
MOST = 1 - 1e-9  # of a rival's weight, so that the best phase stays first


@dataclass(frozen=True)
class Shares:
    """The weight of a phase whose best candidate is `gap` log odds behind the best of all.

    It is ``exp(-rate gap) (1 + gap / knee) ** -tail``. A pure exponential is what the model's own
    probabilities would be, at one temperature; the power is for models that are far too sure of
    themselves where the gap is large. The best phase has 1, and all others together, which are R,
    count as ``R ** crowding``, each as far as it stays behind the best one.

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
    crowding : float, default=1.0
        The exponent; above 1, rivals tell the more against the best phase the more they are.
    """

    rate: float
    knee: float
    tail: float
    other: float
    crowding: float = 1.0

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
        leads = np.arange(gaps.shape[1]) == gaps.argmin(1)[:, None]
        factor = self._factor(np.where(leads, 0.0, weights))
        weights = np.where(leads, weights, weights * factor)
        return weights / (weights.sum(1, keepdims=True) + self.other * factor)

    def _factor(self, rivals):
        """Give what the weights of rivals are multiplied by, (n_queries, 1); none reaches 1."""
        total = rivals.sum(1, keepdims=True) + self.other
        largest = np.maximum(rivals.max(1, keepdims=True), np.finfo(float).tiny)
        return np.minimum(total ** (self.crowding - 1), MOST / largest)


def fit_shares(gaps, right, *, crowding=False):
    """Find the shares under which the right phases were most probable.

    Parameters
    ----------
    gaps : ndarray of shape (n_queries, n_candidates)
        Output of `Evidence.gaps`.
    right : ndarray of bool, shape (n_queries, n_candidates)
        Which candidate stands for the right phase; none where it is not among them.
    crowding : bool, default=False
        Whether to find that number too, or to leave it at 1.

    Returns
    -------
    Shares
        By maximum likelihood, under a wide prior that decides where there are few queries.
    """
    start, n = np.log(START), len(START) if crowding else len(START) - 1

    def shares_at(logs):
        given = start + np.append(logs, np.zeros(len(START) - n))
        return Shares(*np.exp(np.clip(given, -BOUND, BOUND)).tolist())

    def cost(logs):
        found = shares_at(logs).of(gaps)
        hit = np.where(right.any(1), (found * right).sum(1), 1 - found.sum(1))
        return -np.log(np.maximum(hit, 1e-12)).sum() + ((logs / SPREAD) ** 2).sum() / 2

    return shares_at(minimize(cost, np.zeros(n), method="L-BFGS-B").x)
