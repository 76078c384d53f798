"""The image that a fitted stack makes."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.stacking._fitting.waves import TaperedImage


@dataclass(frozen=True, eq=False)
class ModelImage:
    """The waves of a fitted stack, from which its image can be made.

    Parameters
    ----------
    shape : tuple of int
        Rows and columns.
    mean : float
        Of the image.
    g : ndarray of shape (n_waves, 2)
        Wave vectors, right and up [1/pixel].
    amplitudes : ndarray of complex, shape (n_waves,)
        Relative to the mean, at the middle of the image.
    """

    shape: tuple
    mean: float
    g: np.ndarray
    amplitudes: np.ndarray

    def image(self):
        """Return the image, shape (h, w)."""
        grid = TaperedImage(np.ones(self.shape, dtype=np.float32))
        return self.mean * (1 + grid.synthesised(self.g, self.amplitudes))


def model_of(reading, shape):
    """Return the model of an image that was read.

    Parameters
    ----------
    reading : Reading
        The reading.
    shape : tuple of int
        Of the image.

    Returns
    -------
    ModelImage
        Its model.
    """
    waves = reading.waves
    g = waves.g / waves.block
    moved = np.exp(-2j * np.pi * g @ reading.offset)
    return ModelImage(shape, waves.tapered.mean, g, reading.fit.model * moved)
