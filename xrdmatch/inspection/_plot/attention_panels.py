"""The single panels of an attention display."""

import numpy as np

from xrdmatch.crystallography import DiffractionPattern
from xrdmatch.inspection._plot.spots import COLOURS, draw_spots, frame_spots, spot_gap, spot_reach

COLOUR_MAP = "cividis"  # dark to bright, the same for every kind of sight
BAR_COLOURS = ("#0072B2", "#E69F00")  # Okabe and Ito
FONT_SIZE = 6  # points, of the tokens' names
ROOM = 1.35  # lines that a name needs: Greek letters are set as formulas
TOGETHER = 0.1  # [Å] atoms that are closer in the plan share a disc
N_SPOT_TICKS = 6
NARROWEST = 0.75  # of the largest value: where a scale starts at the latest


def draw_map(ax, weights, largest, names, all_names):
    """Draw one head's weights as a map, with as many names as there is room for.

    Colours follow the square root: most weights are small.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    weights : ndarray of shape (T, T)
        Rows that sum to one.
    largest : float
        End of the colour scale.
    names : list of str
        The tokens' names.
    all_names : bool
        Whether as many names as fit are written, or a few only.

    Returns
    -------
    matplotlib.image.AxesImage
        The map.
    """
    from matplotlib.colors import PowerNorm

    scale = PowerNorm(0.5, 0, largest)
    image = ax.imshow(weights, norm=scale, cmap=COLOUR_MAP, interpolation="nearest")
    for axis, extent in ((ax.xaxis, "width"), (ax.yaxis, "height")):
        step = _step(ax, len(names), all_names, extent)
        axis.set_ticks(np.arange(0, len(names), step), names[::step], fontsize=FONT_SIZE)
    ax.tick_params(length=2, pad=2)
    ax.tick_params(axis="x", rotation=90)
    return image


def _step(ax, n, all_names, extent):
    """Every how many tokens one is named."""
    inches = getattr(ax.get_window_extent(), extent) / ax.figure.dpi
    room = inches / (ROOM * FONT_SIZE / 72) if all_names else N_SPOT_TICKS
    return int(np.ceil(n / max(room, 1)))


