"""The panels of the picture of a scan's phases."""

import numpy as np

from xrdmatch.inspection._plot.legend_place import legend_place
from xrdmatch.inspection._plot.profile_drawing import COLOURS, TICK_COLOURS
from xrdmatch.inspection._plot.sticks import AXIS_NAMES

GAP, ROW, DIFFERENCE = 0.02, 0.035, 0.18  # heights in units of that of the picture
MARK, LIFT = "#C00000", 7  # colour; points above the peak


def draw_phase_panels(display, ax):
    """Draw profile, marks and difference.

    Parameters
    ----------
    display : PhaseDisplay
        What to draw.
    ax : matplotlib.axes.Axes
        The panels share its place.

    Returns
    -------
    axes : dict of str to matplotlib.axes.Axes
        ``"counts"``, ``"ticks"`` and ``"difference"``.
    lines : dict of str to matplotlib.lines.Line2D
        ``"observed"``, ``"calculated"``, ``"difference"`` and ``"unexplained"``.
    """
    axes = _panels(ax, len(display.ticks))
    lines = _draw_counts(display, axes["counts"])
    _draw_ticks(display, axes["ticks"])
    lines["difference"] = _draw_difference(display, axes["difference"])
    axes["counts"].set_xlim(display.two_theta.min(), display.two_theta.max())
    return axes, lines


def root(values):
    """Take square roots; those of negative counts keep their sign."""
    return np.sign(values) * np.sqrt(np.abs(values))


def square(values):
    """Undo `root`."""
    return values * np.abs(values)


def _panels(ax, n_rows):
    """Lay out three axes, one above the other, with the same angles."""
    ax.set_axis_off()
    rows = ROW * max(n_rows, 1)
    floor = DIFFERENCE + rows + 2 * GAP
    counts = ax.inset_axes([0, floor, 1, 1 - floor])
    ticks = ax.inset_axes([0, DIFFERENCE + GAP, 1, rows], sharex=counts)
    difference = ax.inset_axes([0, 0, 1, DIFFERENCE], sharex=counts)
    for upper in (counts, ticks):
        upper.tick_params(labelbottom=False)
    return {"counts": counts, "ticks": ticks, "difference": difference}


def _draw_counts(display, ax):
    x = display.two_theta
    (observed,) = ax.plot(x, display.observed, ".", ms=3, color=COLOURS["observed"])
    observed.set_label("observed")
    (calculated,) = ax.plot(x, display.calculated, lw=1.2, color=COLOURS["calculated"])
    residual = "" if display.r_wp is None else rf", $R_\mathrm{{wp}}$ {100 * display.r_wp:.1f} %"
    calculated.set_label(f"calculated{residual}")
    for i, (name, curve) in enumerate(display.phases.items()):
        colour = TICK_COLOURS[i % len(TICK_COLOURS)]
        ax.fill_between(x, display.background, curve, color=colour, label=name, zorder=2.5)
    if display.scale == "sqrt":
        ax.set_yscale("function", functions=(root, square))
    unexplained = _mark_unexplained(display, ax)
    ax.set_ylabel("counts")
    ax.legend(loc=legend_place(display.observed), frameon=False, fontsize=9, markerscale=2)
    return {"observed": observed, "calculated": calculated, "unexplained": unexplained}


def _mark_unexplained(display, ax):
    """Put a triangle a little above each peak that nothing explains."""
    from matplotlib.transforms import offset_copy

    at = display.unexplained
    heights = np.interp(at, display.two_theta, display.observed)
    place = offset_copy(ax.transData, fig=ax.get_figure(root=True), y=LIFT, units="points")
    style = {"marker": "v", "markersize": 5, "linestyle": "none", "color": MARK}
    (marks,) = ax.plot(at, heights, transform=place, **style)
    marks.set_label("unexplained" if len(at) else "_none")
    return marks


def _draw_ticks(display, ax):
    """Draw a row of marks for each phase."""
    for i, positions in enumerate(display.ticks.values()):
        colour = TICK_COLOURS[i % len(TICK_COLOURS)]
        ax.vlines(positions, -i - 0.85, -i - 0.15, color=colour, linewidth=1.2)
    ax.set(ylim=(-max(len(display.ticks), 1), 0), yticks=[])
    ax.tick_params(bottom=False)
    for side in ("top", "bottom", "left", "right"):
        ax.spines[side].set_visible(False)


def _draw_difference(display, ax):
    of = root if display.scale == "sqrt" else np.asarray
    difference = of(display.observed) - of(display.calculated)
    ax.axhline(0, color="0.6", linewidth=0.8, zorder=1)
    (line,) = ax.plot(display.two_theta, difference, lw=0.8, color=COLOURS["difference"])
    name = "difference\nof roots" if display.scale == "sqrt" else "difference"
    ax.set(xlabel=AXIS_NAMES["two_theta"], ylabel=name)
    return line
