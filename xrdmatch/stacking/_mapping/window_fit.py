"""Places of layers fitted to all windows at once."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from xrdmatch.stacking._mapping.gram import as_real
from xrdmatch.stacking._mapping.starts import GridStarts

N_LAST = 3  # of the places that are fitted for a while, those that are fitted to the end
FIRST_STEPS, LAST_STEPS = 5, 15
DAMPING = 1e-3


@dataclass(frozen=True, eq=False)
class WindowFits:
    """Layers as they fit windows.

    Parameters
    ----------
    places : ndarray of shape (n_windows, n_layers, 2)
        Where layers lie from the centre of each window [Å].
    scale : ndarray of shape (n_windows,)
        Of the model, 1 for an image whose layers cover it.
    misfit : ndarray of shape (n_windows,)
        Mean square of the difference.
    """

    places: np.ndarray
    scale: np.ndarray
    misfit: np.ndarray

    def __getitem__(self, chosen):
        return WindowFits(self.places[chosen], self.scale[chosen], self.misfit[chosen])

    def where(self, better, other):
        """Take those of `other` where `better`."""
        return WindowFits(
            np.where(better[:, None, None], other.places, self.places),
            np.where(better, other.scale, self.scale),
            np.where(better, other.misfit, self.misfit),
        )


class WindowFitter:
    """Fits places of the layers of one arrangement to windows.

    Parameters
    ----------
    layers : Arrangement
        The layers.
    gram : ndarray of shape (2 * n_waves, 2 * n_waves)
        Overlap of their waves in a window.
    """

    def __init__(self, layers, gram):
        self.layers = layers
        self.gram = gram
        self.n_layers = len(layers.lattices)

    @cached_property
    def starts(self):
        """Places on a grid, to start from."""
        return GridStarts(self.layers)

    def fit(self, sums, squares):
        """Fit windows of which nothing is known.

        Parameters
        ----------
        sums : ndarray of shape (n_windows, n_waves)
            Sums of the windows times the waves.
        squares : ndarray of shape (n_windows,)
            Mean squares of the windows.

        Returns
        -------
        WindowFits
            The best of several starts.
        """
        places = np.stack([self.starts.best(row) for row in sums])  # (n, n_kept, n_layers, 2)
        kept = places.shape[1]
        fits = self.improve(
            places.reshape(-1, self.n_layers, 2),
            np.repeat(sums, kept, 0),
            np.repeat(squares, kept),
            FIRST_STEPS,
        )
        order = np.argsort(fits.misfit.reshape(-1, kept), axis=1)[:, :N_LAST]
        chosen = (order + kept * np.arange(len(sums))[:, None]).ravel()
        rows = np.repeat(np.arange(len(sums)), order.shape[1])
        fits = self.improve(fits.places[chosen], sums[rows], squares[rows], LAST_STEPS)
        best = fits.misfit.reshape(len(sums), -1).argmin(1)
        return fits[best + order.shape[1] * np.arange(len(sums))]

    def improve(self, places, sums, squares, n_steps=LAST_STEPS):
        """Improve places by damped Gauss-Newton steps.

        Parameters
        ----------
        places : ndarray of shape (n_windows, n_layers, 2)
            Where to start [Å].
        sums, squares, n_steps
            As `fit` has them, and how many steps.

        Returns
        -------
        WindowFits
            What is found.
        """
        data = as_real(sums)
        fits = self._with_best_scale(places, data, squares)
        damping = np.full(len(places), DAMPING)
        for _ in range(n_steps):
            tried = self._step(fits, data, squares, damping)
            better = tried.misfit < fits.misfit
            fits = fits.where(better, tried)
            damping = np.clip(np.where(better, damping / 5, damping * 10), 1e-9, 1e9)
        return fits

    def derivatives(self, places, scale):
        """Model and its derivatives by all places and by the scale, as real coefficients."""
        parts = self.layers.coefficients(places)  # (n, n_layers, n_waves)
        by_place = -2j * np.pi * parts[..., None, :] * self.layers.waves.T
        by_place = by_place.reshape(len(places), -1, parts.shape[-1]) * scale[:, None, None]
        total = parts.sum(1)
        columns = np.concatenate([by_place, total[:, None]], axis=1)
        return 2 * scale[:, None] * as_real(total), 2 * as_real(columns)

    def _with_best_scale(self, places, data, squares):
        model = 2 * as_real(self.layers.coefficients(places).sum(1))
        power = np.einsum("nk,nk->n", model @ self.gram, model)
        likeness = (model * data).sum(1)
        scale = np.maximum(likeness, 0) / power
        return WindowFits(places, scale, squares - 2 * scale * likeness + scale**2 * power)

    def _step(self, fits, data, squares, damping):
        model, columns = self.derivatives(fits.places, fits.scale)
        weighted = columns @ self.gram  # (n, n_parameters, 2 n_waves)
        normal = weighted @ columns.swapaxes(1, 2)
        slope = np.einsum("npk,nk->np", columns, data) - np.einsum("npk,nk->np", weighted, model)
        diagonal = np.einsum("npp->np", normal)
        floor = 1e-12 * diagonal.max(1, keepdims=True) + 1e-300
        index = np.arange(normal.shape[1])
        normal[:, index, index] += damping[:, None] * diagonal + floor
        change = np.linalg.solve(normal, slope[..., None])[..., 0]
        places = fits.places + change[:, :-1].reshape(fits.places.shape)
        return self._with_best_scale(places, data, squares)
