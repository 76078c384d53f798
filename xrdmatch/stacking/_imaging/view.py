"""Geometry of an image: origin, rotation, strain and probe width."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, eq=False)
class View:
    """The geometry of one image.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    pixel_size : float
        [Å].
    probe_sigma : float
        Standard deviation of the probe's Gaussian [Å].
    matrix : ndarray of shape (2, 2)
        From the stack's frame to the image's, for row vectors: rotation and strain.
    origin : ndarray of shape (2,)
        Where the first layer's origin is, from the middle of the image [Å].
    """

    shape: tuple
    pixel_size: float
    probe_sigma: float
    matrix: np.ndarray
    origin: np.ndarray

    @property
    def x(self):
        """Places of the columns of the image, to the right [Å]."""
        return pixel_places(self.shape[1], self.pixel_size)

    @property
    def y(self):
        """Places of the rows, upwards [Å]: the first row has the largest."""
        return -pixel_places(self.shape[0], self.pixel_size)


def pixel_places(n, pixel_size):
    """Return where n pixels are along an axis, from the middle [Å]."""
    return (np.arange(n) - (n - 1) / 2) * pixel_size
