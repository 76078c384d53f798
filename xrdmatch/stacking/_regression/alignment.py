"""The lattices of images, given or found by a fitter."""

from dataclasses import dataclass, field

import numpy as np

from xrdmatch.stacking._fitting.images import checked_image, checked_images


@dataclass(frozen=True, eq=False)
class AlignedImages:
    """Images with the lattices on which they are averaged.

    Parameters
    ----------
    images : list of ndarray of shape (h, w) or None
        None where an image is none.
    lattices : ndarray of shape (n_images, 2, 2)
        The first layer's a and b in the images, right and up [Å]; NaN where there is none.
    pixel_sizes : ndarray of shape (n_images,)
        [Å].
    failures : dict of int to str
        Why an image has no lattice.
    read : list of Stack or None
        What the fitter read that found the lattices; empty where they were told.
    """

    images: list
    lattices: np.ndarray
    pixel_sizes: np.ndarray
    failures: dict
    read: list = field(default_factory=list)


def with_told_lattices(images, lattices, pixel_size):
    """Align images whose lattices are known.

    Parameters
    ----------
    images : list of array-like of shape (h, w), or of Picture
        The images.
    lattices : ndarray of shape (2, 2) or (n_images, 2, 2)
        Rows a and b [Å].
    pixel_size : float, array-like of shape (n_images,) or None
        [Å]; None takes that of a Picture.

    Returns
    -------
    AlignedImages
        The same images.

    Raises
    ------
    ValueError
        If a pixel size is not known, or lattices do not fit the images.
    """
    images, sizes = checked_images(images, pixel_size)
    if None in sizes:
        raise ValueError(
            "Lattices in Å need the size of the pixels, got none; give pixel_size as well."
        )
    lattices = _filled(lattices, len(images))
    checked, failures = _checked(images)
    return AlignedImages(checked, lattices, np.array(sizes, dtype=float), failures)


def aligned_images(images, kind, fitter, pixel_size, lattices):
    """Align images with lattices that are told, or that a fitter finds where None is told."""
    if lattices is None:
        return with_found_lattices(images, kind, fitter, pixel_size)
    return with_told_lattices(images, lattices, pixel_size)


def with_found_lattices(images, kind, fitter, pixel_size):
    """Align images with the lattices that a fitter finds.

    Parameters
    ----------
    images : list of array-like of shape (h, w), or of Picture
        The images.
    kind : StackKind
        What they show.
    fitter : StackFitter
        Fitted to the layers of that kind.
    pixel_size : float, array-like of shape (n_images,) or None
        [Å]; None looks for it.

    Returns
    -------
    AlignedImages
        The same images; what shows another kind of stack has failed.
    """
    images, _ = checked_images(images, pixel_size)
    fits = fitter.fit_images(images, pixel_size)
    checked, failures = _checked(images)
    failures = dict(fits.failures) | failures
    for i, stack in enumerate(fits.stacks):
        if stack is not None and not _is_of(kind, stack):
            failures[i] = (
                f"An image must show the kind of stack that was learned, {kind.like}, got one "
                f"that is read as {stack}; fit a regressor for that kind."
            )
    lattices = fits.lattice * fits.pixel_size[:, None, None]
    return AlignedImages(checked, lattices, fits.pixel_size, failures, fits.stacks)


def is_mirrored(kind, lattice):
    """Tell whether a lattice (2, 2) is that of the kind's mirror image."""
    return bool(np.linalg.det(lattice) * np.linalg.det(kind.lattice) < 0)


def _is_of(kind, stack):
    mirrored = is_mirrored(kind, stack.lattice)
    return np.isfinite(kind.stack(kind.like.slip, mirrored).distance(stack))


def _checked(images):
    """Images as arrays of numbers, and why some are not."""
    checked, failures = [], {}
    for i, image in enumerate(images):
        try:
            checked.append(checked_image(image))
        except ValueError as error:
            checked.append(None)
            failures[i] = str(error)
    return checked, failures


def _filled(lattices, n):
    given = np.asarray(lattices, dtype=float)
    if given.shape not in ((2, 2), (n, 2, 2)) or not np.isfinite(given).all():
        raise ValueError(
            "lattices must be rows a and b in Å, one for all or one for each of "
            f"{n} images, got an array of shape {given.shape}; None finds them."
        )
    return np.broadcast_to(given, (n, 2, 2))
