"""All windows of an image read with one arrangement of layers, and with those akin to it."""

from dataclasses import dataclass, replace

import numpy as np

from xrdmatch.stacking._mapping.arrangement import Arrangement
from xrdmatch.stacking._mapping.blocks import block_sums, window_sums
from xrdmatch.stacking._mapping.continuity import continuous
from xrdmatch.stacking._mapping.deformation import deformation
from xrdmatch.stacking._mapping.gram import window_gram
from xrdmatch.stacking._mapping.seen import how_seen
from xrdmatch.stacking._mapping.spread import place_covariance
from xrdmatch.stacking._mapping.window_fit import WindowFits, WindowFitter

AT_ONCE = 64  # windows
N_SMALL = 3  # blocks of the windows that lattices are read from
WORTH_A_RETRY = 1.1  # times the misfit of a neighbour
LEAST = 1e-9  # mean square of a window, as a share of the largest
BETTER = 0.98  # of the misfit: an arrangement of its own must earn it
OTHER_KIND = 9.0  # for a residual: windows of another arrangement come last
STEPS = ((0, 1), (1, 0), (0, -1), (-1, 0))


@dataclass(frozen=True, eq=False)
class Reading:
    """Layers as they lie in each window, by rows and columns of windows.

    Parameters
    ----------
    arrangements : list of Arrangement
        What was tried.
    kind : ndarray of int, shape (n_rows, n_columns)
        Which of them fits best.
    places : ndarray of shape (n_rows, n_columns, n_layers, 2)
        Where layers lie from the centre of the window [Å].
    covariance : ndarray of shape (n_rows, n_columns, 2 * n_layers, 2 * n_layers)
        Of the places [Å^2].
    scale : ndarray of shape (n_rows, n_columns)
        Of the model; 1 where layers cover the window.
    residual : ndarray of shape (n_rows, n_columns)
        Root mean square of what is not explained, as a share of the window's own.
    """

    arrangements: list
    kind: np.ndarray
    places: np.ndarray
    covariance: np.ndarray
    scale: np.ndarray
    residual: np.ndarray


def read_windows(image, bases, tiles, ratio_std=0.1, bar=iter):
    """Read all windows of an image.

    1. The image's phases say how it is stretched against the lattices.
    2. Windows all over the image say how wide the probe is, and how strong each kind of layer.
    3. Each arrangement, the layers of a base parallel and antiparallel, is fitted to all windows.
    4. Where a neighbour is explained much better, its places are tried as well.
    5. The best arrangement stands; layers are counted as in the windows around.

    Parameters
    ----------
    image : ndarray of shape (height, width)
        Without background, see `levelled`.
    bases : list of Arrangement
        Layers with lattices that are about right, as many in each.
    tiles : Tiling
        Blocks and windows.
    ratio_std : float, default=0.1
        Prior of the strengths of kinds of layers: standard deviation of their logarithms.
    bar : callable, default=iter
        Wraps what is iterated over, to show how far it is.

    Returns
    -------
    Reading
        What was found.
    """
    squares = _mean_squares(image, tiles)
    squares = np.maximum(squares, LEAST * squares.max())  # where nothing is known
    trials = [trial for base in bases for trial in _trials(image, base, squares, tiles, ratio_std)]
    found = [_fitted(trial, squares, tiles, bar) for trial in trials]
    misfit = np.stack([fits.misfit for fits in found])
    misfit[0] *= BETTER
    return _reading(trials, misfit.argmin(0), found, squares, tiles)


@dataclass(frozen=True, eq=False)
class _Trial:
    """One arrangement, what fits it, and the blocks' sums times its waves."""

    layers: Arrangement
    fitter: WindowFitter
    sums: np.ndarray


