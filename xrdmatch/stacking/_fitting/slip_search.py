"""Where the layers may be: every place on a grid, and the least squares from the best ones."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.ndimage import minimum_filter
from scipy.optimize import least_squares

GRID = {1: 24, 2: 24, 3: 12}  # points along each axis of the cell, by the number of layers
N_STARTS = 4
SIGMA_START = 0.45  # [Å]
SIGMA_STD = 0.5  # of the logarithm of the probe's sigma
TAIL_START, TAIL_STD = 0.2, 1.5  # [Å] of the probe's tail, and of its logarithm
MODEL_ERROR = 0.02  # of an amplitude, relative: what a Gaussian probe and Z^power leave
FLOOR = 0.003  # of the strongest amplitude


@dataclass(frozen=True, eq=False)
class SlipProblem:
    """The amplitudes of an image's waves, and the layers that they are to be explained by.

    Parameters
    ----------
    hk : ndarray of shape (n_waves, 2)
        The waves.
    g : ndarray of shape (n_waves,)
        Lengths of their vectors [1/Å].
    amplitudes : ndarray of complex, shape (n_waves,)
        What was found in the image.
    noise : float
        Standard deviation of real and imaginary parts.
    layers : ndarray of complex, shape (n_layers, n_waves)
        The layers' own waves.
    ratio_std : float
        Prior of the layers' ratios: standard deviation of their logarithms.
    """

    hk: np.ndarray
    g: np.ndarray
    amplitudes: np.ndarray
    noise: float
    layers: np.ndarray
    ratio_std: float

    @property
    def n_layers(self):
        """Number of layers."""
        return len(self.layers)

    @property
    def sigma(self):
        """Standard deviation that each amplitude is given, shape (n_waves,)."""
        size = np.abs(self.amplitudes)
        return np.sqrt(self.noise**2 + (MODEL_ERROR * size) ** 2 + (FLOOR * size.max()) ** 2)


@dataclass(frozen=True, eq=False)
class SlipFit:
    """Layers fitted to the waves of an image.

    Parameters
    ----------
    problem : SlipProblem
        What was fitted.
    places : ndarray of shape (n_layers, 2)
        Where the layers' origins are, in fractions of the image's lattice.
    ratios : ndarray of shape (n_layers,)
        How strongly each is seen, relative to the first.
    probe_sigma : float
        [Å].
    probe_tail : float
        How far its transfer falls short of a Gaussian [Å].
    scale : float
        Of the model.
    cost : float
        Sum of the squares of weighted differences and priors.
    jacobian : ndarray of shape (2 n_waves, n_parameters)
        Derivatives of real and imaginary parts of the model; places come first.
    """

    problem: SlipProblem
    places: np.ndarray
    ratios: np.ndarray
    probe_sigma: float
    probe_tail: float
    scale: float
    cost: float
    jacobian: np.ndarray

    @property
    def model(self):
        """The fitted amplitudes, shape (n_waves,)."""
        return (
            self.scale
            * _shape(self.problem, self.places, self.ratios, self.probe_sigma, self.probe_tail)[0]
        )

    @property
    def slip(self):
        """Shift of each layer against the one below, in fractions, shape (n_layers - 1, 2)."""
        return np.diff(self.places, axis=0)

    @property
    def residual(self):
        """Share of the waves' amplitude that is not explained, noise apart, 0 to 1."""
        found = np.abs(self.problem.amplitudes) ** 2
        left = (np.abs(self.problem.amplitudes - self.model) ** 2).sum()
        noise = 2 * self.problem.noise**2 * len(found)
        return float(np.sqrt(max(left - noise, 0.0) / max(found.sum() - noise, 1e-30)))


@dataclass(frozen=True, eq=False)
class SlipStart:
    """Places on a grid from which a fit may start.

    Parameters
    ----------
    problem : SlipProblem
        What is to be fitted.
    places : ndarray of shape (n_layers, 2)
        Where the layers are, in fractions.
    cost : float
        Sum of the squares of weighted differences.
    """

    problem: SlipProblem
    places: np.ndarray
    cost: float


def _transfer(g, sigma, tail=0.0):
    return np.exp(-2 * (np.pi * sigma * g) ** 2 / (1 + tail * g))


def _shape(problem, places, ratios, sigma, tail):
    """Return the model without its scale, and each layer's part of it (n_layers, n_waves)."""
    phases = np.exp(-2j * np.pi * places @ problem.hk.T)
    parts = ratios[:, None] * problem.layers * phases * _transfer(problem.g, sigma, tail)
    return parts.sum(0), parts


