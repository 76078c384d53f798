"""Statistics of measured images: contrast, slope, noise, blur, jitter of rows."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter

from xrdmatch.stacking._realism.spectra import (
    RINGS,
    correlated_noise,
    noise_floor,
    plane,
    ring_power,
    spectrum,
)

LARGEST_WINDOW = 256  # pixels
SMOOTHED = 2.0  # pixels, by which noise is left out of the direction in which rows are seen


@dataclass(frozen=True, eq=False)
class ImageStatistics:
    """Statistics of windows of measured images, each relative to the window's mean.

    Parameters
    ----------
    contrast : ndarray of shape (n_windows,)
        Standard deviation without the noise.
    slope : ndarray of shape (n_windows, 2)
        Change over the height and over the width.
    noise : ndarray of shape (n_windows, size, size)
        Power spectrum of the noise, whose mean is the variance of a pixel; rows and columns in
        the order of `numpy.fft.fftfreq`.
    blur : ndarray of shape (n_windows,)
        Standard deviation by which simulated images are sharper [pixels].
    rows : ndarray of shape (n_windows,)
        Standard deviation of rows' shifts beyond what noise explains [pixels].
    """

    contrast: np.ndarray
    slope: np.ndarray
    noise: np.ndarray
    blur: np.ndarray
    rows: np.ndarray


def image_statistics(simulated, experimental, rng):
    """Measure what experimental images have that simulated ones have not.

    Parameters
    ----------
    simulated, experimental : list of ndarray of shape (h, w)
        Images with the same pixel size.
    rng : numpy.random.Generator
        Draws noise against which shifts of rows are compared.

    Returns
    -------
    ImageStatistics
        Of windows of the experimental images.
    """
    size = min([LARGEST_WINDOW, *(n for image in experimental for n in image.shape)])
    sharp = np.mean([ring_power(spectrum(window)) for window in windows(simulated)], axis=0)
    rows = [_of_window(window, sharp, rng) for window in windows(experimental, size)]
    return ImageStatistics(*(np.array(column) for column in zip(*rows, strict=True)))


def windows(images, size=None):
    """Cut images into squares that do not overlap, with a mean of 1.

    Parameters
    ----------
    images : list of ndarray of shape (h, w)
        Images.
    size : int, default=None
        Of the squares [pixels]; None is the largest that fits each image.

    Returns
    -------
    list of ndarray of shape (size, size)
        The squares.
    """
    found = []
    for image in images:
        side = size or min([LARGEST_WINDOW, *image.shape])
        places = [range(0, n - side + 1, side) for n in image.shape]
        cut = [image[i : i + side, j : j + side] for i in places[0] for j in places[1]]
        found += [window / window.mean() for window in cut]
    return found


def _of_window(window, sharp, rng):
    power = spectrum(window)
    noise = noise_floor(power)
    fitted = plane(window)
    signal = max(np.var(window - fitted) - noise.mean(), 1e-6)
    slope = fitted[-1, 0] - fitted[0, 0], fitted[0, -1] - fitted[0, 0]
    blur = extra_blur(ring_power(power), ring_power(noise), sharp)
    return np.sqrt(signal), slope, noise, blur, row_jitter(window, noise, rng)


def extra_blur(power, noise, sharp):
    """Estimate how much more blurred a spectrum is than another.

    Parameters
    ----------
    power, noise, sharp : ndarray of shape (n_rings,)
        Of an image, of its noise, and of what is compared.

    Returns
    -------
    float
        Standard deviation of a Gaussian [pixels]; 0 where the image is the sharper one.
    """
    q = (RINGS[1:] + RINGS[:-1]) / 2
    signal = power - noise
    seen = (signal > noise) & (sharp > 1e-3 * sharp.max())
    if seen.sum() < 3:
        return 0.0
    fall, _ = np.polyfit((2 * np.pi * q[seen]) ** 2, np.log(signal[seen] / sharp[seen]), 1)
    return float(np.sqrt(max(-fall, 0.0)))


def row_jitter(image, noise, rng):
    """Estimate the shifts of rows beyond what the image's noise explains.

    Parameters
    ----------
    image : ndarray of shape (h, w)
        Image.
    noise : ndarray of shape (h, w)
        Power spectrum of its noise.
    rng : numpy.random.Generator
        Draws noise for comparison.

    Returns
    -------
    float
        Standard deviation [pixels].
    """
    gradient = np.gradient(gaussian_filter(image, SMOOTHED), axis=1)[2:-2]
    weight = (gradient * np.gradient(_neighbours(image), axis=1)).sum(axis=1)
    drawn = correlated_noise(noise, image.shape, rng)
    shifts = [(gradient * (x[2:-2] - _neighbours(x))).sum(axis=1) / weight for x in (image, drawn)]
    excess = np.var(shifts[0]) - np.var(shifts[1])
    return float(np.sqrt(max(excess, 0.0) / 2))  # a row's neighbours are shifted as well


def _neighbours(image):
    """Interpolate each row from the two rows on either side."""
    return (4 * (image[1:-3] + image[3:-1]) - image[:-4] - image[4:]) / 6
