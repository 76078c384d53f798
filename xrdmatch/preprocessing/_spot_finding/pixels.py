"""Dead, hot and saturated pixels."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from xrdmatch.preprocessing._spot_finding.noise import level_noise

_ROUNDS = 5  # hot pixels beside hot pixels show when the first are gone
_HOT = 8.0  # standard deviations
_LONELY = 0.12  # of a hot pixel's height: its fourth neighbour is lower; no spot is so narrow
_FAR_TAILS = 5.0  # widths: where a spot ends
_ENOUGH = 0.1  # share of the pixels in which noise can be measured
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

    def minus(self, spots, reach):
        """Take fitted spots off, and leave out what is so near to them."""
        values, is_good = self.values.copy(), self.is_good.copy()
        shape = np.array(values.shape)
        half = np.ceil(max(_FAR_TAILS * spots.width.max(), reach)).astype(int)
        y, x = np.mgrid[-half : half + 1, -half : half + 1]
        whole = np.rint(spots.places).astype(int)
        for place, middle, height, width in zip(
            spots.places, whole, spots.height, spots.width, strict=True
        ):
            columns, rows = x + middle[0], y + middle[1]
            inside = (columns >= 0) & (rows >= 0) & (columns < shape[1]) & (rows < shape[0])
            square = (columns - place[0]) ** 2 + (rows - place[1]) ** 2
            at = rows[inside], columns[inside]
            values[at] -= height * np.exp(-square[inside] / (2 * width**2))
            is_good[at] &= square[inside] > reach**2
        enough = is_good.mean() > _ENOUGH
        return Pixels(values, is_good if enough else self.is_good, self.n_hot)

    def without(self, mask):
        """Leave out more pixels."""
        is_good = self.is_good & ~mask
        return Pixels(filled(self.values, is_good), is_good, self.n_hot)


def clean_pixels(counts):
    """Leave out pixels that are NaN, and those that stand out alone, bright or dark."""
    is_good = np.isfinite(counts)
    values, n_hot = filled(counts, is_good), 0
    for _ in range(_ROUNDS):
        lonely = _are_lonely(values, is_good) & is_good
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


def _are_lonely(values, is_good):
    """Whether pixels are brighter or darker than the fourth of their neighbours by far.

    They are also above or below all eight: the flank of a strong spot lies near to the median of
    what is around it, which one neighbour may exceed by far.
    """
    base = ndimage.median_filter(values, 5, mode="mirror")
    limit = _HOT * level_noise(values - base, base, is_good)
    lonely = np.zeros(values.shape, bool)
    for sign, rank in ((1, -4), (-1, 3)):
        height = sign * (values - base)
        beyond = sign * values >= sign * ndimage.rank_filter(
            values, -1 if sign > 0 else 0, footprint=_AROUND, mode="mirror"
        )
        fourth = ndimage.rank_filter(values, rank, footprint=_AROUND, mode="mirror")
        lonely |= beyond & (height > limit) & (sign * (fourth - base) < _LONELY * height)
    return lonely
