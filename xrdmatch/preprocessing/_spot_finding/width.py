"""How wide the spots of a picture are."""

import numpy as np

from xrdmatch.preprocessing._spot_finding.contrast import brightness, maxima, spot_contrast
from xrdmatch.preprocessing._spot_finding.noise import level_noise

_WIDTHS = 0.75 * 2 ** np.arange(0, 4.01, 0.5)  # [pixels]
_LARGEST = 0.06  # of the picture's shorter side
_RIM = 2  # pixels
_N_STRONGEST = 40
_CLEARLY = 8.0  # standard deviations


def spot_width(pixels):
    """Measure the width of the spots that stand out most.

    A Gaussian spot gives most contrast to the filter that is as wide as itself.

    Parameters
    ----------
    pixels : Pixels
        The picture.

    Returns
    -------
    float or None
        Median standard deviation [pixels]; None where nothing stands out.
    """
    widths = _WIDTHS[max(_LARGEST * min(pixels.values.shape), _WIDTHS[1]) >= _WIDTHS]
    contrasts = np.stack([spot_contrast(pixels, width) for width in widths])
    level = brightness(pixels.values, widths[-1] / 2)
    ratio = np.stack([c / level_noise(c, level, pixels.is_good) for c in contrasts])
    places = maxima(ratio.max(0), 2)
    column, row = places[_are_inside(places, pixels)].T
    best = contrasts[:, row, column].argmax(0)
    clear = ratio[best, row, column]
    strongest = np.argsort(-clear)[:_N_STRONGEST]
    strongest = strongest[clear[strongest] > _CLEARLY]
    return float(np.median(widths[best[strongest]])) if len(strongest) else None


def _are_inside(places, pixels):
    """Whether they count and are not at the rim, where detectors often have bad pixels."""
    column, row = places.T
    far = np.array(pixels.values.shape)[::-1] - _RIM
    return pixels.is_good[row, column] & ((places >= _RIM) & (places < far)).all(1)
