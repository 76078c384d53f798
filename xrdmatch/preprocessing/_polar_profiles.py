"""How bright a picture is along the radii of sectors around its centre."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.preprocessing._spot_finding.beam import direct_beam
from xrdmatch.preprocessing._spot_finding.inversion import inversion_map
from xrdmatch.preprocessing._spot_finding.pixels import clean_pixels
from xrdmatch.preprocessing._spot_finding.rings import ring_radii
from xrdmatch.preprocessing._spot_finding.shadow import stop_shadow

_FEWEST = 3  # pixels of a sector at one radius
_BEAM_WIDTH = 1.5  # [pixels] with which the direct beam is sought


@dataclass(frozen=True, eq=False)
class PolarProfiles:
    """Brightness along the radii of sectors.

    Parameters
    ----------
    centre : ndarray of shape (2,)
        Column and row from which radii count [pixels].
    radius : ndarray of shape (n_radii,)
        Radii [pixels].
    angle : ndarray of shape (n_sectors,)
        Directions of the sectors' middles [radians], from the right towards row 0.
    profile : ndarray of shape (n_sectors, n_radii)
        Medians of the counts; NaN where fewer than three pixels were measured.
    rings : ndarray of shape (n_rings,)
        Radii at which it is brighter in all directions [pixels].

    See Also
    --------
    polar_profiles : Measure how bright a picture is along the radii of sectors.
    """

    centre: np.ndarray
    radius: np.ndarray
    angle: np.ndarray
    profile: np.ndarray
    rings: np.ndarray


def polar_profiles(picture, centre=None, distortion=None, n_sectors=24):
    """Measure how bright a picture is along the radii of sectors.

    Parameters
    ----------
    picture : Picture
        The picture.
    centre : array-like of shape (2,), optional
        Column and row of q = 0 [pixels]; None finds the direct beam, or the point about which the
        picture looks most like itself.
    distortion : ndarray of shape (2, 2), optional
        Matrix that stretches the picture, q_x to the right and q_y to row 0; undone first.
    n_sectors : int, default=24
        Number of sectors.

    Returns
    -------
    PolarProfiles
        The medians. Beam stop, hot pixels and NaN are left out.

    See Also
    --------
    PolarProfiles : Brightness along the radii of sectors.
    SpotFinder : Find the spots of diffraction pictures: pictures in, patterns out.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.crystallography import Picture
    >>> from xrdmatch.preprocessing import polar_profiles
    >>> y, x = np.indices((120, 120))
    >>> ring = np.exp(-((np.hypot(x - 60, y - 58) - 40) ** 2) / 8)
    >>> counts = np.random.default_rng(0).poisson(20 + 100 * ring)
    >>> profiles = polar_profiles(Picture(counts), centre=(60, 58))
    >>> profiles.rings
    array([40.])
    """
    pixels = clean_pixels(picture.counts)
    pixels = pixels.without(stop_shadow(pixels))
    if centre is None:
        beam = direct_beam(pixels, _BEAM_WIDTH)
        centre = inversion_map(pixels).best() if beam is None else beam.place
    centre = np.asarray(centre, float)
    rows, columns = np.nonzero(pixels.is_good)
    offset = np.column_stack([columns - centre[0], centre[1] - rows])
    if distortion is not None:
        offset = offset @ np.linalg.inv(distortion).T
    radius = np.hypot(*offset.T)
    angle = np.arctan2(offset[:, 1], offset[:, 0])
    sector = np.floor((angle / (2 * np.pi) % 1) * n_sectors).astype(int) % n_sectors
    n_radii = int(radius.max()) + 1
    place = sector * n_radii + np.minimum(np.rint(radius).astype(int), n_radii - 1)
    profile = _medians(pixels.values[rows, columns], place, n_sectors * n_radii)
    return PolarProfiles(
        centre,
        np.arange(n_radii, dtype=float),
        (np.arange(n_sectors) + 0.5) * 2 * np.pi / n_sectors,
        profile.reshape(n_sectors, n_radii),
        ring_radii(pixels, centre),
    )


def _medians(values, place, n_places):
    """Median of the values at each place; NaN where there are few."""
    order = np.lexsort((values, place))
    counts = np.bincount(place, minlength=n_places)
    ends = np.cumsum(counts)
    values = np.append(values[order], 0.0)
    low = np.minimum(ends - counts + (counts - 1) // 2, len(order))
    high = np.minimum(ends - counts + counts // 2, len(order))
    return np.where(counts >= _FEWEST, (values[low] + values[high]) / 2, np.nan)
