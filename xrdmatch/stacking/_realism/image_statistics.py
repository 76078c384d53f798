"""What tells measured images from simulated ones: contrast, slope, noise, blur, rows."""

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter, map_coordinates, percentile_filter

LARGEST_WINDOW = 256  # pixels
FLOOR = 0.25  # quantile of a spectrum's neighbourhood that peaks do not reach
NEIGHBOURHOOD = 11  # pixels of a spectrum
SMOOTHED = 2.0  # pixels, by which noise is left out of the direction in which rows are seen
RINGS = np.linspace(0.03, 0.25, 12)  # edges [cycles per pixel]


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


def plane(image):
    """Fit a plane to an image.

    Parameters
    ----------
    image : ndarray of shape (h, w)
        Any image.

    Returns
    -------
    ndarray of shape (h, w)
        The plane.
    """
    y, x = (np.linspace(-1, 1, n) for n in image.shape)
    down = image.mean(axis=1) @ y / (y @ y)
    along = image.mean(axis=0) @ x / (x @ x)
    return image.mean() + np.add.outer(down * y, along * x)


def spectrum(image):
    """Compute the power spectrum of an image without its slope, under a Hann window.

    Parameters
    ----------
    image : ndarray of shape (h, w)
        Any image.

    Returns
    -------
    ndarray of shape (h, w)
        In the order of `numpy.fft.fftfreq`; white noise has its variance everywhere.
    """
    weights = np.outer(*(np.hanning(n + 2)[1:-1] for n in image.shape))
    weights /= np.sqrt(np.square(weights).sum())
    return np.abs(np.fft.fft2((image - plane(image)) * weights)) ** 2


def noise_floor(power):
    """Estimate the spectrum of the noise between the peaks of a lattice.

    Powers of noise are exponentially distributed, so that a low quantile tells their mean.

    Parameters
    ----------
    power : ndarray of shape (h, w)
        Power spectrum with peaks.

    Returns
    -------
    ndarray of shape (h, w)
        Smooth spectrum.
    """
    low = percentile_filter(power, 100 * FLOOR, size=NEIGHBOURHOOD, mode="wrap")
    return low / -np.log(1 - FLOOR)


def ring_power(power):
    """Average a spectrum over rings of `RINGS`.

    Parameters
    ----------
    power : ndarray of shape (h, w)
        Power spectrum in the order of `numpy.fft.fftfreq`.

    Returns
    -------
    ndarray of shape (n_rings,)
        Mean powers.
    """
    q = np.hypot.outer(*(np.fft.fftfreq(n) for n in power.shape))
    ring = np.digitize(q, RINGS)
    return np.array([power[ring == i].mean() for i in range(1, len(RINGS))])


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
    """Return what the two rows on either side say of each."""
    return (4 * (image[1:-3] + image[3:-1]) - image[:-4] - image[4:]) / 6


def correlated_noise(power, shape, rng):
    """Draw noise of a power spectrum.

    Parameters
    ----------
    power : ndarray of shape (h, w)
        In the order of `numpy.fft.fftfreq`.
    shape : (int, int)
        Rows and columns of the noise.
    rng : numpy.random.Generator
        Draws.

    Returns
    -------
    ndarray of `shape`
        Noise, periodic at the edges.
    """
    places = [np.fft.fftfreq(n) * size for n, size in zip(shape, power.shape, strict=True)]
    places = np.meshgrid(*places, indexing="ij")
    smooth = map_coordinates(power, places, order=1, mode="grid-wrap")
    white = np.fft.fft2(rng.normal(size=shape))
    return np.fft.ifft2(white * np.sqrt(smooth)).real
