"""Starting values of window fits: positions on a grid, compared with a blurred image."""

from itertools import combinations

import numpy as np

GRID = {1: 24, 2: 11, 3: 7}  # points along each axis of the cell, by the number of layers
SOFTER = 0.35  # [Å] the comparison is of images this much more blurred
N_FIRST = 300  # of the best, from which some that differ are taken
N_KEPT = 12


class GridStarts:
    """Places of all layers on a grid, compared with windows.

    Parameters
    ----------
    layers : Arrangement
        The layers.
    """

    def __init__(self, layers):
        n = GRID[len(layers.lattices)]
        steps = np.stack(np.mgrid[:n, :n], axis=-1).reshape(-1, 2) / n
        self.places = np.einsum("ci,lij->lcj", steps, layers.lattices)  # (n_layers, n^2, 2)
        self.soft = np.exp(-2 * (np.pi * SOFTER) ** 2 * (layers.waves**2).sum(1))
        phases = np.exp(-2j * np.pi * self.places @ layers.waves.T)
        self.waves = layers.amplitudes[:, None] * phases * self.soft  # (n_layers, n^2, n_waves)
        self.size = np.sqrt(self._power())
        self.n = n

    def best(self, sums):
        """Find the places that are most like a window.

        Parameters
        ----------
        sums : ndarray of shape (n_waves,)
            Sums of the window times the waves.

        Returns
        -------
        ndarray of shape (n_kept, n_layers, 2)
            Places from its centre [Å]; each differs by more than a step of the grid.
        """
        overlaps = (self.waves @ (sums * self.soft).conj()).real  # (n_layers, n^2)
        likeness = _outer_sum(overlaps) / self.size
        order = np.argpartition(-likeness, min(N_FIRST, likeness.size - 1), axis=None)[:N_FIRST]
        order = order[np.argsort(-likeness.flat[order])]
        cells = np.stack(np.unravel_index(order, likeness.shape), axis=1)  # (n_first, n_layers)
        kept = _apart(cells, self.n)
        rows = np.resize(kept, N_KEPT)  # as many for each window
        return self.places[np.arange(cells.shape[1]), cells[rows]]

    def _power(self):
        """Square of the model of each set of places."""
        own = (np.abs(self.waves[:, 0]) ** 2).sum()
        total = np.full((self.waves.shape[1],) * len(self.waves), own)
        for i, j in combinations(range(len(self.waves)), 2):
            pair = 2 * (self.waves[i] @ self.waves[j].conj().T).real  # (n^2, n^2)
            total += np.expand_dims(pair, [k for k in range(len(self.waves)) if k not in (i, j)])
        return np.maximum(total, 1e-6 * own)


def _outer_sum(rows):
    total = rows[0]
    for row in rows[1:]:
        total = total[..., None] + row
    return total


def _apart(cells, n):
    """Take the best, and each next one that is not beside one that was taken."""
    points = np.stack(np.unravel_index(cells, (n, n)), axis=-1).reshape(len(cells), -1)
    left, kept = np.ones(len(cells), dtype=bool), []
    while left.any() and len(kept) < N_KEPT:
        kept.append(left.argmax())
        off = np.abs(points - points[kept[-1]])
        left &= np.minimum(off, n - off).max(1) > 1
    return kept
