"""matplotlib, which only drawing needs."""

from xrdmatch.crystallography import ShortRepr


def import_pyplot():
    """Import matplotlib, which only plotting needs.

    Returns
    -------
    module
        `matplotlib.pyplot`.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError(
            "Drawing needs matplotlib, which is not installed; pip install xrdmatch[plot]."
        ) from error
    return plt


def detached_figure(size):
    """Make a figure that no window shows.

    Parameters
    ----------
    size : tuple of two floats
        Width and height [inches].

    Returns
    -------
    matplotlib.figure.Figure
        The figure.
    """
    import_pyplot()  # for what it says where there is none
    from matplotlib.figure import Figure

    return Figure(figsize=size, layout="constrained")


class DrawnIntoFiles(ShortRepr):
    """Part of a display that draws itself into one axes: the same into a file.

    A subclass has ``plot(ax)`` and ``size``, of a picture [inches].
    """

    def save(self, path, *, title=None, dpi=150):
        """Draw into a file, without the window that an interactive session would open.

        Parameters
        ----------
        path : path
            Where; the ending says what kind of picture.
        title : str, default=None
            What stands above.
        dpi : float, default=150
            Points per inch of pictures made of points; they are 8 inches wide.

        Returns
        -------
        self
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        self.plot(detached_figure(self.size).subplots())
        self.ax_.set_title(title or "")
        self.figure_.savefig(path, dpi=dpi)
        return self
