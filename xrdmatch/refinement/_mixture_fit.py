"""Several phases refined against one scan at once: one zero, scales that are never negative."""

from typing import NamedTuple

import numpy as np
from scipy.optimize import nnls

from xrdmatch.refinement._scan_fit import DAMPING, prior_of
from xrdmatch.refinement._scan_model import calculated_with_slopes
from xrdmatch.refinement._scan_query import ScanQuery

N_STEPS = 7
SETTLED = 0.1  # log probability that a step must gain for another one to follow


class MixtureFit(NamedTuple):
    """Phases refined together.

    Parameters
    ----------
    query : ScanQuery
        The scan on its grid.
    phases : tuple of n_phases MixturePhase
        With their refined parameters; all have the same zero.
    scale : ndarray of shape (n_phases,)
        Of their profiles; 0 where a phase does not show.
    profile : ndarray of shape (n_phases, n_points)
        Of scale 1, not weighted.
    cost : float
        Misfit and priors, twice a negative log probability.
    curvature : ndarray of shape (n + n_phases, n + n_phases)
        Half the second derivatives of the cost: all phases' parameters but their zeros one after
        the other, the zero, and the scales.

    See Also
    --------
    fit_mixture : Refine phases together, from where they stand.
    weight_fractions : Weight fractions of the crystalline phases of a mixture.
    """

    query: ScanQuery
    phases: tuple
    scale: np.ndarray
    profile: np.ndarray
    cost: float
    curvature: np.ndarray

    @property
    def log_likelihood(self):
        """Log probability of the scan, relative to one without any peak."""
        return (self.query.misfit_of_nothing - self.cost) / 2

    @property
    def zero(self):
        """Shift of all angles [degrees]."""
        return float(self.phases[0].parameters[self.phases[0].layout.zero])

    @property
    def peaks(self):
        """Counts of each phase above the background, (n_phases, n_points)."""
        return self.scale[:, None] * self.profile

    @property
    def covariance(self):
        """Inverse of the curvature, in its order; units of the parameters differ much."""
        size = np.sqrt(np.maximum(np.diag(self.curvature), np.finfo(float).tiny))
        scaled = self.curvature / np.outer(size, size)
        return np.linalg.pinv(scaled, hermitian=True) / np.outer(size, size)


def fit_mixture(query, phases, model, n_steps=N_STEPS):
    """Refine phases together, from where they stand.

    Cells, textures, widths, shapes and damping of all, one zero, scales and background are
    refined: Gauss and Newton's steps, damped as by Levenberg and Marquardt; scales follow along by
    non-negative least squares.

    Parameters
    ----------
    query : ScanQuery
        The scan, the last of `scan_queries`.
    phases : sequence of MixturePhase
        At least one.
    model : ScanModel
        Priors, of each phase.
    n_steps : int, default=7
        At most so many.

    Returns
    -------
    MixtureFit
        The most probable parameters and scales.

    See Also
    --------
    mixture_phase : Make a phase ready.
    weight_fractions : Weight fractions of the crystalline phases of a mixture.
    mixture_report : Say what was refined of a mixture.
    """
    joint = _Joint(query, tuple(phases), model)
    point, damping = joint.point(joint.start()), DAMPING[0]
    for _ in range(n_steps):
        matrix = point.curvature + damping * np.diag(np.diag(point.curvature))
        step = np.linalg.solve(matrix, point.slope).clip(-joint.prior.longest, joint.prior.longest)
        moved = (point.parameters + step).clip(joint.prior.low, joint.prior.high)
        trial = joint.point(moved)
        gained = (point.cost - trial.cost) / 2
        damping *= DAMPING[1] if gained > 0 else DAMPING[2]
        point = trial if gained > 0 else point
        if 0 < gained < SETTLED:
            break
    return joint.fit(point)


class _Point(NamedTuple):
    parameters: np.ndarray
    scale: np.ndarray
    profile: np.ndarray
    slopes: np.ndarray  # weighted, by parameters and scales
    cost: float
    curvature: np.ndarray  # the scales following along
    slope: np.ndarray


class _Joint:
    """Parameters of all phases in one vector: each phase's own, then the zero."""

    def __init__(self, query, phases, model):
        self.query, self.phases = query, phases
        layouts = [phase.layout for phase in phases]
        self.columns, self.n = joint_columns(layouts)
        self.prior = self._prior([prior_of(x, model, query.lines) for x in layouts])

    def _prior(self, priors):
        values = np.zeros((len(priors[0]), self.n))
        for columns, prior in zip(self.columns, priors, strict=True):
            values[:, columns] = prior
        return type(priors[0])(*values)

    def start(self):
        """Where the phases stand; the zero is the first phase's."""
        parameters = np.zeros(self.n)
        for columns, phase in reversed(list(zip(self.columns, self.phases, strict=True))):
            parameters[columns] = phase.parameters
        return parameters.clip(self.prior.low, self.prior.high)

    def point(self, parameters):
        """Cost, slope and curvature at some parameters."""
        query, rows = self.query, []
        for columns, phase in zip(self.columns, self.phases, strict=True):
            one = parameters[columns][None].astype(np.float32)
            rows.append(calculated_with_slopes(one, phase.at_rest[-1], query))
        raw = np.concatenate([profile for profile, _ in rows]).astype(float)
        weighted = query.without_background(raw * query.weight)
        scale, _ = nnls(weighted.T, query.target.astype(float))
        slopes = np.zeros((self.n, raw.shape[1]))
        for columns, (_, by), s in zip(self.columns, rows, scale, strict=True):
            slopes[columns] += s * by[0]
        slopes = query.without_background(slopes * query.weight)
        residual = query.target - scale @ weighted
        return self._judged(parameters, scale, raw, np.vstack([slopes, weighted]), residual)

    def _judged(self, parameters, scale, raw, slopes, residual):
        prior, share = self.prior, self.query.share
        shown = _orthonormal(slopes[self.n :][scale > 0])
        own = slopes[: self.n]
        free = own - (own @ shown.T) @ shown  # the scales are fitted as well
        off = (parameters - prior.mean) / prior.sigma
        cost = share * (residual**2).sum() + (off**2).sum()
        curvature = share * free @ free.T + np.diag(prior.sigma**-2)
        slope = share * free @ residual - off / prior.sigma
        return _Point(parameters, scale, raw, slopes, float(cost), curvature, slope)

    def fit(self, point):
        """Put together what came out."""
        phases = tuple(
            phase._replace(parameters=point.parameters[columns].astype(np.float32))
            for columns, phase in zip(self.columns, self.phases, strict=True)
        )
        curvature = self.query.share * point.slopes @ point.slopes.T
        curvature[: self.n, : self.n] += np.diag(self.prior.sigma**-2)
        return MixtureFit(self.query, phases, point.scale, point.profile, point.cost, curvature)


def joint_columns(layouts):
    """Say where the parameters of phases stand in the vector of all of them.

    Parameters
    ----------
    layouts : list of Layout
        Of the phases.

    Returns
    -------
    columns : list of ndarrays of shape (n_parameters,)
        Positions of each phase's; the zero's is the last for all.
    n : int
        Length of the vector.
    """
    n = sum(layout.n_parameters - 1 for layout in layouts) + 1
    columns, start = [], 0
    for layout in layouts:
        own = np.arange(layout.n_parameters)
        columns.append(start + own - (own > layout.zero))
        columns[-1][layout.zero] = n - 1
        start += layout.n_parameters - 1
    return columns, n


def _orthonormal(rows):
    """Orthonormal rows that span the same."""
    return np.linalg.qr(rows.T)[0].T
