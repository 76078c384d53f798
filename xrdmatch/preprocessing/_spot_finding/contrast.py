"""How much each place of a picture looks like a spot of a given width."""

import numpy as np
from scipy import ndimage

from xrdmatch.preprocessing._spot_finding.binned import binned, unbinned

_REACH = 4.0  # widths, half the side of the square in which the brightness is measured
_PIXELS_A_WIDTH = 1.5  # in the binned picture in which that is found


def spot_contrast(pixels, width):
    """Filter a picture for Gaussian spots.

    Parameters
    ----------
    pixels : Pixels
        The picture.
    width : float
        Standard deviation of the spots [pixels].

    Returns
    -------
    ndarray of shape (n_rows, n_columns)
        Minus the Laplacian of the smoothed picture; what is even or sloping gives none. A Gaussian
        spot of this width and height A gives A / 2 at its centre.
    """
    return -(width**2) * ndimage.gaussian_laplace(pixels.values, width, mode="nearest")


def brightness(values, width):
    """Lower quartile of a square around each pixel: how bright it is between the spots."""
    factor = max(1, int(width / _PIXELS_A_WIDTH))
    side = 2 * max(2, round(_REACH * width / factor)) + 1
    around = ndimage.percentile_filter(binned(values, factor), 25, side, mode="nearest")
    return unbinned(around, factor, values.shape)


def maxima(contrast, reach):
    """Columns and rows of the pixels that are highest within so many pixels; (n, 2)."""
    size = 2 * max(1, int(reach)) + 1
    highest = (contrast == ndimage.maximum_filter(contrast, size, mode="nearest")) & (contrast > 0)
    labels, n = ndimage.label(highest, structure=np.ones((3, 3)))  # equal neighbours are one
    centres = ndimage.center_of_mass(highest, labels, np.arange(1, n + 1))
    return np.rint(np.reshape(centres, (-1, 2))).astype(int)[:, ::-1]
