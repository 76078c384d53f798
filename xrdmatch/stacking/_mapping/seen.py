"""Fit of the probe width and of the strength of each kind of layer."""

from dataclasses import replace

import numpy as np
from scipy.optimize import minimize

from xrdmatch.stacking._mapping.arrangement import PROBE
from xrdmatch.stacking._mapping.window_fit import WindowFitter

N_WINDOWS = 16  # that are looked at, all over the image
N_BEST = 4  # of these, that are of one domain
PROBE_STD = 0.5, 1.5  # of the logarithms of the probe's standard deviation and tail
N_INDEPENDENT = 300.0  # numbers that a window counts as, against these priors
STEPS = 3  # of the places, each time


def how_seen(trials, data, squares, ratio_std):
    """Find the probe and the strengths with which one of several arrangements fits best.

    Parameters
    ----------
    trials : list of WindowFitter
        Arrangements on one lattice.
    data : ndarray of shape (n_windows, n_waves)
        Sums of windows times their waves.
    squares : ndarray of shape (n_windows,)
        Mean squares of the windows.
    ratio_std : float
        Prior of the strengths of kinds of layers: standard deviation of their logarithms.

    Returns
    -------
    ratios : ndarray of shape (n_layers,)
        How strongly each layer is seen; layers of one kind equally, so that which of them is the
        upper one stays open.
    probe : tuple of two floats
        Standard deviation and tail [Å].
    """
    rows = np.unique(np.linspace(0, len(data) - 1, N_WINDOWS).astype(int))
    found = [_fitted(trial, data[rows], squares[rows], ratio_std) for trial in trials]
    _, ratios, probe = min(found, key=lambda one: one[0])
    return ratios, probe


def _fitted(fitter, data, squares, ratio_std):
    """Least cost of one arrangement, and with which strengths and probe."""
    first = fitter.fit(data, squares)
    best = np.argsort(first.misfit / squares)[:N_BEST]
    windows = first.places[best], data[best], squares[best]
    n_free = fitter.layers.kinds.max()
    start = np.zeros(n_free + 2)
    spreads = np.array([*n_free * (ratio_std,), *PROBE_STD])
    simplex = np.vstack([start, np.diag(0.3 * spreads)])
    options = {"initial_simplex": simplex, "xatol": 0.01, "fatol": 0.05}
    found = minimize(
        _cost, start, (fitter, windows, spreads), method="Nelder-Mead", options=options
    )
    return found.fun, *_unpacked(found.x, fitter.layers)


def _unpacked(parameters, layers):
    ratios = np.exp(np.concatenate([[0.0], parameters[:-2]]))[layers.kinds]
    return ratios, tuple(PROBE * np.exp(parameters[-2:]))


def _cost(parameters, fitter, windows, spreads):
    """Return what is left, as a share, and the priors."""
    ratios, probe = _unpacked(parameters, fitter.layers)
    layers = replace(fitter.layers, ratios=ratios, probe=probe)
    places, data, squares = windows
    fits = WindowFitter(layers, fitter.gram).improve(places, data, squares, STEPS)
    share = np.maximum(fits.misfit / squares, 1e-12)
    return N_INDEPENDENT * np.log(share).mean() + ((parameters / spreads) ** 2).sum()
