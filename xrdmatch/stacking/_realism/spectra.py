"""Power spectra of images: peaks of a lattice, and the noise between them."""

import numpy as np
from scipy.ndimage import map_coordinates, percentile_filter

FLOOR = 0.25  # quantile of a spectrum's neighbourhood that peaks do not reach
NEIGHBOURHOOD = 11  # pixels of a spectrum
RINGS = np.linspace(0.03, 0.25, 12)  # edges [cycles per pixel]


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
