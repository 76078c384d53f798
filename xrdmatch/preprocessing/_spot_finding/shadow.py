"""The shadow of a beam stop."""

import numpy as np
from scipy import ndimage

from xrdmatch.preprocessing._spot_finding.binned import binned, unbinned
from xrdmatch.preprocessing._spot_finding.noise import spread

_SIDE = 128  # pixels of the picture in which it is sought
_BRIGHT = 15  # of these: what is bright and smaller is a spot
_DARK = 33  # of these: what is dark and narrower may be a stop
_DEPTH = 0.4  # of the brightness around it, above the darkest
_CLEARLY = 5.0  # standard deviations
_SMALLEST = 40  # of these pixels that are as clearly dark
_FAINTLY = 2.0  # standard deviations, where they go on
_RIM = 2  # of these pixels, around it: half in the shadow


def stop_shadow(pixels):
    """Find the beam stop: a dark shape with bright light on both sides.

    Parameters
    ----------
    pixels : Pixels
        The picture.

    Returns
    -------
    ndarray of bool, shape (n_rows, n_columns)
        Whether each pixel is in its shadow.
    """
    factor = max(1, round(max(pixels.values.shape) / _SIDE))
    raw = binned(pixels.values, factor)
    values = ndimage.median_filter(raw, 3, mode="nearest")
    base = _opened(values, _BRIGHT)
    around = _closed(base, _DARK)
    floor = np.quantile(values, 0.001)
    noise = spread(raw - values)
    depth = around - base
    dark = (base - floor < _DEPTH * (around - floor)) & (depth > _FAINTLY * noise)
    labels, n_shapes = ndimage.label(dark)
    clear = ndimage.sum_labels(depth > _CLEARLY * noise, labels, np.arange(n_shapes + 1))
    shape = ndimage.binary_dilation((clear >= _SMALLEST)[labels] & dark, iterations=_RIM)
    return unbinned(shape, factor, pixels.values.shape)


def _opened(values, size):
    """Without what is bright and smaller than a square."""
    return -_closed(-values, size)


def _closed(values, size):
    """Without what is dark and narrower than a square; a slope down to the rim is not."""
    padded = np.pad(values, size, constant_values=values.min())
    closed = ndimage.grey_closing(padded, size, mode="nearest")
    return closed[size:-size, size:-size]
