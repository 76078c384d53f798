"""How much a filtered picture scatters, from neighbouring pixels: spots, being smooth, count less.

Where bright spots cover most of what is bright, the spread of the filtered picture is theirs.
"""

import numpy as np
from scipy import ndimage

from xrdmatch.preprocessing._spot_finding.noise import level_noise, spread

_KERNEL = np.outer([1, -2, 1], [1, -2, 1]) / 6.0  # of noise 1 makes noise 1, of a slope nothing
_OF_FILTER = 1 / np.sqrt(2 * np.pi)  # noise of the contrast, in that of pixels, times the width
_MEDIAN_SQUARE = 0.455  # of a Gaussian of variance 1
_BRIGHT = 10.0  # standard deviations above the ground
_FEWEST = 50  # pixels
_EQUAL = 0.25  # share of the pixels: a ground without counts
_GROUND = 0.1  # share of the pixels: the darkest
_SMALLEST = 1e-9  # of the range of the contrast
_CORRELATED = 5.0  # times as much as independent pixels would give, at most


def least_noise(pixels, contrast, level, width):
    """Estimate the noise of `spot_contrast` where the spots are not known yet.

    Parameters
    ----------
    pixels : Pixels
        The picture.
    contrast : ndarray of shape (n_rows, n_columns)
        Filtered.
    level : ndarray of shape (n_rows, n_columns)
        How bright it is around each pixel.
    width : float
        Of the filter [pixels].

    Returns
    -------
    ndarray of shape (n_rows, n_columns)
        The smaller of two standard deviations: of places as bright, and of neighbouring pixels.
    """
    by_level = level_noise(contrast, level, pixels.is_good)
    least = np.minimum(by_level, _by_neighbours(pixels, contrast, width))
    floor = _SMALLEST * np.ptp(contrast) + np.finfo(float).tiny
    return np.maximum(np.maximum(least, count_noise(pixels, width)), floor)


def count_noise(pixels, width):
    """Noise that counts have on a ground of equal pixels, which shows none; else 0.

    Parameters
    ----------
    pixels : Pixels
        The picture.
    width : float
        Of the filter [pixels].

    Returns
    -------
    ndarray of shape (n_rows, n_columns) or float
        Standard deviations, were the smallest step between values one count.
    """
    inside = pixels.values[pixels.is_good]
    if np.quantile(inside, _EQUAL) > inside.min():
        return 0.0
    steps = np.diff(np.unique(inside))
    mean = ndimage.gaussian_filter(pixels.values - inside.min(), width, mode="nearest")
    return _OF_FILTER / width * np.sqrt(steps.min(initial=np.inf) * np.maximum(mean, 0))


def _by_neighbours(pixels, contrast, width):
    """Noise whose variance rises with the brightness, fitted to differences of neighbours."""
    fine = ndimage.convolve(pixels.values, _KERNEL, mode="nearest")
    mean = ndimage.gaussian_filter(pixels.values, width, mode="nearest")
    good, ground = pixels.is_good, np.quantile(mean[pixels.is_good], _GROUND)
    dark = good & (mean <= ground)
    of_dark = spread(fine[dark])
    bright = good & (mean > ground + _BRIGHT * spread(mean[dark]))
    gain = 0.0
    if bright.sum() > _FEWEST:
        excess = fine[bright] ** 2 - of_dark**2
        gain = max(np.median(excess / (mean[bright] - ground)) / _MEDIAN_SQUARE, 0.0)
    sigma = np.sqrt(of_dark**2 + gain * np.maximum(mean - ground, 0))
    due = _OF_FILTER / width * of_dark
    factor = np.clip(spread(contrast[dark]) / due, 1.0, _CORRELATED) if due > 0 else 1.0
    return factor * _OF_FILTER / width * sigma
