"""Colours of a map, its legend, and the lines between its domains."""

import numpy as np

# Okabe and Ito's colours, told apart by everybody.
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#F0E442")
PURE = "#0072B2", "#E69F00", "#CC79A7"  # of slips
OTHER = "#999999"
SHADE = 0.55  # of the colours over the image
KEY = 60  # points along the edge of the key of slip colours


def motif_colours(names):
    """Give each motif a colour: that of its name, lighter for each further motif of the name.

    Parameters
    ----------
    names : list of str
        Names of the motifs.

    Returns
    -------
    ndarray of shape (n_motifs, 3)
        Red, green and blue.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    from matplotlib.colors import to_rgb

    kinds = list(dict.fromkeys(names))
    colours = []
    for i, name in enumerate(names):
        number = kinds.index(name)
        colour = np.array(to_rgb(COLOURS[number] if number < len(COLOURS) else OTHER))
        lighter = names[:i].count(name)
        colours.append(1 - (1 - colour) * 0.6**lighter)
    return np.array(colours).reshape(-1, 3)


def slip_colours(slip, lattice):
    """Give each slip a colour that changes steadily and is the same a lattice vector further.

    Parameters
    ----------
    slip : ndarray of shape (..., 2)
        In fractions.
    lattice : ndarray of shape (2, 2)
        a and b of the first layer [Å].

    Returns
    -------
    ndarray of shape (..., 3)
        Red, green and blue: pure colours at no slip and at slips of one and of two thirds of the
        long diagonal, mixtures between them; grey where a slip is not known.
    """
    from matplotlib.colors import to_rgb

    side = 1.0 if lattice[0] @ lattice[1] > 0 else -1.0
    waves = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, side]])
    pure = np.array([[0.0, 0.0], [1.0, side], [2.0, 2.0 * side]]) / 3
    turns = (slip[..., None, :] - pure) @ waves.T  # (..., n_pure, n_waves)
    shares = (3 + 2 * np.cos(2 * np.pi * turns).sum(-1)) / 9
    colours = shares @ np.array([to_rgb(colour) for colour in PURE])
    return np.where(np.isfinite(colours), np.clip(colours, 0, 1), 0.6)


def draw_domains(ax, domains, colours):
    """Colour the domains of a map.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    domains : Domains
        Motifs on a grid.
    colours : ndarray of shape (n_motifs, 3)
        Of the motifs.
    """
    shades = np.zeros((*domains.labels.shape, 4))
    known = domains.labels >= 0
    shades[known, :3] = colours[domains.labels[known]]
    shades[..., 3] = np.where(known, SHADE, 0.0)
    ax.imshow(shades, extent=_extent(domains.x, domains.y), interpolation="nearest")


def draw_windows(ax, centres, colours):
    """Colour the windows of a map, each as far as halfway to the next.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    centres : ndarray of shape (n_rows, n_columns, 2)
        Of the windows [Å].
    colours : ndarray of shape (n_rows, n_columns, 3)
        Of the windows.
    """
    extent = _extent(centres[0, :, 0], centres[:, 0, 1])
    ax.imshow(colours, extent=extent, interpolation="nearest", alpha=SHADE + 0.3)


def draw_boundaries(ax, boundaries):
    """Draw the points of boundaries; where the name stays, smaller ones.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    boundaries : list of StackingBoundary
        The lines.

    Returns
    -------
    list of matplotlib.lines.Line2D
        One for each.
    """
    return [
        ax.plot(*line.points.T, ".", color="black", ms=1.5 if line.is_subtle else 3)[0]
        for line in boundaries
    ]


def draw_names(ax, names, colours, shares):
    """Say which colour is which motif, and what share of the image it covers.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    names : list of str
        Of the motifs.
    colours : ndarray of shape (n_motifs, 3)
        Of the motifs.
    shares : ndarray of shape (n_motifs,)
        Of the image.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    from matplotlib.patches import Patch

    patches = [
        Patch(color=colour, label=f"{name}: {100 * share:.0f} %")
        for name, colour, share in zip(names, colours, shares, strict=True)
    ]
    ax.legend(handles=patches, loc="upper left", bbox_to_anchor=(1.01, 1), frameon=False)


def draw_key(ax, lattice, names):
    """Draw the unit cell with the colours of its slips, beside a map.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Of the map.
    lattice : ndarray of shape (2, 2)
        a and b [Å].
    names : list of (str, tuple of two floats)
        Slips that have names, in fractions.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    from matplotlib.colorbar import make_axes

    key, _ = make_axes(ax, location="right", fraction=0.25, shrink=0.5, aspect=1, anchor=(0.0, 1.0))
    grid = np.stack(np.meshgrid(*2 * (np.linspace(0, 1, KEY),)), axis=-1)
    places = grid @ lattice
    key.pcolormesh(
        places[..., 0], places[..., 1], slip_colours(grid[:-1, :-1] + 0.5 / KEY, lattice)
    )
    for name, slip in names:
        place = np.array(slip) @ lattice
        key.plot(*place, "+", color="white")
        key.annotate(name, place, (3, 3), textcoords="offset points", color="white")
    key.set(aspect="equal", anchor="NW", box_aspect=None)
    key.set_axis_off()
    key.text(0.5, -0.08, "slip in the unit cell", ha="center", va="top", transform=key.transAxes)


def _extent(x, y):
    """Edges of a grid whose centres are given, y falling."""
    dx = np.diff(x).mean() if len(x) > 1 else 1.0
    dy = -np.diff(y).mean() if len(y) > 1 else 1.0
    return x[0] - dx / 2, x[-1] + dx / 2, y[-1] - dy / 2, y[0] + dy / 2
