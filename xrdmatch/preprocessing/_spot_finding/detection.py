"""The spots of a picture: found, fitted, and told from what is none."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from xrdmatch.preprocessing._spot_finding.contrast import brightness, maxima, spot_contrast
from xrdmatch.preprocessing._spot_finding.gaussians import Gaussians, fit_gaussians
from xrdmatch.preprocessing._spot_finding.noise import level_noise
from xrdmatch.preprocessing._spot_finding.pixels import pixel_noise
from xrdmatch.preprocessing._spot_finding.shot_noise import count_noise, least_noise

_ROUNDS = 4  # the noise is measured anew where spots have been found
_MORE = 1.02  # times as many spots: worth another round
_SPOT_REACH = 4.0  # widths around a spot where the noise is not measured
_NEAREST = 2.0  # widths: nearer maxima are of one spot
_NARROWEST, _WIDEST = 0.5, 2.0  # widths of a spot
_COVERED = 0.7  # share of its pixels that must have been measured
_FARTHEST = 1.5  # widths, from the pixel where the filter found it
_LONGEST = 0.2  # curvature along a ridge, in that across it; rings and streaks are longer
_MISFIT = 0.2  # root mean square left by the fit, in heights
_CLOSE = 0.1  # the same, of spots that are certain
_MOST_CERTAIN = 400
_CLEARLY = 6.0  # standard deviations
_EDGE = 2.0  # times as steep as a Gaussian of its width: a block of hot pixels


@dataclass(frozen=True, eq=False)
class Detected:
    """Spots with their fits.

    Parameters
    ----------
    gaussians : Gaussians
        Fits.
    significance : ndarray of shape (n_spots,)
        How far the spot stands out of what the filter gives elsewhere [standard deviations].
    n_long : int
        Places that stand out but are parts of rings or streaks.
    n_blocks : int
        Places that are too narrow or their edges too sharp for a spot.
    """

    gaussians: Gaussians
    significance: np.ndarray
    n_long: int
    n_blocks: int

    def chosen(self, which):
        """Those that an index or a mask chooses."""
        return Detected(
            self.gaussians.chosen(which), self.significance[which], self.n_long, self.n_blocks
        )


def detect_spots(pixels, width, min_significance, extra_noise=0.0):
    """Find spots of a given width.

    Parameters
    ----------
    pixels : Pixels
        The picture.
    width : float
        Typical standard deviation of spots [pixels].
    min_significance : float
        How far they stand out [standard deviations].
    extra_noise : float or ndarray of shape (n_rows, n_columns), default=0.0
        Of the filtered picture, where more is known than its own noise by brightness.

    Returns
    -------
    Detected
        The spots.
    """
    contrast = spot_contrast(pixels, width)
    places = maxima(contrast, _NEAREST * width)
    column, row = places.T
    good = pixels.is_good[row, column]
    places, heights = places[good], contrast[row, column][good]
    level, of_pixels = brightness(pixels.values, width), pixel_noise(pixels)
    seen = heights > min_significance * least_noise(pixels, contrast, level, width)[*places.T[::-1]]
    detected = _certain(pixels, of_pixels, width, places[seen], heights[seen])
    extra_noise = np.maximum(extra_noise, count_noise(pixels, width))
    for _ in range(_ROUNDS):
        before = len(detected.significance)
        noise = np.maximum(_noise(pixels, width, detected.gaussians, contrast, level), extra_noise)
        ratio = heights / noise[places[:, 1], places[:, 0]]
        keep = ratio > min_significance
        detected = _judged(pixels, of_pixels, width, places[keep], ratio[keep])
        if len(detected.significance) <= _MORE * before:
            break
    return detected


def _certain(pixels, of_pixels, width, places, heights):
    """Spots without which the noise is measured: those that Gaussians fit closely."""
    strongest = np.argsort(-heights)[:_MOST_CERTAIN]
    spots = _judged(pixels, of_pixels, width, places[strongest], heights[strongest])
    return spots.chosen(spots.gaussians.misfit < _CLOSE)


def _noise(pixels, width, spots, contrast, level):
    """Noise of the contrast, away from the spots that are known."""
    if not len(spots.width):
        return level_noise(contrast, level, pixels.is_good)
    rest = pixels.minus(spots, _SPOT_REACH * width)
    return level_noise(spot_contrast(rest, width), level, rest.is_good)


def _judged(pixels, of_pixels, width, places, ratio):
    """Fit Gaussians, and keep what looks like a spot."""
    long = _roundness(pixels, places, width) < _LONGEST
    places, ratio = places[~long], ratio[~long]
    if not len(places):
        return _none(int(long.sum()))
    fits = fit_gaussians(pixels, places, width)
    noise = of_pixels[places[:, 1], places[:, 0]]
    narrow = (fits.width < _NARROWEST * width) | _is_steep(pixels, places, fits, noise)
    moved = np.linalg.norm(fits.places - places, axis=1) > _FARTHEST * width
    good = ~narrow & ~moved & (fits.width < _WIDEST * width) & (fits.covered > _COVERED)
    misfit = np.sqrt(np.maximum((fits.misfit * fits.height) ** 2 - noise**2, 0))
    good &= (fits.height > 0) & (misfit < _MISFIT * fits.height)
    good &= ~_beside_stronger(fits, good, _NEAREST * width)
    return Detected(fits.chosen(good), ratio[good], int(long.sum()), int(narrow.sum()))


def _beside_stronger(fits, good, reach):
    """Whether a stronger good spot is so near that both are one."""
    gap = np.linalg.norm(fits.places[:, None] - fits.places, axis=2)
    stronger = good & (fits.height[:, None] < fits.height)
    return ((gap < reach) & stronger).any(1)


def _roundness(pixels, places, width):
    """Ratio of the curvatures of the smoothed picture: 1 for round spots, 0 for ridges."""
    column, row = places.T
    orders = ((0, 2), (2, 0), (1, 1))
    xx, yy, xy = (
        ndimage.gaussian_filter(pixels.values, width, order=order, mode="nearest")[row, column]
        for order in orders
    )
    middle, half = (xx + yy) / 2, np.hypot((xx - yy) / 2, xy)
    return np.where(middle < 0, (middle + half) / np.minimum(middle - half, -1e-300), 0.0)


def _is_steep(pixels, places, fits, noise):
    """Whether neighbouring pixels differ by more than a Gaussian of this width lets them."""
    steps = [np.abs(np.diff(pixels.values, axis=axis, append=np.nan)) for axis in (0, 1)]
    steepest = ndimage.maximum_filter(np.fmax(*steps), 7, mode="nearest")
    due = fits.height * np.exp(-0.5) / np.maximum(fits.width, 0.6)
    column, row = places.T
    limit = np.maximum(_EDGE * due, 0.5 * fits.height) + _CLEARLY * noise
    return steepest[row, column] > limit


def _none(n_long=0):
    none = np.empty(0)
    empty = Gaussians(np.empty((0, 2)), none, none, none, none, none, none)
    return Detected(empty, none, n_long, 0)
