"""Axes for pictures of attention: grids of panels, and sizes that fit what is drawn."""

import numpy as np

from xrdmatch.inspection._plot.pyplot import import_pyplot

PANEL, MARGIN, BAR = 2.1, 0.9, 0.9  # [inch] of a map, left and below the maps, beside them
LONGEST = 5.5  # [inch] longer side of what is drawn in true proportions


def new_grid(n_layers, n_heads):
    """Make a figure with a panel for each layer, down, and head, across."""
    size = (n_heads * PANEL + MARGIN + BAR, n_layers * PANEL + MARGIN)
    plt = import_pyplot()
    figure, axes = plt.subplots(
        n_layers, n_heads, squeeze=False, figsize=size, layout="constrained"
    )
    figure.draw_without_rendering()  # settles the layout, hence the room for names
    return axes


def as_grid(ax, n_layers, n_heads):
    """Bring given axes into the shape (n_layers, n_heads)."""
    axes = np.atleast_2d(np.asarray(ax, dtype=object))
    if axes.size != n_layers * n_heads:
        raise ValueError(
            f"A map for each of {n_layers} layers and {n_heads} heads needs {n_layers * n_heads} "
            f"axes, got {axes.size}; pass that many, or none."
        )
    return axes.reshape(n_layers, n_heads)


def new_axes(size):
    """Make a figure of this width and height [inch], and its axes."""
    return import_pyplot().subplots(figsize=size, layout="constrained")[1]


def spot_size(q):
    """Width and height [inch] that fit the spots."""
    return _fitting(np.abs(q).max(0))


def plan_size(structure):
    """Width and height [inch] that fit two cells by two."""
    a, b = 2 * structure.lattice.matrix[:2, :2]
    return _fitting(np.ptp([[0.0, 0.0], a, b, a + b], axis=0))


def _fitting(extent):
    """Such a shape, with room for a scale of colours."""
    return LONGEST * np.maximum(extent / extent.max(), 0.5) + (1.5, 0.3)


def name_outer_axes(axes):
    """Leave names of tokens to the panels at the left and below."""
    for panel in axes[:-1].ravel():
        panel.tick_params(labelbottom=False)
    for panel in axes[:, 1:].ravel():
        panel.tick_params(labelleft=False)
