"""The panels of a `ReliabilityDisplay`."""

import numpy as np

# Okabe and Ito's blue for what was found, vermilion for the best, and greys behind them.
COLOURS = {"found": "#0072B2", "best": "#D55E00", "chance": "0.55"}
BACKGROUND = {"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 2}  # of words
N_COLUMNS = 20  # of the histogram
N_POINTS = 200  # of a smooth curve
PLACES = {  # left, bottom, width and height of each panel, as shares of the axes
    "reliability": (0.0, 0.3, 0.44, 0.7),
    "histogram": (0.0, 0.0, 0.44, 0.2),
    "risk": (0.56, 0.0, 0.44, 1.0),
}


def draw_panels(ax, calibration, curve, confidence):
    """Divide axes into panels and draw all of them.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where; nothing of them stays but the title.
    calibration : Bunch
        Output of `expected_calibration_error`.
    curve : Bunch
        Output of `risk_coverage`.
    confidence : ndarray of shape (n_queries,)
        Confidences.

    Returns
    -------
    dict of str to matplotlib.axes.Axes
        ``"reliability"``, ``"histogram"`` and ``"risk"``.
    """
    ax.set_axis_off()
    panels = {name: ax.inset_axes(place) for name, place in PLACES.items()}
    draw_reliability(panels["reliability"], calibration)
    draw_histogram(panels["histogram"], confidence)
    draw_risk(panels["risk"], curve)
    return panels


def draw_reliability(ax, calibration):
    """Draw shares of right answers with their intervals over confidence.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    calibration : Bunch
        Output of `expected_calibration_error`.
    """
    filled = calibration.bin_count > 0
    x, y = calibration.bin_confidence[filled], calibration.bin_accuracy[filled]
    bars = np.abs(calibration.bin_interval[filled].T - y)
    style = {"color": COLOURS["found"], "marker": "o", "markersize": 4, "linewidth": 1.2}
    ax.plot([0, 1], [0, 1], color=COLOURS["chance"], linestyle="--", label="perfect")
    ax.errorbar(x, y, bars, capsize=2, label="found, with 95 % intervals", **style)
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02, 1.02), ylabel="share of right answers")
    ax.tick_params(labelbottom=False)
    ax.legend(loc="upper left", facecolor="white", framealpha=0.8, edgecolor="none", fontsize=9)
    ax.text(
        0.97, 0.04, error_text(calibration), transform=ax.transAxes, ha="right", va="bottom",
        fontsize=9, bbox=BACKGROUND, zorder=5,
    )  # fmt: skip


def error_text(calibration):
    """Say what the calibration error is and what chance gives.

    Parameters
    ----------
    calibration : Bunch
        Output of `expected_calibration_error`.

    Returns
    -------
    str
        Three lines.
    """
    low, high = calibration.interval
    chance = calibration.chance
    return (
        f"calibration error {calibration.error:.3f} ({low:.3f} to {high:.3f})\n"
        f"perfect models: {chance.mean:.3f}, 95 % below {chance.percentile_95:.3f}\n"
        f"{calibration.bin_count.sum():,} queries"
    )


def draw_histogram(ax, confidence):
    """Draw how many queries have which confidence.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    confidence : ndarray of shape (n_queries,)
        Confidences.
    """
    ax.hist(confidence, bins=N_COLUMNS, range=(0, 1), color=COLOURS["found"], rwidth=0.9)
    ax.set(xlim=(-0.02, 1.02), xlabel="confidence", ylabel="queries")
    ax.yaxis.get_major_locator().set_params(integer=True, nbins=3)


def draw_risk(ax, curve):
    """Draw the share of wrong answers over the share of queries that are answered.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    curve : Bunch
        Output of `risk_coverage`.
    """
    low, high = curve.interval
    covered = np.linspace(1 / N_POINTS, 1, N_POINTS)
    best = np.maximum(1 - (1 - curve.chance) / covered, 0)
    found = f"found, area {curve.area:.3f} ({low:.3f} to {high:.3f})"
    style = {"color": COLOURS["chance"], "linestyle": "--"}
    ax.plot([0, 1], [curve.chance] * 2, label=f"constant, {curve.chance:.3f}", **style)
    x, y = np.r_[0, curve.coverage], np.r_[curve.risk[0], curve.risk]
    ax.plot(x, y, color=COLOURS["found"], label=found)
    label = f"perfect order, {curve.best:.3f}"
    ax.plot(covered, best, color=COLOURS["best"], linestyle=":", label=label)
    top = 1.45 * max(curve.chance, y[y.size // 20 :].max(), 0.05)  # room for the legend
    ax.set(xlim=(-0.02, 1.02), ylim=(-0.02 * top, top))
    ax.set(xlabel="coverage: share of queries answered", ylabel="risk: share of wrong answers")
    ax.legend(loc="upper left", facecolor="white", framealpha=0.8, edgecolor="none", fontsize=9)
