"""Covariances of slips, from the scatter of the blocks of a window."""

from dataclasses import replace
from itertools import permutations

import numpy as np

from xrdmatch.stacking._mapping.blocks import block_factors
from xrdmatch.stacking._mapping.gram import as_real, block_gram
from xrdmatch.stacking._projected_layer import wrapped

AT_ONCE = 64  # windows
CALIBRATION = 1.3  # errors in simulated images with defects of all kinds, over this estimate
LOST = 0.3  # [Å] beyond it layers lie on each other
MOVE = 0.2  # [Å] by which such layers are taken apart
CLOSE = 0.5  # [Å] layers that are nearer look like a wider probe
PROBE_SQUARE = 0.01  # [Å^2] by which the square of half a slip may be off


def place_covariance(fitter, fits, sums, corners, tiles):
    """Covariance of places, by what each block of a window would change.

    This is the sandwich estimate [1]_: no error of a pixel is assumed, blocks are taken to be
    independent of each other. Where layers lie on each other, an image changes with the square of
    the slip only, as it does with that of the probe's width: the estimate is that of layers 0.2 Å
    apart, and what 1 % of the probe's width may do comes on top. Blocks are not quite independent,
    nor are models perfect: deviations are taken 1.3 times, as 30 simulated images taught.

    Parameters
    ----------
    fitter : WindowFitter
        What has fitted.
    fits : WindowFits
        What it found.
    sums : ndarray of shape (n_rows, n_columns, n_waves)
        Of the blocks.
    corners : ndarray of shape (n_windows, 2)
        Row and column of the first block of each window.
    tiles : Tiling
        Blocks and windows.

    Returns
    -------
    ndarray of shape (n_windows, 2 * n_layers, 2 * n_layers)
        [Å^2].

    References
    ----------
    .. [1] H. White, Econometrica 48 (1980), 817-838.
    """
    own = block_gram(fitter.layers.waves, tiles)
    found = np.empty((len(corners), *2 * (2 * fits.places.shape[1],)))
    for part in (slice(i, i + AT_ONCE) for i in range(0, len(corners), AT_ONCE)):
        rows = fits[part], sums, corners[part], tiles, own
        found[part] = _covariance(fitter, *rows)
        lost = np.trace(found[part], axis1=1, axis2=2) > LOST**2
        if lost.any():
            moved = _moved(rows[0][lost]), sums, corners[part][lost], tiles, own
            found[part][lost] = _covariance(fitter, *moved)
    return CALIBRATION**2 * found + _of_closeness(fits.places, fitter.layers)


def _moved(fits):
    """Move layers away from each other."""
    n = fits.places.shape[1]
    return replace(fits, places=fits.places + MOVE * (np.arange(n) - (n - 1) / 2)[:, None])


def _of_closeness(places, layers):
    """Variance of places of equal layers that nearly lie on each other.

    Then a probe that is slightly wider does the same as a slip: the square of the slip is unsure
    by what the square of the probe is.
    """
    n = places.shape[1]
    variance = np.zeros((len(places), n))
    for i, j in permutations(range(n), 2):
        if not np.allclose(layers.parts[i], layers.parts[j]):
            continue
        slip = np.linalg.norm(wrapped(places[:, i] - places[:, j], layers.lattices[i]), axis=-1)
        extra = np.minimum(PROBE_SQUARE / np.maximum(slip, 1e-9), MOVE) ** 2
        variance[:, i] += np.where(slip < CLOSE, extra / 2, 0.0)
    return np.eye(2 * n) * np.repeat(variance, 2, axis=1)[:, None]


def _covariance(fitter, fits, sums, corners, tiles, own):
    model, columns = fitter.derivatives(fits.places, fits.scale)
    normal = columns @ fitter.gram @ columns.swapaxes(1, 2)
    score = 0.0
    for i, j, turn, weight in _blocks(fitter.layers.waves, tiles):
        data = as_real(sums[corners[:, 0] + i, corners[:, 1] + j])
        slopes = _turned(columns, turn)
        off = data - _turned(model, turn) @ own
        push = weight * np.einsum("npk,nk->np", slopes, off)
        score = score + push[:, :, None] * push[:, None]
    inverse = np.linalg.pinv(normal, hermitian=True)
    return (inverse @ score @ inverse)[:, :-1, :-1]


def _blocks(waves, tiles):
    """Row, column, turns of the waves and weight of each block of a window."""
    factors = block_factors(waves, tiles)
    m = tiles.per_window
    for i in range(m):
        for j in range(m):
            weight = np.abs(factors[i, j, 0])
            yield i, j, factors[i, j].conj() / weight, weight


def _turned(real, turn):
    """Real coefficients from the centre of a window, from that of a block."""
    half = real.shape[-1] // 2
    return as_real((real[..., :half] - 1j * real[..., half:]) * turn)
