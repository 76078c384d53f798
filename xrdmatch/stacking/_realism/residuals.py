"""What a fit leaves of measured images, added to simulated ones."""

import numpy as np

from xrdmatch.stacking._realism.randomised import typical_contrast


class ResidualLook:
    """Residuals of measured images, on simulated ones with the measured contrast.

    Parameters
    ----------
    residuals : list of ndarray of shape (h, w)
        Measured minus fitted images, relative to the mean of the measured ones.
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
        models = [fits.model(i) for i in fitted]
        contrast = typical_contrast(simulated)
        means = [experimental[i].mean() for i in fitted]
        residuals = [
            (experimental[i] - model) / mean
            for i, model, mean in zip(fitted, models, means, strict=True)
        ]
        ratios = [model.std() / mean / contrast for model, mean in zip(models, means, strict=True)]
        return cls(residuals, ratios)

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


def drawn_places(n, size, rng):
    """Draw a stretch of a line that goes back and forth where it is too short.

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
