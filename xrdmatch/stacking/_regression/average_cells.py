"""Average cells of windows of many images, each image on its own lattice."""

import numpy as np

from xrdmatch.stacking._regression.periodic_average import LatticeHarmonics
from xrdmatch.stacking._regression.windows import random_windows, spread_windows, window_size

LEAST_CELLS = 1.5  # spacings of the lattice across a window: harmonics cannot be told apart in less


def cells_for_training(images, lattices, pixel_sizes, crop, n_windows, rng):
    """Average windows cut anywhere.

    Parameters
    ----------
    images : list of ndarray of shape (h, w)
        The images.
    lattices : list of ndarray of shape (2, 2)
        Rows a and b in each image [Å].
    pixel_sizes : list of float
        Of each image [Å].
    crop : float
        Side of the windows [Å].
    n_windows : int
        Of each image.
    rng : RandomState
        Draws their places.

    Returns
    -------
    ndarray of shape (n_images, n_windows, n, n)
        Average cells.

    Raises
    ------
    ValueError
        If a window holds too few cells.
    """
    cells, known = [], None
    for image, lattice, pixel_size in zip(images, lattices, pixel_sizes, strict=True):
        size = window_size(image.shape, crop, pixel_size)
        _check_cells(lattice, pixel_size, size)
        windows = random_windows(image, size, n_windows, rng)
        asked = (np.asarray(lattice).tobytes(), pixel_size, size)
        if asked != known:  # images of one lattice share their harmonics
            known, harmonics = asked, LatticeHarmonics(lattice, pixel_size, (size, size))
        cells.append(harmonics.average_cells(windows))
    return np.stack(cells)


def cells_to_read(image, lattice, pixel_size, crop):
    """Average windows that are spread over one image.

    Parameters
    ----------
    image : ndarray of shape (h, w)
        The image.
    lattice : ndarray of shape (2, 2)
        Rows a and b in the image [Å].
    pixel_size, crop : float
        Of the image, and the side of windows [Å].

    Returns
    -------
    cells : ndarray of shape (n_windows, n, n)
        Average cells.
    n_apart : float
        How many windows of this size the image has beside each other.

    Raises
    ------
    ValueError
        If a window holds too few cells.
    """
    size = window_size(image.shape, crop, pixel_size)
    _check_cells(lattice, pixel_size, size)
    harmonics = LatticeHarmonics(lattice, pixel_size, (size, size))
    windows = spread_windows(image, size)
    return harmonics.average_cells(windows), min(image.size / size**2, len(windows))


def _check_cells(lattice, pixel_size, size):
    spacing = 1 / np.linalg.norm(np.linalg.inv(lattice), axis=0).min()
    if size * pixel_size < LEAST_CELLS * spacing:
        raise ValueError(
            f"A window must be {LEAST_CELLS} lattice spacings wide, got {size * pixel_size:.1f} Å "
            f"for {spacing:.1f} Å; give a larger image, or check the pixel size."
        )
