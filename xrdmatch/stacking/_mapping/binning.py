"""Checking and binning of the image of a map."""

import numpy as np

from xrdmatch.stacking._fitting.images import checked_images

FINE = 0.14  # [Å] of a pixel: finer ones are added up


def checked_image(image, pixel_size=None):
    """Read an image.

    Parameters
    ----------
    image : array-like of shape (height, width), or Picture
        Counts.
    pixel_size : float, default=None
        [Å]; that of a Picture if None.

    Returns
    -------
    image : ndarray of shape (height, width)
        Finite; the mean where a value was not.
    known : ndarray of bool, shape (height, width)
        Where it was finite.
    pixel_size : float or None
        [Å].

    Raises
    ------
    ValueError
        If it is not one grey image, or shows nothing.
    """
    _, (pixel_size,) = checked_images([image], pixel_size)
    image = np.asarray(getattr(image, "counts", image), dtype=float)
    if image.ndim != 2:
        raise ValueError(
            f"A map is of one grey image, an array of shape (height, width), got shape "
            f"{image.shape}; pass one image, with its colours averaged."
        )
    known = np.isfinite(image)
    if not known.any() or np.ptp(image[known]) == 0:
        raise ValueError(
            "A map is of an image with contrast, got one with nothing in it; pass its counts."
        )
    return np.where(known, image, image[known].mean()), known, pixel_size


def binned(image, known, pixel_size):
    """Add up pixels that are finer than the waves need.

    Parameters
    ----------
    image : ndarray of shape (height, width)
        Counts.
    known : ndarray of bool, shape (height, width)
        Where they are known.
    pixel_size : float
        [Å].

    Returns
    -------
    image, known, pixel_size
        With pixels of up to 0.14 Å, as far as whole ones fit.
    """
    n = max(1, int(FINE / pixel_size))
    rows, columns = (size // n for size in image.shape)
    cut = np.s_[: rows * n, : columns * n]
    shape = rows, n, columns, n
    return (
        image[cut].reshape(shape).mean((1, 3)),
        known[cut].reshape(shape).all((1, 3)),
        pixel_size * n,
    )
