"""How much the distributions of two intensities overlap."""

import numpy as np
from scipy.special import gammaln

FLOOR = 1e-3  # of the mean intensity: less is not told from nothing
LEAST = 0.01  # overlap of a spot: so often a spot is anything, whatever was expected


def overlap(first, second, judged, noise):
    """Mean overlap of the distributions of spots' intensities, at the best scale.

    Intensities are distributed by Gamma densities with the moments given and relative noise;
    their overlap is the integral over the root of their product (Bhattacharyya's coefficient).

    Parameters
    ----------
    first, second : tuple of ndarray of shape (n, n_spots)
        Mean and variance of the intensities of n pairs.
    judged : ndarray of bool, shape (n, n_spots)
        Which spots count.
    noise : float
        Relative error of an intensity.

    Returns
    -------
    ndarray of shape (n,)
        Geometric mean over the spots that count; NaN where none does.
    """
    (mean, shape), (other, other_shape) = (_gamma(*m, judged, noise) for m in (first, second))
    weight = judged / (1 / shape + 1 / other_shape)
    total = np.maximum(weight.sum(1, keepdims=True), np.finfo(float).tiny)
    scale = (weight * np.log(mean / other)).sum(1, keepdims=True) / total
    logs = _log_overlap(shape, shape / mean, other_shape, other_shape / (other * np.exp(scale)))
    counts = judged.sum(1)
    logs = np.where(judged, np.maximum(logs, np.log(LEAST)), 0.0).sum(1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.exp(np.where(counts > 0, logs / counts, np.nan))


def _gamma(mean, variance, judged, noise):
    """Means in units of their own mean, and shapes of the densities, everything being floored."""
    counts = np.maximum(judged.sum(1, keepdims=True), 1)
    unit = np.where(judged, mean, 0.0).sum(1, keepdims=True) / counts
    unit = np.where(unit > 0, unit, 1.0)
    mean, variance = mean / unit, variance / unit**2
    total = variance + noise**2 * (mean**2 + variance) + FLOOR**2
    return mean + FLOOR, (mean + FLOOR) ** 2 / total


def _log_overlap(shape, rate, other_shape, other_rate):
    """Logarithm of the overlap of two Gamma densities."""
    middle, between = (shape + other_shape) / 2, (rate + other_rate) / 2
    logs = gammaln(middle) - (gammaln(shape) + gammaln(other_shape)) / 2
    return logs + (shape * np.log(rate / between) + other_shape * np.log(other_rate / between)) / 2
