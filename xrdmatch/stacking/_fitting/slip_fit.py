"""The least squares of the layers' places, strengths and the probe."""

import numpy as np
from scipy.optimize import least_squares

from xrdmatch.stacking._fitting.slip_model import (
    SIGMA_START,
    SIGMA_STD,
    TAIL_START,
    TAIL_STD,
    SlipFit,
    model_waves,
)


def fit_slips(start):
    """Refine places, ratios and probe by least squares.

    Parameters
    ----------
    start : SlipStart
        Where to start.

    Returns
    -------
    SlipFit
        The minimum that was reached.
    """
    problem = start.problem
    n = problem.n_layers
    begin = np.concatenate(
        [start.places.ravel(), np.zeros(n - 1), [np.log(SIGMA_START), np.log(TAIL_START)]]
    )
    solution = least_squares(
        _differences, begin, jac=_derivatives, args=(problem,), method="lm", max_nfev=40
    )
    places, ratios, sigma, tail = _unpacked(solution.x, n)
    shape, _ = model_waves(problem, places, ratios, sigma, tail)
    scale = _scale(problem, shape)
    jacobian = scale * _shape_derivatives(problem, solution.x)
    return SlipFit(problem, places, ratios, sigma, tail, scale, 2 * solution.cost, jacobian)


def _unpacked(parameters, n):
    ratios = np.exp(np.concatenate([[0.0], parameters[2 * n : 3 * n - 1]]))
    sigma, tail = np.exp(parameters[-2:])
    return parameters[: 2 * n].reshape(n, 2), ratios, float(sigma), float(tail)


def _scale(problem, shape):
    weights = 1 / problem.sigma**2
    overlap = np.real(np.conj(shape) * problem.amplitudes) @ weights
    norm = np.abs(shape) ** 2 @ weights
    return max(overlap / norm, 0.0) if norm > 0 else 0.0


def _differences(parameters, problem):
    n = problem.n_layers
    shape, _ = model_waves(problem, *_unpacked(parameters, n))
    left = (problem.amplitudes - _scale(problem, shape) * shape) / problem.sigma
    ratios = parameters[2 * n : -2] / problem.ratio_std
    probe = (parameters[-2:] - np.log([SIGMA_START, TAIL_START])) / [SIGMA_STD, TAIL_STD]
    return np.concatenate([left.real, left.imag, ratios, probe])


def _derivatives(parameters, problem):
    """Return the Jacobian; the best scale changes with the parameters and is projected out."""
    n = problem.n_layers
    shape, _ = model_waves(problem, *_unpacked(parameters, n))
    weight = np.tile(1 / problem.sigma, 2)[:, None]
    flat = np.concatenate([shape.real, shape.imag])[:, None] * weight
    slopes = _shape_derivatives(problem, parameters) * weight
    slopes -= flat @ (flat.T @ slopes) / (flat.T @ flat)
    priors = np.zeros((n + 1, len(parameters)))
    priors[: n - 1, 2 * n : -2] = np.eye(n - 1) / problem.ratio_std
    priors[-2:, -2:] = np.diag([1 / SIGMA_STD, 1 / TAIL_STD])
    return np.vstack([-_scale(problem, shape) * slopes, priors])


def _shape_derivatives(problem, parameters):
    """Return derivatives of the model without its scale, shape (2 n_waves, n_parameters)."""
    n = problem.n_layers
    places, ratios, sigma, tail = _unpacked(parameters, n)
    shape, parts = model_waves(problem, places, ratios, sigma, tail)
    by_place = -2j * np.pi * parts[:, None] * problem.hk.T  # (n_layers, 2, n_waves)
    g, slow = problem.g, 1 + tail * problem.g
    by_sigma = -4 * (np.pi * sigma * g) ** 2 / slow * shape
    by_tail = 2 * (np.pi * sigma * g / slow) ** 2 * tail * g * shape
    every = np.vstack([by_place.reshape(2 * n, -1), parts[1:], by_sigma, by_tail]).T
    return np.vstack([every.real, every.imag])
