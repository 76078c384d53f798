"""A map of stackings as a picture."""

import numpy as np

from xrdmatch.stacking._plot.cell import named_slips
from xrdmatch.stacking._plot.figures import SavedPicture, draw_scale_bar, show_image
from xrdmatch.stacking._plot.map import (
    draw_boundaries,
    draw_domains,
    draw_key,
    draw_names,
    draw_windows,
    motif_colours,
    slip_colours,
)

COLOURED = ("name", "slip")


class StackingMapDisplay(SavedPicture):
    """Stackings over an image, and the boundaries between them.

    Coloured by name, each name has a colour, and motifs of one name are shades of it. Coloured by
    slip, each window has the colour that the unit cell at the side has at its slip. Dots are
    boundaries, smaller ones where the slip changes and the name does not.

    Parameters
    ----------
    stacking_map : StackingMap
        Fitted.
    image : ndarray of shape (h, w), default=None
        What lies below the colours.
    colour : {"name", "slip"}, default=None
        What the colours say; names if None, or slips where the map has no motifs.
    interface : int, default=0
        Which slip is coloured, where there are several.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes with the map, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.
    boundaries_ : list of matplotlib.lines.Line2D
        The lines.

    See Also
    --------
    StackingMap : Makes the map.
    SlipDisplay : The slips of all windows in the unit cell.

    Examples
    --------
    >>> from xrdmatch.stacking import StackingMapDisplay
    >>> display = StackingMapDisplay.from_estimator(found, image)  # doctest: +SKIP
    >>> display.save("map.png")  # doctest: +SKIP
    """

    size = 8.0, 5.5

    def __init__(self, stacking_map, image=None, colour=None, interface=0):
        self.stacking_map = stacking_map
        self.image = image
        self.colour = colour
        self.interface = interface

    @classmethod
    def from_estimator(cls, stacking_map, image=None, *, colour=None, interface=0):
        """Take a fitted map.

        Parameters
        ----------
        stacking_map : StackingMap
            Fitted.
        image : array-like of shape (h, w), default=None
            The image that it was fitted to, for what lies below the colours.
        colour : {"name", "slip"}, default=None
            What the colours say; names if None, or slips where the map has no motifs, as that of
            a moiré.
        interface : int, default=0
            Which slip is coloured, where there are several.

        Returns
        -------
        StackingMapDisplay
            To be plotted.

        Raises
        ------
        ValueError
            If `colour` is unknown, or there is no such interface.
        """
        if colour not in (None, *COLOURED):
            raise ValueError(f'A map is coloured by "name" or "slip", got {colour!r}.')
        n = stacking_map.slip_.shape[2]
        if not 0 <= interface < n:
            raise ValueError(f"interface must be from 0 to {n - 1}, got {interface}.")
        return cls(stacking_map, image, colour, interface)

    def draw(self, ax):
        """Draw image, colours and boundaries into axes."""
        found = self.stacking_map
        left, right, bottom, top = found.extent_
        if self.image is not None:
            image = np.asarray(self.image, dtype=float)
            low, high = np.nanpercentile(image, (1, 99.5))
            size = (right - left) / image.shape[1]
            show_image(ax, image, size, cmap="gray", vmin=low, vmax=high)
        self._draw_colours(ax)
        self.boundaries_ = draw_boundaries(ax, found.boundaries_)
        ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal")
        draw_scale_bar(ax)

    def _draw_colours(self, ax):
        found = self.stacking_map
        if self.colour == "slip" or (self.colour is None and not found.motifs_):
            self._draw_slips(ax)
            return
        names = [motif.name() for motif in found.motifs_]
        colours = motif_colours(names)
        labels = found.domains_.labels
        shares = np.array([(labels == i).mean() for i in range(len(names))])
        draw_domains(ax, found.domains_, colours)
        draw_names(ax, _told_apart(found.motifs_, names), colours, shares)

    def _draw_slips(self, ax):
        found = self.stacking_map
        stack = next((one for one in found.stacks_.ravel() if one is not None), None)
        if stack is not None:
            slip = found.slip_[:, :, self.interface]
            draw_windows(ax, found.centres_, slip_colours(slip, stack.lattice))
            draw_key(ax, stack.lattice, named_slips(stack, self.interface))


def _told_apart(motifs, names):
    """Add slips to names that several motifs have."""
    slips = [" ".join("({:.2f}, {:.2f})".format(*slip) for slip in one.slip) for one in motifs]
    return [
        f"{name} {slip}" if names.count(name) > 1 else name
        for name, slip in zip(names, slips, strict=True)
    ]
