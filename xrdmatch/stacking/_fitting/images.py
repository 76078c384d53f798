"""Checks of images and their pixel sizes."""

import numpy as np

LEAST_PIXELS = 16  # along a side


def checked_images(images, pixel_size):
    """Return images as a list, and the pixel size of each.

    Parameters
    ----------
    images : ndarray of shape (n_images, h, w), or list of ndarray or Picture
        The images.
    pixel_size : float, array-like of shape (n_images,) or None
        [Å]; None takes that of a Picture, where there is one.

    Returns
    -------
    images : list
        Arrays, not yet checked.
    sizes : list of float or None
        Their pixel sizes [Å].

    Raises
    ------
    ValueError
        If the pixel sizes do not fit the images or are not above 0.
    """
    if hasattr(images, "counts") or getattr(images, "ndim", 3) == 2:
        raise ValueError("A list of images is read, got a single one; put it into a list.")
    images = list(images)
    if pixel_size is None:
        sizes = [_own_size(image) for image in images]
    else:
        sizes = _given_sizes(pixel_size, len(images))
    return [getattr(image, "counts", image) for image in images], sizes


def checked_image(image):
    """Return an image as an array of numbers, or say why it is none.

    Parameters
    ----------
    image : array-like of shape (h, w)
        The image.

    Returns
    -------
    ndarray of float, shape (h, w)
        The image.

    Raises
    ------
    ValueError
        If it has colours, is too small, has values that are not finite, or is all equal.
    """
    image = np.asarray(image)
    if image.ndim == 3:
        raise ValueError(
            f"An image has one value a pixel, got an array of shape {image.shape}; of a colour "
            "image give one channel or the mean."
        )
    if image.ndim != 2 or min(image.shape) < LEAST_PIXELS:
        raise ValueError(
            f"An image has rows and columns, {LEAST_PIXELS} at least, got an array of shape "
            f"{image.shape}; give a larger one."
        )
    image = image.astype(float)
    if not np.isfinite(image).all():
        raise ValueError(
            "An image must be finite, got NaN or infinite pixels; cut them off or fill them."
        )
    if np.ptp(image) == 0:
        raise ValueError(f"An image must show something, got {image.flat[0]:g} everywhere.")
    return image - min(image.min(), 0.0)


def _own_size(image):
    is_real = getattr(image, "space", None) == "real"
    return image.scale if is_real else None


def _given_sizes(pixel_size, n):
    sizes = np.asarray(pixel_size, dtype=float)
    if sizes.shape not in ((), (n,)) or not (sizes > 0).all() or not np.isfinite(sizes).all():
        raise ValueError(
            f"pixel_size must be above 0 [Å], one for all or one for each of {n} images, got "
            f"{pixel_size!r}; None looks for it."
        )
    return np.broadcast_to(sizes, (n,)).tolist()
