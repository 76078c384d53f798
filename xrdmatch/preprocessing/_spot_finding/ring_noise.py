"""Rings, and how much more a picture scatters along them."""

import numpy as np

from xrdmatch.preprocessing._spot_finding.contrast import spot_contrast
from xrdmatch.preprocessing._spot_finding.inversion import inversion_map
from xrdmatch.preprocessing._spot_finding.rings import noise_by_radius, ring_radii

_SPOT_REACH = 3.0  # widths around a spot that are left out


def ring_noise(pixels, width, spots, beam=None, centre=None):
    """Find rings, and the noise of `spot_contrast` around the centre where there are any.

    Parameters
    ----------
    pixels : Pixels
        The picture.
    width : float
        Standard deviation of a spot [pixels].
    spots : Gaussians
        Spots, which are left out.
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
    rest = pixels.minus(spots, _SPOT_REACH * width) if len(spots.width) else pixels
    radii = ring_radii(rest, centre)
    if not len(radii):
        return radii, 0.0
    return radii, noise_by_radius(spot_contrast(rest, width), rest.is_good, centre)
