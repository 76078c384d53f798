"""`find_spots`: spots in a simulated picture."""

import numpy as np
from scipy import ndimage

from xrdmatch.crystallography import DiffractionPattern, log_picture, picture_intensity
from xrdmatch.preprocessing._log_guard import check_log_picture

WEAKEST = 0.5  # [decades above a log picture's zero] maxima below it are tails and rounding
CENTRE = 0.05  # [1/Å] the direct beam is no spot


def find_spots(image, scale=None, log=True):
    """Find the spots of a picture that `xrdmatch.simulation.to_image` drew.

    A spot is a local maximum; a parabola through the logarithms of its neighbours gives centre
    and height, which is exact for Gaussian spots. Spots nearer than about three pixels merge.

    Parameters
    ----------
    image : ndarray of shape (n_rows, n_columns)
        The picture, q = 0 in its middle, q_y towards row 0.
    scale : float
        Pixels for 1/Å [pixel Å]; 40 is what `to_image` draws by default. It has to be given.
    log : bool, default=True
        Whether values are 4 + log10(I / I_max), clipped at zero, rather than intensities.

    Returns
    -------
    DiffractionPattern
        Spots with their peak heights as intensities.

    Raises
    ------
    ValueError
        If the picture has NaN or negative values, or shows no spot; if `scale` is not given or not
        positive; if `log` is True and a value is above 4, which no logarithm is.

    See Also
    --------
    SpotFinder : For measured pictures, with noise, a background and a beam anywhere.

    Examples
    --------
    >>> from xrdmatch import DiffractionPattern
    >>> from xrdmatch.preprocessing import find_spots
    >>> from xrdmatch.simulation import to_image
    >>> pattern = DiffractionPattern([[0.512, 0.0], [0.0, 1.0]], [1.0, 0.5])
    >>> find_spots(to_image(pattern), scale=40.0).q.round(3)
    array([[0.   , 1.   ],
           [0.512, 0.   ]])
    """
    _check_scale(scale)
    values = _log_values(np.asarray(image, dtype=float), log)
    rows, columns = _maxima(values)
    peaks = values[rows, columns]
    row_shift, row_gain = _vertex(values[rows - 1, columns], peaks, values[rows + 1, columns])
    column_shift, column_gain = _vertex(values[rows, columns - 1], peaks, values[rows, columns + 1])
    middle = (np.array(values.shape) - 1) / 2
    q = np.column_stack([columns + column_shift - middle[1], middle[0] - rows - row_shift]) / scale
    height = peaks + row_gain + column_gain
    keep = np.linalg.norm(q, axis=1) > CENTRE
    if not keep.any():
        raise ValueError("A picture needs at least one spot, found none; check scale and log.")
    return DiffractionPattern(q[keep] + 0.0, picture_intensity(height[keep]))


def _check_scale(scale):
    if scale is None:
        raise ValueError(
            "A picture does not say how many pixels are 1/Å; say scale=40.0 for what to_image "
            "draws by default, or use SpotFinder, which finds spots without a scale."
        )
    if not scale > 0:
        raise ValueError(f"scale must be positive [pixel Å], got {scale}; to_image draws with 40.")


def _log_values(image, log):
    if image.ndim != 2 or min(image.shape) < 3:
        raise ValueError(
            f"A picture needs two dimensions of 3 pixels or more, got {image.shape}; "
            "pass it as an array of rows and columns."
        )
    if not np.isfinite(image).all() or image.min() < 0 or not image.max() > 0:
        raise ValueError(
            "A picture must have finite values, none negative and one positive, got "
            f"{image.min():.3g} to {image.max():.3g}; mask or subtract the background first."
        )
    if log:
        check_log_picture(image)
    return image if log else log_picture(image)


def _maxima(values):
    """Rows and columns of the local maxima, away from the rim; one for equal neighbours."""
    peaks = (values == ndimage.maximum_filter(values, size=3)) & (values > WEAKEST)
    peaks[[0, -1]] = peaks[:, [0, -1]] = False
    touching, n_spots = ndimage.label(peaks, structure=np.ones((3, 3)))
    centres = ndimage.center_of_mass(peaks, touching, np.arange(1, n_spots + 1))
    return np.rint(np.reshape(centres, (-1, 2))).astype(int).T


def _vertex(before, middle, after):
    """Vertex of the parabola through three neighbours: its shift [pixels] and gain in height."""
    curvature = before - 2 * middle + after
    flat = curvature > -1e-9
    shift = np.where(flat, 0.0, (before - after) / (2 * np.where(flat, -1.0, curvature)))
    return shift, (after - before) * shift / 4
