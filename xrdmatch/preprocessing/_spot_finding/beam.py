"""The direct beam, where no stop hides it."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from xrdmatch.preprocessing._spot_finding.contrast import brightness

_STRONGER = 2.0  # times the strongest spot
_SMOOTH = 2.5  # widths
_WIDE = 0.03  # of the picture's side: the beam is narrower
_LARGEST = 0.08  # of the picture's side: a halo is larger
_FAR = 3.0  # of its radii: another spot
_GLARE = 2.0  # of its radii and widths of a spot: what is found there is the beam's
_POSITION_SIGMA = 0.1  # of its radius


@dataclass(frozen=True, eq=False)
class DirectBeam:
    """Where the direct beam is.

    Parameters
    ----------
    place : ndarray of shape (2,)
        Column and row of the middle of what is above half its height [pixels].
    place_sigma : float
        How surely [pixels].
    reach : float
        Distance within which nothing is called a spot [pixels].
    n_equal : int
        Pixels that have the largest value there.
    """

    place: np.ndarray
    place_sigma: float
    reach: float
    n_equal: int


def direct_beam(pixels, width):
    """Find the direct beam: by far the strongest spot.

    Parameters
    ----------
    pixels : Pixels
        The picture.
    width : float
        Standard deviation of the spots [pixels].

    Returns
    -------
    DirectBeam or None
        None where no spot is by far the strongest.
    """
    base = brightness(pixels.values, max(width, _WIDE * min(pixels.values.shape)))
    sharp = np.where(pixels.is_good, pixels.values - base, 0.0)
    # Smoothed as wide as it takes for a saturated disc to be stronger than a sharp spot.
    height = ndimage.gaussian_filter(sharp, _SMOOTH * width, mode="nearest")
    top = np.unravel_index(height.argmax(), height.shape)
    labels, _ = ndimage.label(height > height[top] / 2)
    rows, columns = np.nonzero(labels == labels[top])
    place, radius = np.array([columns.mean(), rows.mean()]), np.sqrt(len(rows) / np.pi)
    y, x = np.indices(height.shape)
    far = np.hypot(x - place[0], y - place[1]) > _FAR * max(radius, width)
    is_alone = height[far].max(initial=0.0) * _STRONGER < height[top]
    own = np.sqrt(max(radius**2 - 2 * np.log(2) * (_SMOOTH * width) ** 2, 0.0))  # not smoothed
    if not is_alone or own > _LARGEST * min(height.shape):
        return None
    values = pixels.values[rows, columns]
    n_equal = int((values == values.max()).sum())
    sigma = np.hypot(_POSITION_SIGMA * radius, 0.1)
    return DirectBeam(place, float(sigma), float(_GLARE * (radius + width)), n_equal)
