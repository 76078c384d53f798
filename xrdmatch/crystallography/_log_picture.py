"""The logarithmic scale of a picture: drawn by the simulator, read by the spot search."""

import numpy as np

DECADES = 4.0  # a log picture shows intensities down to 1e-4 of the strongest


def log_picture(image):
    """Turn intensities into the values of a log picture.

    Parameters
    ----------
    image : ndarray
        Intensities, one of them positive.

    Returns
    -------
    ndarray
        4 + log10(I / I_max), clipped at zero.

    See Also
    --------
    picture_intensity : Turn the values of a log picture back into intensities.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.crystallography import log_picture
    >>> log_picture(np.array([1.0, 0.1, 0.0]))
    array([4., 3., 0.])
    """
    with np.errstate(divide="ignore"):
        return np.clip(DECADES + np.log10(image / image.max()), 0.0, None)


def picture_intensity(values):
    """Turn the values of a log picture back into intensities.

    Parameters
    ----------
    values : ndarray
        Values as from `log_picture`.

    Returns
    -------
    ndarray
        Intensities in units of the strongest.

    See Also
    --------
    log_picture : Turn intensities into the values of a log picture.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.crystallography import picture_intensity
    >>> picture_intensity(np.array([4.0, 3.0]))
    array([1. , 0.1])
    """
    return 10.0 ** (values - DECADES)
