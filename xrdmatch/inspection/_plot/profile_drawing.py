"""The lines, marks and axes of a measured profile's picture."""

import numpy as np

from xrdmatch.inspection._plot.legend_place import legend_place
from xrdmatch.inspection._plot.sticks import AXIS_NAMES

# Okabe and Ito's vermilion and blue on black points; marks of several phases in turn.
COLOURS = {"observed": "#202020", "calculated": "#D55E00", "difference": "#0072B2"}
TICK_COLOURS = ("#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C564B", "#7F7F7F")
ROW = 0.05  # height of a row of marks in units of the profile's range


def draw_profile(display, ax):
    """Draw points, line, marks and difference.

    Parameters
    ----------
    display : ProfileDisplay
        What to draw.
    ax : matplotlib.axes.Axes
        Where.

    Returns
    -------
    lines : dict of str to matplotlib.lines.Line2D
        Those that there are.
    ticks : dict of str to matplotlib.collections.LineCollection
        The marks of each phase.
    """
    low, high = _range(display)
    row = ROW * (high - low)
    _draw_phases(display, ax)
    lines = _draw_profiles(display, ax)
    ticks = _draw_ticks(display, ax, low - row, row)
    floor = low - row * (1.5 + len(ticks)) if ticks else low
    if display.calculated is not None:
        lines["difference"], floor = _draw_difference(display, ax, floor - row)
    ax.set(xlim=(display.x.min(), display.x.max()), ylim=(floor - row, high + row))
    ax.set(xlabel=AXIS_NAMES[display.x_axis], ylabel=f"intensity [{display.unit}]")
    ax.set_yticks([tick for tick in ax.get_yticks() if min(low, 0) <= tick <= high + row])
    ax.legend(loc=legend_place(display.observed), frameon=False, fontsize=9, markerscale=2)
    return lines, ticks


def _range(display):
    """Smallest and largest intensity; from zero on where none is negative."""
    both = [
        display.observed,
        display.observed if display.calculated is None else display.calculated,
    ]
    low, high = min(np.nanmin(both), 0.0), np.nanmax(both)
    return low, high if high > low else low + 1.0


def _draw_profiles(display, ax):
    style = {"marker": ".", "markersize": 3, "linestyle": "none"}
    lines = {"observed": _draw(ax, display.x, "observed", display.observed, **style)}
    if display.calculated is not None:
        line = _draw(ax, display.x, "calculated", display.calculated, linewidth=1.2)
        if display.r_wp is not None:
            line.set_label(rf"calculated, $R_\mathrm{{wp}}$ {100 * display.r_wp:.1f} %")
        lines["calculated"] = line
    return lines


def _draw_phases(display, ax):
    """Fill what each phase of a mixture adds to the background, in the colour of its marks."""
    curves = list((display.phases or {}).values())
    for i, curve in enumerate(curves):
        colour = TICK_COLOURS[i % len(TICK_COLOURS)]
        floor = np.minimum.reduce(curves)
        ax.fill_between(display.x, floor, curve, color=colour, linewidth=1.2, zorder=2.5)


def _draw_ticks(display, ax, top, row):
    """Draw a row of marks for each phase, one below the other."""
    found = {}
    for i, (name, positions) in enumerate(display.ticks.items()):
        y = top - (i + 1) * row
        found[name] = ax.vlines(
            positions, y + 0.15 * row, y + 0.85 * row, label=name, linewidth=1.2,
            color=TICK_COLOURS[i % len(TICK_COLOURS)],
        )  # fmt: skip
    return found


def _draw_difference(display, ax, top):
    """Draw the difference below; return its line and where it ends."""
    difference = display.observed - display.calculated
    zero = top - max(np.nanmax(difference), 0.0)
    ax.axhline(zero, color="0.6", linewidth=0.8, zorder=1)
    line = _draw(ax, display.x, "difference", zero + difference, linewidth=0.8)
    return line, zero + min(np.nanmin(difference), 0.0)


def _draw(ax, x, name, values, **style):
    return ax.plot(x, values, color=COLOURS[name], label=name, **style)[0]
