"""Checks of images."""

import numpy as np


def check_images(name, images, smallest):
    """Return images as arrays of floats.

    Parameters
    ----------
    name : str
        What they are called in messages.
    images : array-like of shape (n, h, w) or list of ndarray of shape (h, w)
        Images.
    smallest : int
        Least number of rows and of columns.

    Returns
    -------
    list of ndarray of shape (h, w)
        The images.

    Raises
    ------
    ValueError
        If there are none, or one is no image, in colour, too small, not finite or flat.
    """
    images = [np.asarray(image, dtype=float) for image in images]
    if not images:
        raise ValueError(f"{name} must hold at least one image, got none; give an image.")
    for i, image in enumerate(images):
        fault = _fault(image, smallest)
        if fault:
            raise ValueError(f"{name} must be {fault[0]}, got image {i} {fault[1]}.")
    return images


def _fault(image, smallest):
    """Say what an image must be and what this one is, or None."""
    if image.ndim != 2:
        return (
            "a stack or list of grey images, each of shape (h, w)",
            f"of shape {image.shape}; average the colours, or put one image into a list",
        )
    if min(image.shape) < smallest:
        return (
            f"at least {smallest} pixels high and wide",
            f"of {image.shape[0]} x {image.shape[1]}; give larger ones or lower crop",
        )
    if not np.isfinite(image).all():
        return "finite", "with missing values; cut or fill them"
    if image.std() <= 1e-9 * abs(image.mean()) or image.mean() <= 0:
        return (
            "counts with a contrast and a positive mean",
            f"with mean {image.mean():.3g} and standard deviation {image.std():.3g}; leave it out",
        )
    return None
