"""Slips in the unit cell, beside the stackings that have names."""

import numpy as np

from xrdmatch.stacking._plot.cell import COLOURS, draw_cell, draw_slips, named_slips
from xrdmatch.stacking._plot.figures import SavedPicture


class SlipDisplay(SavedPicture):
    """Slips in the first layer's unit cell, with ellipses of two standard deviations.

    Crosses are stackings that have names.

    Parameters
    ----------
    stacks : list of Stack
        Stacks of the same layers.
    spreads : list of ndarray of shape (n_layers - 1, 2), default=None
        Standard deviations of their slips [Å].

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        Axes with the cell, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.
    ellipses_ : list of matplotlib.patches.Ellipse
        Ellipses of all interfaces.

    See Also
    --------
    StackingDisplay : An image beside its fit.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.stacking import SlipDisplay, Stack
    >>> graphene = load_monolayers()[0]
    >>> slips = [(0.33, 0.66), (0.5, 0.1)]
    >>> stacks = [Stack([graphene, graphene], slip) for slip in slips]
    >>> SlipDisplay(stacks).plot().ax_.get_xlabel()
    'slip along a [Å]'
    """

    size = 5.5, 5.0

    def __init__(self, stacks, spreads=None):
        self.stacks = stacks
        self.spreads = spreads

    @classmethod
    def from_fits(cls, fits):
        """Take all images that were read.

        Parameters
        ----------
        fits : StackFits
            What was read. Images of other layers, or turned otherwise, than the first that was
            read are left out.

        Returns
        -------
        SlipDisplay
            To be plotted.

        Raises
        ------
        ValueError
            If no image was read.
        """
        read = [i for i, stack in enumerate(fits.stacks) if stack is not None]
        return cls(*_of_one_kind([(fits.stacks[i], fits.slip_std[i]) for i in read]))

    @classmethod
    def from_estimator(cls, stacking_map):
        """Take all windows of a map.

        Parameters
        ----------
        stacking_map : StackingMap
            Fitted. Windows with layers turned otherwise than most are left out.

        Returns
        -------
        SlipDisplay
            To be plotted.

        Raises
        ------
        ValueError
            If no window has an answer.
        """
        pairs = [
            (stack, stacking_map.slip_std_[window])
            for window, stack in np.ndenumerate(stacking_map.stacks_)
            if stack is not None
        ]
        return cls(*_of_one_kind(pairs))

    def draw(self, ax):
        """Draw cell, names and slips into axes."""
        first = self.stacks[0]
        spreads = self.spreads or [np.full(one.slip.shape, np.nan) for one in self.stacks]
        names = {pair for i in range(len(first.slip)) for pair in named_slips(first, i)}
        draw_cell(ax, first.lattice, sorted(names))
        self.ellipses_ = []
        for i in range(len(first.slip)):
            slips = np.array([one.slip[i] % 1.0 for one in self.stacks]) @ first.lattice
            own = np.array([spread[i] for spread in spreads])
            label, colour = f"layer {i + 2} on {i + 1}", COLOURS[i % len(COLOURS)]
            self.ellipses_ += draw_slips(ax, slips, own, label, colour)
        ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=2, frameon=False)


def _of_one_kind(pairs):
    """Stacks and spreads of those with the layers and turns of most."""
    if not pairs:
        raise ValueError("Slips of images with an answer are drawn, got none; see the failures.")
    kinds = [_kind(stack) for stack, _ in pairs]
    kind = max(dict.fromkeys(kinds), key=kinds.count)
    kept = [pair for pair, own in zip(pairs, kinds, strict=True) if own == kind]
    return [stack for stack, _ in kept], [spread for _, spread in kept]


def _kind(stack):
    formulas = tuple(layer.reduced_formula for layer in stack.layers)
    return formulas, tuple(np.round(stack.twist) % 360), tuple(stack.face)
