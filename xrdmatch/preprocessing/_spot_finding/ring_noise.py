"""Rings, and how much more a picture scatters along them."""

import numpy as np

from xrdmatch.preprocessing._spot_finding.contrast import spot_contrast
from xrdmatch.preprocessing._spot_finding.inversion import inversion_map
from xrdmatch.preprocessing._spot_finding.rings import noise_by_radius, ring_radii


def ring_noise(pixels, width, beam=None, centre=None):
    """Find rings, and the noise of `spot_contrast` around the centre where there are any.

    Parameters
    ----------
    pixels : Pixels
        The picture.
    width : float
        Standard deviation of a spot [pixels].
    beam : DirectBeam, optional
        Where it is seen.
    centre : array-like of shape (2,), optional
        Column and row, where they are known.

    Returns
    -------
    radii : ndarray of shape (n_rings,)
        Radii [pixels].
    noise : ndarray of shape (n_rows, n_columns) or float
        Spread of the contrast at each radius; 0 without rings.
    """
    if centre is None:
        centre = inversion_map(pixels).best() if beam is None else beam.place
    centre = np.asarray(centre, float)
    radii = ring_radii(pixels, centre)
    if not len(radii):
        return radii, 0.0
    return radii, noise_by_radius(spot_contrast(pixels, width), pixels.is_good, centre)
