"""Square windows of an image."""

import numpy as np

PER_SIDE = 3  # windows along each side that are read


def window_size(shape, crop, pixel_size):
    """Return the side of windows in pixels: the crop, or the image's shorter side.

    Parameters
    ----------
    shape : (int, int)
        Of the image.
    crop : float
        Side of the windows [Å].
    pixel_size : float
        Of the image [Å].

    Returns
    -------
    int
        Pixels.
    """
    return min(round(crop / pixel_size), *shape)


def random_windows(image, size, n, rng):
    """Cut windows anywhere.

    Parameters
    ----------
    image : ndarray of shape (h, w)
        The image.
    size, n : int
        Pixels of a side, and how many windows.
    rng : RandomState
        Draws their places.

    Returns
    -------
    ndarray of shape (n, size, size)
        The windows.
    """
    height, width = image.shape
    rows = rng.randint(height - size + 1, size=n)
    columns = rng.randint(width - size + 1, size=n)
    return _cut(image, size, zip(rows, columns, strict=True))


def spread_windows(image, size):
    """Cut windows that are spread evenly, three along each side at most.

    Parameters
    ----------
    image : ndarray of shape (h, w)
        The image.
    size : int
        Pixels of a side.

    Returns
    -------
    ndarray of shape (n_windows, size, size)
        The windows; neighbours overlap where the image is small.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.stacking._regression.windows import spread_windows
    >>> image = np.arange(100).reshape(10, 10)
    >>> spread_windows(image, 6)[:, 0, 0].tolist()
    [0, 2, 4, 20, 22, 24, 40, 42, 44]
    """
    corners = [
        (row, column)
        for row in _starts(image.shape[0] - size)
        for column in _starts(image.shape[1] - size)
    ]
    return _cut(image, size, corners)


def _starts(room):
    """First pixels along one side, each once."""
    return sorted({round(start) for start in np.linspace(0, room, PER_SIDE)})


def _cut(image, size, corners):
    return np.stack([image[row : row + size, column : column + size] for row, column in corners])