def slip_starts(problem, n_starts=N_STARTS):
    """Compare every set of places on a grid with an image's waves, the best scale put in.

    Parameters
    ----------
    problem : SlipProblem
        The waves.
    n_starts : int
        Number of starts.

    Returns
    -------
    list of SlipStart
        The best ones, each a minimum of its own.
    """
    n, count = GRID[problem.n_layers], problem.n_layers
    cells = np.array(list(product(range(n), repeat=2))) / n  # (n^2, 2)
    phases = np.exp(-2j * np.pi * cells @ problem.hk.T)  # (n^2, n_waves)
    weights = 1 / problem.sigma**2
    own = problem.layers * _transfer(problem.g, SIGMA_START)
    overlap = np.array(
        [np.real((phases * wave) @ (np.conj(problem.amplitudes) * weights)) for wave in own]
    )  # (n_layers, n^2)
    slips = np.array(list(product(range(len(cells)), repeat=count - 1)), dtype=int)
    best, first = _best_first_place(overlap, slips, n)
    norm = _norms(own, phases, slips, weights)
    score = (np.maximum(best, 0.0) ** 2 / norm).reshape((n,) * (2 * (count - 1)))
    total = np.abs(problem.amplitudes) ** 2 @ weights
    return [
        SlipStart(problem, _places(cells, slips[i], first[i]), float(total - score.ravel()[i]))
        for i in _separate_maxima(score, n_starts)
    ]


def _best_first_place(overlap, slips, n):
    """Return, for each set of shifts against the first layer, its best overlap and where."""
    best, first = np.empty(len(slips)), np.empty(len(slips), dtype=int)
    first_map = overlap[0].reshape(n, n)
    rolled = [_all_rolled(row.reshape(n, n)) for row in overlap[1:]]  # each (n^2, n^2)
    for block in np.array_split(np.arange(len(slips)), max(1, len(slips) // 4000)):
        total = first_map.ravel() + sum(
            (rolls[slips[block, i]] for i, rolls in enumerate(rolled)),
            np.zeros((len(block), n * n)),
        )
        first[block] = total.argmax(1)
        best[block] = total.max(1)
    return best, first


def _all_rolled(image):
    """Return the image moved back by each place of the grid, shape (n^2, n^2)."""
    n = len(image)
    steps = product(range(n), repeat=2)
    return np.array([np.roll(image, (-i, -j), (0, 1)).ravel() for i, j in steps])


def _norms(own, phases, slips, weights):
    """Return the weighted square of the model for each set of shifts, shape (n_slips,)."""
    norm = np.empty(len(slips))
    for block in np.array_split(np.arange(len(slips)), max(1, len(slips) // 4000)):
        model = own[0] + sum(
            (own[i + 1] * phases[slips[block, i]] for i in range(slips.shape[1])),
            np.zeros((len(block), len(weights))),
        )
        norm[block] = (np.abs(model) ** 2) @ weights
    return norm


def _separate_maxima(score, n_starts):
    """Return flat indices of the largest values that no neighbour exceeds."""
    if score.ndim == 0:
        return [0]
    peaks = np.flatnonzero((-score == minimum_filter(-score, 3, mode="wrap")).ravel())
    return peaks[np.argsort(-score.ravel()[peaks])][:n_starts]


def _places(cells, slips, first):
    return np.vstack([cells[first][None], cells[first] + cells[slips]])


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
    shape, _ = _shape(problem, places, ratios, sigma, tail)
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
    return max(overlap / (np.abs(shape) ** 2 @ weights), 0.0)


def _differences(parameters, problem):
    n = problem.n_layers
    shape, _ = _shape(problem, *_unpacked(parameters, n))
    left = (problem.amplitudes - _scale(problem, shape) * shape) / problem.sigma
    ratios = parameters[2 * n : -2] / problem.ratio_std
    probe = (parameters[-2:] - np.log([SIGMA_START, TAIL_START])) / [SIGMA_STD, TAIL_STD]
    return np.concatenate([left.real, left.imag, ratios, probe])


def _derivatives(parameters, problem):
    """Return the Jacobian; the best scale changes with the parameters and is projected out."""
    n = problem.n_layers
    shape, _ = _shape(problem, *_unpacked(parameters, n))
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
    shape, parts = _shape(problem, places, ratios, sigma, tail)
    by_place = -2j * np.pi * parts[:, None] * problem.hk.T  # (n_layers, 2, n_waves)
    g, slow = problem.g, 1 + tail * problem.g
    by_sigma = -4 * (np.pi * sigma * g) ** 2 / slow * shape
    by_tail = 2 * (np.pi * sigma * g / slow) ** 2 * tail * g * shape
    every = np.vstack([by_place.reshape(2 * n, -1), parts[1:], by_sigma, by_tail]).T
    return np.vstack([every.real, every.imag])
