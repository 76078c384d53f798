"""Domain randomisation: simulated images altered within the ranges of measured ones."""

import numpy as np
from scipy.ndimage import gaussian_filter

from xrdmatch.stacking._realism.image_statistics import image_statistics
from xrdmatch.stacking._realism.spectra import correlated_noise

MARGIN = 0.1  # share of a range that is added at both ends


class RandomisedLook:
    """Blur, shifted rows, contrast, slope and correlated noise, each drawn from a range.

    Parameters
    ----------
    statistics : ImageStatistics
        Of experimental images; ranges reach from the least to the largest value.
    contrast : float
        Typical standard deviation of simulated images, relative to their mean.
    """

    def __init__(self, statistics, contrast):
        self.statistics = statistics
        self.contrast = contrast

    @classmethod
    def learned(cls, options, simulated, experimental, rng):
        """Measure the ranges.

        Parameters
        ----------
        options : ImageRealism
            Whose options are not needed here.
        simulated, experimental : list of ndarray of shape (h, w)
            Images.
        rng : numpy.random.Generator
            Draws what statistics are compared with.

        Returns
        -------
        RandomisedLook
            What alters images.
        """
        return cls(image_statistics(simulated, experimental, rng), typical_contrast(simulated))

    def draw(self, image, rng):
        """Alter an image.

        Parameters
        ----------
        image : ndarray of shape (h, w)
            Simulated image.
        rng : numpy.random.Generator
            Draws everything.

        Returns
        -------
        ndarray of shape (h, w)
            Image with a mean of about 1.
        """
        known = self.statistics
        image = gaussian_filter(image / image.mean(), self._drawn(known.blur, rng), mode="reflect")
        image = shifted_rows(image, rng.normal(0, self._drawn(known.rows, rng), len(image)))
        image = 1 + (image - 1) * self._drawn(known.contrast, rng) / self.contrast
        down, along = self._drawn(known.slope, rng)
        slopes = np.linspace(-0.5, 0.5, image.shape[0]), np.linspace(-0.5, 0.5, image.shape[1])
        image = image + np.add.outer(down * slopes[0], along * slopes[1])
        return image + correlated_noise(self._noise(rng), image.shape, rng)

    def _drawn(self, values, rng):
        low, high = values.min(axis=0), values.max(axis=0)
        more = MARGIN * (high - low)
        drawn = rng.uniform(low - more, high + more)
        return np.maximum(drawn, 0.0) if values.ndim == 1 else drawn

    def _noise(self, rng):
        """Draw a spectrum between those of two windows."""
        first, second = self.statistics.noise[rng.integers(len(self.statistics.noise), size=2)]
        share = rng.random()
        return (first + 1e-12) ** share * (second + 1e-12) ** (1 - share)


def typical_contrast(images):
    """Return the median standard deviation of images, relative to their means.

    Parameters
    ----------
    images : list of ndarray of shape (h, w)
        Images.

    Returns
    -------
    float
        The contrast.
    """
    return float(np.median([image.std() / image.mean() for image in images]))


def shifted_rows(image, shifts):
    """Shift the rows of an image along themselves.

    Parameters
    ----------
    image : ndarray of shape (h, w)
        Image; its edges are continued by reflection.
    shifts : ndarray of shape (h,)
        To the right [pixels].

    Returns
    -------
    ndarray of shape (h, w)
        Image.
    """
    margin = min(16, image.shape[1] - 1)
    wide = np.pad(image, ((0, 0), (margin, margin)), mode="reflect")
    phases = np.exp(-2j * np.pi * np.outer(shifts, np.fft.rfftfreq(wide.shape[1])))
    moved = np.fft.irfft(np.fft.rfft(wide, axis=1) * phases, wide.shape[1], axis=1)
    return moved[:, margin : margin + image.shape[1]]
