"""Pixels that measured nothing, or something else than light."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from xrdmatch.preprocessing._spot_finding.noise import level_noise

_ROUNDS = 5  # hot pixels beside hot pixels show when the first are gone
_HOT = 8.0  # standard deviations
_LONELY = 0.12  # of a hot pixel's height: its fourth neighbour is lower; no spot is so narrow
_AROUND = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], bool)


@dataclass(frozen=True, eq=False)
class Pixels:
    """Values of a picture, and which of them count.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns)
        Counts; the median of what is around where pixels do not count.
    is_good : ndarray of bool, shape (n_rows, n_columns)
        Which do.
    n_hot : int
        Pixels that stood out alone.
    """

    values: np.ndarray
    is_good: np.ndarray
    n_hot: int

    def without(self, mask):
        """Leave out more pixels."""
        is_good = self.is_good & ~mask
        return Pixels(filled(self.values, is_good), is_good, self.n_hot)


def clean_pixels(counts):
    """Leave out pixels that are NaN, and those that stand out alone, bright or dark."""
    is_good = np.isfinite(counts)
    values, n_hot = filled(counts, is_good), 0
    for _ in range(_ROUNDS):
        lonely = (_stand_out(values, is_good) | _stand_out(-values, is_good)) & is_good
        if not lonely.any():
            break
        n_hot += int(lonely.sum())
        is_good = is_good & ~lonely
        values = filled(counts, is_good)
    return Pixels(values, is_good, n_hot)


def pixel_noise(pixels):
    """Noise of each pixel, as it is where the picture is as bright."""
    base = ndimage.median_filter(pixels.values, 5, mode="mirror")
    return level_noise(pixels.values - base, base, pixels.is_good)


def filled(values, is_good):
    """Write the value of the nearest good pixel, smoothed, where there is none."""
    if is_good.all():
        return values
    nearest = ndimage.distance_transform_edt(~is_good, return_distances=False, return_indices=True)
    copied = values[tuple(nearest)]
    return np.where(is_good, values, ndimage.median_filter(copied, 5, mode="nearest"))


def _stand_out(values, is_good):
    base = ndimage.median_filter(values, 5, mode="mirror")
    height = values - base
    fourth = ndimage.rank_filter(values, -4, footprint=_AROUND, mode="mirror")
    noise = level_noise(height, base, is_good)
    return (height > _HOT * noise) & (fourth - base < _LONELY * height)
