"""Figures, files, and what pictures of the plane have in common."""

import numpy as np

from xrdmatch.crystallography import ShortRepr

BAR = 0.25  # of the picture's width, at most, for a scale bar
ROUND = (1, 2, 5)


def new_figure(size, *, shown=True):
    """Make a figure, which no window shows if it is only saved.

    Parameters
    ----------
    size : tuple of two floats
        Width and height [inches].
    shown : bool, default=True
        Whether a window may show it.

    Returns
    -------
    matplotlib.figure.Figure
        The figure.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    try:
        import matplotlib.pyplot as plt
        from matplotlib.figure import Figure
    except ImportError as error:
        raise ImportError(
            "Drawing needs matplotlib, which is not installed; pip install xrdmatch[plot]."
        ) from error
    make = plt.figure if shown else Figure
    return make(figsize=size, layout="constrained")


class SavedPicture(ShortRepr):
    """Part of a display of one axes: new axes where none are given, and the same into a file.

    A subclass has ``draw(ax)`` and ``size``, of a picture [inches].
    """

    def plot(self, ax=None):
        """Draw it.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; new axes if None.

        Returns
        -------
        object
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        self.ax_ = new_figure(self.size).subplots() if ax is None else ax
        self.figure_ = self.ax_.figure
        self.draw(self.ax_)
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
        object
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        self.plot(new_figure(self.size, shown=False).subplots())
        self.figure_.savefig(path, dpi=dpi)
        return self


def show_image(ax, image, pixel_size, **options):
    """Show an image with its middle at 0, x to the right and y up [Å].

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    image : ndarray of shape (h, w)
        The image.
    pixel_size : float
        [Å].
    **options
        Of `imshow`.

    Returns
    -------
    matplotlib.image.AxesImage
        What was drawn.
    """
    height, width = np.multiply(image.shape[:2], pixel_size) / 2
    return ax.imshow(image, extent=(-width, width, -height, height), **options)


def draw_scale_bar(ax):
    """Draw a bar of a round length at the lower left of a picture in Å; the axes go.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where; its limits are those of the picture.

    Returns
    -------
    float
        Its length [Å].
    """
    (left, right), (bottom, top) = ax.get_xlim(), ax.get_ylim()
    length = round_length(BAR * (right - left))
    x, y = left + 0.05 * (right - left), bottom + 0.05 * (top - bottom)
    label = f"{length:g} Å"
    box = {"facecolor": "black", "alpha": 0.6, "edgecolor": "none", "pad": 2}
    ax.plot([x, x + length], [y, y], color="black", lw=5, solid_capstyle="butt", alpha=0.6)
    ax.plot([x, x + length], [y, y], color="white", lw=3, solid_capstyle="butt")
    ax.text(
        x, y + 0.03 * (top - bottom), label, color="white", fontsize="small", va="bottom", bbox=box
    )
    ax.set(xlim=(left, right), ylim=(bottom, top))
    ax.set_axis_off()
    return length


def round_length(longest):
    """Return the longest of 1, 2 and 5 times a power of ten that is not longer.

    Parameters
    ----------
    longest : float
        Above 0.

    Returns
    -------
    float
        The length.

    Examples
    --------
    >>> round_length(8.7), round_length(21.0)
    (5.0, 20.0)
    """
    power = 10.0 ** np.floor(np.log10(longest))
    return float(max(n * power for n in ROUND if n * power <= longest * (1 + 1e-9)))
