"""How wide the spots of a picture are."""

import numpy as np

from xrdmatch.preprocessing._spot_finding.contrast import brightness, maxima, spot_contrast
from xrdmatch.preprocessing._spot_finding.shot_noise import least_noise

_WIDTHS = 0.75 * 2 ** np.arange(0, 4.01, 0.5)  # [pixels]
_LARGEST = 0.06  # of the picture's shorter side
_RIM = 2  # pixels
_N_STRONGEST = 40
_CLEARLY = 8.0  # standard deviations
_REACH = 2.0  # widths: a wide filter answers to stronger and sharper spots so far away


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
    noise = [
        least_noise(pixels, contrast, level, width)
        for contrast, width in zip(contrasts, widths, strict=True)
    ]
    ratio = contrasts / noise
    places = maxima(ratio.max(0), 2)
    column, row = places[_are_inside(places, pixels)].T
    best = contrasts[:, row, column].argmax(0)
    clear = ratio[best, row, column]
    strongest = np.argsort(-clear)[:_N_STRONGEST]
    strongest = strongest[clear[strongest] > _CLEARLY]
    if not len(strongest):
        return None
    places = np.column_stack([column, row])[strongest]
    found, heights = widths[best[strongest]], contrasts[best, row, column][strongest]
    return float(np.median(found[_are_own(places, found, heights)]))


def _are_own(places, widths, heights):
    """Whether places answer to a spot there, not to several spots around or to one's flank."""
    gap = np.linalg.norm(places[:, None] - places, axis=2)
    stronger = heights > heights[:, None]
    return ~((gap < _REACH * widths[:, None]) & stronger).any(1)


def _are_inside(places, pixels):
    """Whether they count and are not at the rim, where detectors often have bad pixels."""
    column, row = places.T
    far = np.array(pixels.values.shape)[::-1] - _RIM
    return pixels.is_good[row, column] & ((places >= _RIM) & (places < far)).all(1)
