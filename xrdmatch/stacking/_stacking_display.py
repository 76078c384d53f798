"""A fitted image: the image, the fit, and what is left."""

import numpy as np

from xrdmatch.crystallography import ShortRepr
from xrdmatch.stacking._plot.figures import draw_scale_bar, new_figure, show_image

PERCENTILES = 1, 99.5  # of the image, between black and white


class StackingDisplay(ShortRepr):
    """An image beside the image of its fitted stack, and the difference.

    Parameters
    ----------
    image, model : ndarray of shape (h, w)
        What was seen and what was fitted, in the same units.
    pixel_size : float
        [Å].
    title : str, default=""
        What stands above.

    Attributes
    ----------
    ax_ : ndarray of shape (3,) of matplotlib.axes.Axes
        Image, fit and difference, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.

    See Also
    --------
    SlipDisplay : The slips in the unit cell.
    StackingMapDisplay : A map of a large image.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.stacking import Stack, StackFitter, StackingDisplay, StackSimulator
    >>> by_name = {layer.properties["name"]: layer for layer in load_monolayers()}
    >>> mos2 = by_name["MoS2-2H"]
    >>> stack = Stack([mos2, mos2], slip=(1 / 3, 2 / 3))
    >>> images = StackSimulator(random_state=0).transform([stack])
    >>> fits = StackFitter().fit([mos2]).fit_images(images, pixel_size=0.136)
    >>> print(StackingDisplay.from_fits(fits, images).title.split(chr(10))[0])
    MoS2/MoS2, 3R
    """

    size = 10.5, 4.2

    def __init__(self, image, model, pixel_size, title=""):
        self.image = image
        self.model = model
        self.pixel_size = pixel_size
        self.title = title

    @classmethod
    def from_estimator(cls, estimator, image, pixel_size=None):
        """Read an image.

        Parameters
        ----------
        estimator : StackFitter
            Fitted to candidate layers.
        image : array-like of shape (h, w)
            The image.
        pixel_size : float, default=None
            [Å]; found if None.

        Returns
        -------
        StackingDisplay
            To be plotted.

        Raises
        ------
        ValueError
            If the image cannot be read.
        """
        return cls.from_fits(estimator.fit_images([image], pixel_size=pixel_size), [image])

    @classmethod
    def from_fits(cls, fits, images, index=0):
        """Take one of the images that were read.

        Parameters
        ----------
        fits : StackFits
            What was read.
        images : sequence of array-like of shape (h, w)
            The images, in their order.
        index : int, default=0
            Which.

        Returns
        -------
        StackingDisplay
            To be plotted.

        Raises
        ------
        ValueError
            If this image was not read.
        """
        image = images[index]
        image = np.asarray(getattr(image, "counts", image), dtype=float)
        return cls(image, fits.model(index), float(fits.pixel_size[index]), _title(fits, index))

    def plot(self, ax=None):
        """Draw it.

        Parameters
        ----------
        ax : sequence of three matplotlib.axes.Axes, default=None
            Where; new ones if None.

        Returns
        -------
        StackingDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        self.ax_ = np.asarray(new_figure(self.size).subplots(1, 3) if ax is None else ax)
        self.figure_ = self.ax_[0].figure
        left = self.image - self.model
        low, high = np.percentile(self.image, PERCENTILES)
        half = (high - low) / 2
        greys = {"cmap": "gray", "vmin": low, "vmax": high}
        reds = {"cmap": "RdBu_r", "vmin": -half, "vmax": half}
        panels = [("image", self.image, greys), ("fit", self.model, greys)]
        for ax, (name, picture, options) in zip(
            self.ax_, [*panels, ("image - fit", left, reds)], strict=True
        ):
            show_image(ax, picture, self.pixel_size, **options)
            draw_scale_bar(ax)
            ax.set_title(name, fontsize="medium")
        self.figure_.suptitle(self.title, fontsize="medium")
        return self

    def save(self, path, *, dpi=150):
        """Draw it into a file, without a window.

        Parameters
        ----------
        path : path
            Where; the ending says what kind of picture.
        dpi : float, default=150
            Points per inch.

        Returns
        -------
        StackingDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        self.plot(new_figure(self.size, shown=False).subplots(1, 3))
        self.figure_.savefig(path, dpi=dpi)
        return self


def _title(fits, index):
    stack, spread = fits.stacks[index], fits.slip_std[index]
    layers = "/".join(layer.reduced_formula for layer in stack.layers)
    lines = [f"{layers}, {stack.name()}"]
    for slip, angstrom, std in zip(stack.slip, stack.slip_angstrom, spread, strict=True):
        lines.append(
            f"slip ({slip[0]:.3f}, {slip[1]:.3f}): "
            f"{angstrom[0]:z.3f} ± {std[0]:.3f}, {angstrom[1]:z.3f} ± {std[1]:.3f} Å"
        )
    return "\n".join([*lines, f"residual {fits.residual[index]:.3f}"])