def draw_bars(ax, bars, names, all_names):
    """Draw shares as bars, beside each other where there are several for a token.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    bars : dict of str to ndarray of shape (T,)
        Shares by whose they are.
    names : list of str
        The tokens' names.
    all_names : bool
        Whether as many names as fit are written, or a few only.

    Returns
    -------
    list of matplotlib.container.BarContainer
        The bars.
    """
    place, width = np.arange(len(names)), 0.8 / len(bars)
    drawn = []
    for i, (name, shares) in enumerate(bars.items()):
        shift = (i - (len(bars) - 1) / 2) * width
        drawn.append(ax.bar(place + shift, shares, width, color=BAR_COLOURS[i], label=name))
    step = _step(ax, len(names), True, "width") if all_names else max(1, len(names) // 20)
    ax.set_xticks(place[::step], names[::step], fontsize=FONT_SIZE + 1, rotation=90)
    ax.set(ylabel="share of attention", xlim=(-0.8, len(names) - 0.2))
    ax.legend(frameon=False, fontsize=9)
    return drawn


def draw_plan(ax, structure, values):
    """Draw a layer from above, two cells by two, its atoms coloured by values.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    structure : Structure
        A layer in its frame.
    values : ndarray of shape (n_sites,)
        One for each site.

    Returns
    -------
    matplotlib.collections.PatchCollection
        The atoms; those above each other share a disc, lowest first from the top clockwise.
    """
    from matplotlib.collections import PatchCollection

    cell = structure.lattice.matrix[:2, :2]
    stacks = _stacks(structure)
    shifts = [h * cell[0] + k * cell[1] for h in (0, 1) for k in (0, 1)]
    pieces = [piece for shift in shifts for stack in stacks for piece in _sectors(*stack, shift)]
    radii = [_radius(site) for site in structure]
    wedges = [_wedge(xy, radii[site], *angles) for site, xy, angles in pieces]
    atoms = PatchCollection(wedges, cmap=COLOUR_MAP, edgecolor="white", linewidth=0.8, zorder=2)
    atoms.set_array(values[[site for site, _, _ in pieces]])
    atoms.set_clim(min(values.min(), NARROWEST * values.max()), values.max())
    ax.add_collection(atoms, autolim=False)
    _outline(ax, cell)
    _name_stacks(ax, structure, stacks)
    _frame(ax, np.array([xy for _, xy, _ in pieces]), cell)
    return atoms


def _sectors(xy, members, shift):
    """Each site of a stack with its place and where its sector begins and ends [degrees]."""
    edges = 90 - np.linspace(0, 360, len(members) + 1)
    angles = zip(edges[1:], edges[:-1], strict=True)
    return [(site, xy + shift, pair) for site, pair in zip(members, angles, strict=True)]


def _wedge(xy, radius, start, end):
    from matplotlib.patches import Wedge

    return Wedge(xy, radius, start, end)


def _stacks(structure):
    """Places in the plan with the sites at each, from below; (xy, sites) in the cell."""
    cell = structure.lattice.matrix[:2, :2]
    frac = structure.frac_coords[:, :2]
    left = list(np.argsort(structure.frac_coords[:, 2] % 1, kind="stable"))
    stacks = []
    while left:
        apart = frac[left] - frac[left[0]]
        near = np.linalg.norm((apart - np.round(apart)) @ cell, axis=1) < TOGETHER
        stacks.append((frac[left[0]] % 1 @ cell, [int(i) for i in np.array(left)[near]]))
        left = list(np.array(left)[~near])
    return stacks


def _radius(site):
    return 0.45 * float(site.specie.atomic_radius or 1.2)  # [Å] small enough to see the cell


def _outline(ax, cell):
    corners = np.array([[0, 0], cell[0], cell[0] + cell[1], cell[1], [0, 0]])
    ax.plot(*corners.T, color="0.5", linewidth=1, zorder=1, label="cell")


def _name_stacks(ax, structure, stacks):
    for xy, members in stacks:
        name = "\n".join(f"{structure[i].specie.symbol}{i + 1}" for i in members)
        right = xy[0] + 1.15 * max(_radius(structure[i]) for i in members)
        ax.text(right, xy[1], name, ha="left", va="center", fontsize=8, zorder=3, linespacing=1.0)


def _frame(ax, places, cell):
    corners = np.vstack([places, [[0, 0]], cell, cell.sum(0, keepdims=True)])
    low, high = corners.min(0) - 1.0, corners.max(0) + 1.0
    ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), xlabel="x [Å]", ylabel="y [Å]")
    ax.set_aspect("equal")


def draw_spot_attention(ax, q, intensity, values):
    """Draw spots, larger where stronger and coloured by values, Friedel mates alike.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    q : ndarray of shape (n_spots, 2)
        Scattering vectors [1/Å].
    intensity : ndarray of shape (n_spots,)
        Intensities.
    values : ndarray of shape (n_spots,)
        One for each spot.

    Returns
    -------
    matplotlib.collections.PatchCollection
        The spots, then their mates.
    """
    flat = np.sqrt(intensity)  # the colours of weak spots are to be seen too
    whole = DiffractionPattern(np.vstack([q, -q]), np.tile(flat, 2))
    gap = spot_gap(whole)
    spots = draw_spots(ax, whole, gap, colour=COLOURS["query"], label="spots")
    spots.set_array(np.tile(values, 2))
    spots.set_cmap(COLOUR_MAP)
    spots.set_clim(min(values.min(), NARROWEST * values.max()), values.max())
    frame_spots(ax, spot_reach(whole, gap))
    ax.set(xlabel="$q_x$ [1/Å]", ylabel="$q_y$ [1/Å]")
    return spots


def colour_bar(drawn, ax, label, extend="neither"):
    """Draw the colour scale beside the axes.

    Parameters
    ----------
    drawn : matplotlib.cm.ScalarMappable
        What has colours.
    ax : matplotlib.axes.Axes or list of them
        Beside which.
    label : str
        What the colours mean.
    extend : {"neither", "max"}
        Whether there are larger values than the scale has.
    """
    first = ax[0] if isinstance(ax, list) else ax
    first.figure.colorbar(drawn, ax=ax, label=label, pad=0.02, extend=extend)
