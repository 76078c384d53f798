"""Tilted beams: beam direction, and positions of the spots of a tilted pattern."""

from dataclasses import replace

import numpy as np


def beam_direction(tilt):
    """Direction of a tilted beam in the frame of a layer.

    For an angle theta and an azimuth phi it is
    ``(sin(theta) cos(phi), sin(theta) sin(phi), cos(theta))``; without a tilt it is the normal.

    Parameters
    ----------
    tilt : (float, float)
        Angle between beam and normal, from 0 to below 90, and azimuth of the side to which the
        beam leans, counted from +x towards +y [degrees].

    Returns
    -------
    ndarray of shape (3,)
        A unit vector.

    Raises
    ------
    ValueError
        If `tilt` is not two such numbers.

    See Also
    --------
    lift_pattern : Put a pattern taken with a tilted beam into the frame of the untilted one.

    Examples
    --------
    >>> from xrdmatch.crystallography import beam_direction
    >>> beam_direction((30, 0)).round(3)
    array([0.5  , 0.   , 0.866])
    """
    angle, azimuth = np.radians(_checked(tilt))
    return np.array(
        [np.sin(angle) * np.cos(azimuth), np.sin(angle) * np.sin(azimuth), np.cos(angle)]
    )


def lift_pattern(pattern, tilt):
    """Put a pattern taken with a tilted beam into the frame of the untilted one.

    Both patterns are of one crystal and in one detector's axes; between them the crystal was
    tilted, so that in the crystal's frame the beam leans by the angle theta towards the azimuth
    phi. With ``d = (cos(phi), sin(phi))``, a spot at ``p = (x, y)`` has, in the frame of the first
    pattern, whose beam runs along z,

        ``q = p - (1 - cos(theta)) (p.d) d - sin(theta) (p.d) z``

    which is p turned about the axis z x d by theta. These q are normal to the tilted beam and as
    long as p. A stage that tilts about an axis at the angle alpha of the detector's frame has the
    azimuth alpha + 90 or alpha - 90 degrees, by the sense of its turn.

    Parameters
    ----------
    pattern : DiffractionPattern
        Spots with two components of q, as recorded.
    tilt : (float, float)
        Angle and azimuth relative to the first pattern [degrees], as in `beam_direction`.

    Returns
    -------
    DiffractionPattern
        The same spots with q of shape (n_spots, 3).

    Raises
    ------
    ValueError
        If the pattern has not two components of q, or `tilt` is no such pair.

    See Also
    --------
    xrdmatch.simulation.DiffractionSimulator : Its `tilt` gives such patterns of layers.

    Examples
    --------
    >>> from xrdmatch import DiffractionPattern
    >>> from xrdmatch.crystallography import lift_pattern
    >>> recorded = DiffractionPattern(q=[[0.5, 0.0], [0.0, 0.4]], intensity=[1.0, 2.0])
    >>> lift_pattern(recorded, tilt=(30, 0)).q.round(3)
    array([[ 0.433,  0.   , -0.25 ],
           [ 0.   ,  0.4  ,  0.   ]])
    """
    if pattern.n_dimensions != 2:
        raise ValueError(
            "A recorded pattern has two components of q, got one with "
            f"{pattern.n_dimensions}; pass the spots as the detector has them."
        )
    angle, azimuth = np.radians(_checked(tilt))
    towards = np.array([np.cos(azimuth), np.sin(azimuth)])
    along = pattern.q @ towards
    plane = pattern.q - (1 - np.cos(angle)) * along[:, None] * towards
    return replace(pattern, q=np.column_stack([plane, 0.0 - np.sin(angle) * along]))


def _checked(tilt):
    try:
        numbers = np.array(tilt, dtype=float)
    except (TypeError, ValueError):
        numbers = np.array(np.nan)
    if numbers.shape != (2,) or not np.isfinite(numbers).all() or not 0 <= numbers[0] < 90:
        raise ValueError(
            "tilt is (angle, azimuth) [degrees] with an angle of at least 0 and below 90, got "
            f"{tilt!r}; (20, 0) tilts the beam by 20 degrees towards a."
        )
    return numbers