def _trials(image, base, squares, tiles, ratio_std):
    """One base and its half turns, on the lattice of the image and as they are seen in it."""
    small = replace(tiles, stride=1, per_window=min(N_SMALL, tiles.per_window))
    sums = window_sums(block_sums(image, base.waves, tiles), base.waves, small)
    base = base.deformed(deformation(sums, base.waves, tiles.edge))
    sums, gram = block_sums(image, base.waves, tiles), window_gram(base.waves, tiles)
    turned = [WindowFitter(one, gram) for one in base.half_turns()]
    data = window_sums(sums, base.waves, tiles).reshape(-1, len(base.waves))
    ratios, probe = how_seen(turned, data, squares.ravel(), ratio_std)
    seen = [replace(one.layers, ratios=ratios, probe=probe) for one in turned]
    return [_Trial(one, WindowFitter(one, gram), sums) for one in seen]


def _mean_squares(image, tiles):
    zero = np.zeros((1, 2))
    return window_sums(block_sums(image**2, zero, tiles), zero, tiles)[..., 0].real


def _fitted(trial, squares, tiles, bar):
    """Fits of all windows, by rows and columns."""
    fitter, data = trial.fitter, window_sums(trial.sums, trial.layers.waves, tiles)
    shape = squares.shape
    flat, powers = data.reshape(-1, data.shape[-1]), squares.ravel()
    parts = [slice(i, i + AT_ONCE) for i in range(0, len(flat), AT_ONCE)]
    fits = _joined([fitter.fit(flat[part], powers[part]) for part in bar(parts)])
    for _ in range(2):
        for step in STEPS:
            fits = _retried(fitter, fits, step, flat, powers, shape, tiles)
    return WindowFits(*(x.reshape(*shape, *x.shape[1:]) for x in _values(fits)))


def _values(fits):
    return fits.places, fits.scale, fits.misfit


def _joined(parts):
    return WindowFits(*(np.concatenate(x) for x in zip(*map(_values, parts), strict=True)))


def _retried(fitter, fits, step, data, squares, shape, tiles):
    """Try the places of the neighbour on one side where it is explained much better."""
    number = np.arange(len(data)).reshape(shape)
    near = np.roll(number, step, axis=(0, 1)).ravel()
    centres = tiles.window_centres().reshape(-1, 2)
    beside = np.abs(centres[near] - centres).sum(1) < 1.5 * tiles.edge * tiles.stride
    share = fits.misfit / squares
    rows = np.flatnonzero(beside & (share > WORTH_A_RETRY * share[near]))
    if not len(rows):
        return fits
    from_near = fits.places[near[rows]] + (centres[near[rows]] - centres[rows])[:, None]
    tried = fitter.improve(from_near, data[rows], squares[rows])
    better = tried.misfit < fits.misfit[rows]
    values = [x.copy() for x in _values(fits)]
    for value, new in zip(values, _values(tried), strict=True):
        value[rows[better]] = new[better]
    return WindowFits(*values)


def _reading(trials, kind, found, squares, tiles):
    """Take the best arrangement of each window."""
    places, scale, misfit = (
        _chosen(kind, [getattr(fits, name) for fits in found])
        for name in ("places", "scale", "misfit")
    )
    residual = np.sqrt(np.maximum(misfit, 0) / squares)
    covariance = np.empty((*kind.shape, *2 * (2 * places.shape[2],)))
    for i in np.unique(kind):
        own = kind == i
        places = np.where(
            own[..., None, None], _counted(trials[i], places, own, residual, tiles), places
        )
        fits = WindowFits(places[own], scale[own], misfit[own])
        corners = np.argwhere(own) * tiles.stride
        covariance[own] = place_covariance(trials[i].fitter, fits, trials[i].sums, corners, tiles)
    return Reading([trial.layers for trial in trials], kind, places, covariance, scale, residual)


def _counted(trial, places, own, residual, tiles):
    """Places with layers counted as in the windows around, where they may be."""
    orders = trial.layers.orders()
    if len(orders) == 1:
        return places
    rank = np.where(own, residual, OTHER_KIND)
    reach = 1 - (-tiles.per_window // tiles.stride)
    centres = tiles.window_centres()
    return continuous(places, centres, trial.layers.lattices, orders, rank, reach)


def _chosen(kind, arrays):
    stacked = np.stack(arrays)
    index = kind.reshape(1, *kind.shape, *(1,) * (stacked.ndim - 3))
    return np.take_along_axis(stacked, index, axis=0)[0]
