"""Starting values of slips: all layer positions on a grid."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from scipy.ndimage import minimum_filter

from xrdmatch.stacking._fitting.slip_model import SIGMA_START, SlipProblem, transfer

GRID = {1: 24, 2: 24, 3: 12}  # points along each axis of the cell, by the number of layers
N_STARTS = 4


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
    own = problem.layers * transfer(problem.g, SIGMA_START)
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
