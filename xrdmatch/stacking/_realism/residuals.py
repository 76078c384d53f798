"""Residuals of fits to measured images, added to simulated ones."""

import numpy as np

from xrdmatch.stacking._fitting.measured import G_MAX, NYQUIST
from xrdmatch.stacking._fitting.waves import TaperedImage, lattice_amplitudes
from xrdmatch.stacking._imaging.harmonics import lattice_waves
from xrdmatch.stacking._realism.randomised import typical_contrast

BETWEEN = ((0.5, 0.0), (0.0, 0.5), (0.5, 0.5))  # steps from a lattice's waves to others


class ResidualLook:
    """Residuals of measured images, on simulated ones with the measured contrast.

    Parameters
    ----------
    residuals : list of ndarray of shape (h, w)
        Measured minus fitted images, relative to the mean of the measured ones, without what
        repeats with the lattice beyond noise.
    ratios : list of float
        Contrast of each fitted image relative to the typical one of simulated images.
    """

    def __init__(self, residuals, ratios):
        self.residuals = residuals
        self.ratios = ratios

    @classmethod
    def learned(cls, options, simulated, experimental, rng):
        """Fit the experimental images.

        Parameters
        ----------
        options : ImageRealism
            Its fitter and pixel size.
        simulated, experimental : list of ndarray of shape (h, w)
            Images.
        rng : numpy.random.Generator
            Not needed here.

        Returns
        -------
        ResidualLook
            What alters images.

        Raises
        ------
        ValueError
            If there is no fitter, or no image has an answer.
        """
        if options.fitter is None:
            raise ValueError(
                "Residuals are left by a fit, got fitter=None; give a StackFitter that is fitted "
                "to the layers."
            )
        fits = options.fitter.fit_images(experimental, options.pixel_size)
        fitted = [i for i, stack in enumerate(fits.stacks) if stack is not None]
        if not fitted:
            reason = next(iter(fits.failures.values()), "no stack was found.")
            raise ValueError(
                f"Residuals need one experimental image that can be fitted, got none: {reason}"
            )
        contrast = typical_contrast(simulated)
        found = [_parts(experimental[i], fits, i) for i in fitted]
        return cls([rest for rest, _ in found], [model.std() / contrast for _, model in found])

    def draw(self, image, rng):
        """Add a residual to an image.

        Parameters
        ----------
        image : ndarray of shape (h, w)
            Simulated image.
        rng : numpy.random.Generator
            Draws the residual, its place and its mirror image.

        Returns
        -------
        ndarray of shape (h, w)
            Image with a mean of about 1.
        """
        i = rng.integers(len(self.residuals))
        image = 1 + (image / image.mean() - 1) * self.ratios[i]
        residual = self.residuals[i]
        rows, columns = (
            drawn_places(n, size, rng) for n, size in zip(residual.shape, image.shape, strict=True)
        )
        return image + residual[np.ix_(rows, columns)]


def _parts(image, fits, i):
    """Return what a fit leaves of an image, and what it explains, relative to the image's mean."""
    model = fits.model(i) / image.mean()
    g_max = min(G_MAX * fits.pixel_size[i], NYQUIST)
    return without_lattice(image / image.mean() - model, fits.lattice[i], g_max), model


def without_lattice(residual, lattice, g_max):
    """Subtract from an image what repeats with a lattice, beyond what noise does.

    Where a model is not quite right, what it leaves repeats with the lattice as well. Elsewhere
    in another image, that would move its columns, all of them alike. Waves of the lattice are
    made as weak as those between them.

    Parameters
    ----------
    residual : ndarray of shape (h, w)
        What a fit leaves, relative to the image's mean.
    lattice : ndarray of shape (2, 2)
        Row vectors a and b, right and up [pixel].
    g_max : float
        Largest length of the lattice's waves [1/pixel].

    Returns
    -------
    ndarray of shape (h, w)
        The rest.
    """
    reciprocal = np.linalg.inv(lattice).T
    hk = lattice_waves(reciprocal, g_max)
    tapered = TaperedImage(1 + residual)
    amplitudes = lattice_amplitudes(tapered, reciprocal, hk)
    between = [np.abs(tapered.sums((hk + step) @ reciprocal)) ** 2 for step in BETWEEN]
    share = np.sqrt(np.mean(between, axis=0)) / np.maximum(np.abs(amplitudes), 1e-12)
    amplitudes = amplitudes * np.maximum(1 - share, 0)
    return residual - tapered.mean * tapered.synthesised(hk @ reciprocal, amplitudes)


def drawn_places(n, size, rng):
    """Draw consecutive positions on a line, reflected at its ends where it is too short.

    Parameters
    ----------
    n : int
        Length of the line.
    size : int
        Of the stretch.
    rng : numpy.random.Generator
        Draws where it starts, and in which direction.

    Returns
    -------
    ndarray of int, shape (size,)
        Places on the line.
    """
    last = n - size if n >= size else 2 * n - 1
    places = (rng.integers(last + 1) + np.arange(size)) % (2 * n)
    places = np.minimum(places, 2 * n - 1 - places)
    return places[:: rng.choice((-1, 1))]
