"""Gaussians on a sloping background, fitted to many spots at a time."""

from dataclasses import dataclass

import numpy as np
from scipy.spatial import cKDTree

_REACH = 2.5  # widths, half the side of the square that is fitted
_CHUNK = 400  # spots at a time
_STEPS = 20
_DAMPING = 1e-2
_LARGEST_STEP = 0.3  # of a width, and of its logarithm


@dataclass(frozen=True, eq=False)
class Gaussians:
    """What was fitted to spots.

    Parameters
    ----------
    places : ndarray of shape (n_spots, 2)
        Columns and rows of the centres [pixels].
    height : ndarray of shape (n_spots,)
        Above the background.
    width : ndarray of shape (n_spots,)
        Standard deviations [pixels].
    places_sigma, height_sigma : ndarray of shape (n_spots,)
        Standard errors, from what the fit leaves.
    misfit : ndarray of shape (n_spots,)
        Root mean square of what it leaves, in heights.
    covered : ndarray of shape (n_spots,)
        Share of the pixels within a width and a half that count.
    """

    places: np.ndarray
    height: np.ndarray
    width: np.ndarray
    places_sigma: np.ndarray
    height_sigma: np.ndarray
    misfit: np.ndarray
    covered: np.ndarray

    def chosen(self, which):
        """Those that an index or a mask chooses."""
        return Gaussians(*(getattr(self, name)[which] for name in self.__dataclass_fields__))

    @property
    def volume(self):
        """Sums over all pixels."""
        return 2 * np.pi * self.width**2 * self.height

    @property
    def volume_sigma(self):
        """Standard errors of these."""
        return 2 * np.pi * self.width**2 * self.height_sigma


def fit_gaussians(pixels, places, width):
    """Fit a round Gaussian on a plane to each spot, in the pixels that are nearest to it.

    Parameters
    ----------
    pixels : Pixels
        The picture.
    places : ndarray of int, shape (n_spots, 2)
        Columns and rows from which to start.
    width : float
        Standard deviation from which to start [pixels].

    Returns
    -------
    Gaussians
        In the order of `places`.
    """
    half = max(2, int(np.ceil(_REACH * width)))
    dy, dx = np.mgrid[-half : half + 1, -half : half + 1]
    offsets = np.column_stack([dx.ravel(), dy.ravel()])
    tree = cKDTree(places)
    parts = [
        _fitted(*_window(pixels, places[i : i + _CHUNK], offsets, tree), offsets, width)
        for i in range(0, len(places), _CHUNK)
    ]
    parameters, errors, misfit, covered = map(np.concatenate, zip(*parts, strict=True))
    height, x, y, log_width = parameters[:, :4].T
    return Gaussians(
        places + np.column_stack([x, y]),
        height,
        np.exp(log_width),
        np.sqrt((errors[:, 1] ** 2 + errors[:, 2] ** 2) / 2),
        np.hypot(errors[:, 0], 2 * height * errors[:, 3]),
        misfit / np.maximum(np.abs(height), 1e-300),
        covered,
    )


def _window(pixels, places, offsets, tree):
    """Values around places and their weights, 0 where they do not count; (n, m) each."""
    at = places[:, None] + offsets  # (n, m, 2)
    shape = np.array(pixels.values.shape)[::-1]
    inside = ((at >= 0) & (at < shape)).all(2)
    column, row = np.moveaxis(np.clip(at, 0, shape - 1), 2, 0)
    nearest, _ = tree.query(at)
    own = np.linalg.norm(offsets, axis=1) <= nearest + 1e-9
    return pixels.values[row, column], (inside & own & pixels.is_good[row, column]).astype(float)


def _fitted(values, weights, offsets, width):
    """Parameters, their standard errors, root mean squares left, and shares of pixels covered."""
    start = np.zeros((len(values), 7))
    scale = np.maximum(np.abs(values).max(1), 1e-300)  # so that damping has no unit
    values = values / scale[:, None]
    start[:, 3] = np.log(width)
    start[:, 4] = np.where(weights > 0, values, np.inf).min(1)
    start[:, 4] = np.where(np.isfinite(start[:, 4]), start[:, 4], 0.0)
    start[:, 0] = np.maximum(values[:, len(offsets) // 2] - start[:, 4], 1e-6)
    parameters, damping = start, np.full(len(values), _DAMPING)
    rest, slopes = _model(parameters, values, offsets)
    loss = (weights * rest**2).sum(1)
    for _ in range(_STEPS):
        trial = parameters + _step(rest, slopes, weights, damping, width)
        new_rest, new_slopes = _model(trial, values, offsets)
        new_loss = (weights * new_rest**2).sum(1)
        better = new_loss < loss
        parameters = np.where(better[:, None], trial, parameters)
        rest = np.where(better[:, None], new_rest, rest)
        slopes = np.where(better[:, None, None], new_slopes, slopes)
        loss = np.where(better, new_loss, loss)
        damping = np.clip(np.where(better, damping / 5, damping * 5), 1e-9, 1e6)
    n = weights.sum(1)
    variance = loss / np.maximum(n - 7, 1)
    normal = _normal(slopes, weights)
    covariance = np.linalg.inv(normal + 1e-9 * _scaled(normal))
    errors = np.sqrt(np.maximum(np.einsum("nii->ni", covariance) * variance[:, None], 0))
    units = np.ones((len(values), 7))
    units[:, [0, 4, 5, 6]] = scale[:, None]
    core = np.linalg.norm(offsets, axis=1) <= 1.5 * width
    rms = np.sqrt(loss / np.maximum(n, 1)) * scale
    return parameters * units, errors * units, rms, weights[:, core].mean(1)


def _model(parameters, values, offsets):
    """Compute what a Gaussian on a plane leaves of values, and its slopes; (n, m), (n, m, 7)."""
    height, x, y, log_width, base, slope_x, slope_y = parameters.T[:, :, None]
    dx, dy = offsets[:, 0] - x, offsets[:, 1] - y
    width = np.exp(log_width)
    square = (dx**2 + dy**2) / width**2
    shape = np.exp(-square / 2)
    high = height * shape
    one = np.ones_like(shape)
    slopes = [shape, high * dx / width**2, high * dy / width**2, high * square]
    slopes = np.stack([*slopes, one, offsets[:, 0] * one, offsets[:, 1] * one], axis=2)
    plane = base + slope_x * offsets[:, 0] + slope_y * offsets[:, 1]
    return values - high - plane, slopes


def _step(rest, slopes, weights, damping, width):
    normal = _normal(slopes, weights)
    gradient = np.einsum("nmp,nm->np", slopes, weights * rest)
    damped = normal + damping[:, None, None] * _scaled(normal)
    step = np.linalg.solve(damped, gradient[:, :, None])[:, :, 0]
    reach = np.array([np.inf, width, width, 1.0, np.inf, np.inf, np.inf]) * _LARGEST_STEP
    return np.clip(step, -reach, reach)


def _normal(slopes, weights):
    return (slopes * weights[:, :, None]).swapaxes(1, 2) @ slopes


def _scaled(normal):
    """Diagonal matrices as large as the normal ones, nowhere zero."""
    diagonal = np.einsum("nii->ni", normal)
    return (diagonal + 1e-12)[:, :, None] * np.eye(normal.shape[1])
