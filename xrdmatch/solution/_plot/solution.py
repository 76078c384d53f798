"""Plots of a calculated profile over a scan, and of bond lengths against usual ones."""

import numpy as np

SIZE = 8, 6.5  # [inches]
ODD = 3.0  # standard deviations
OBSERVED, CALCULATED, DIFFERENCE, WRONG = "0.55", "C0", "C2", "C3"
ROOM = 0.12  # of the profile's height, for marks and for what is between them


def new_figure(*, shown=True):
    """Make a figure, which no window shows if it is only saved.

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
    return make(figsize=SIZE, layout="constrained")


def draw_profile(ax, profile):
    """Draw counts, calculated ones, marks of the peaks and the difference."""
    x, observed, calculated = profile.two_theta, profile.observed, profile.calculated
    height = np.ptp(observed)
    low = observed.min() - ROOM * height
    ax.plot(x, observed, ".", ms=2, color=OBSERVED, label="observed")
    ax.plot(x, calculated, lw=0.9, color=CALCULATED, label="calculated")
    ax.vlines(profile.ticks, low, low + 0.5 * ROOM * height, lw=0.6, color=CALCULATED)
    off = observed - calculated
    base = low - ROOM * height - max(off.max(), 0)
    ax.plot(x, base + off, lw=0.6, color=DIFFERENCE, label="difference")
    ax.set(xlabel="2θ [degrees]", ylabel="counts", xlim=(x[0], x[-1]))
    ax.legend(loc="upper right", frameon=False)


def draw_bonds(ax, bonds):
    """Draw the lengths of bonds by pairs of elements, what is usual, and what is odd."""
    pairs = sorted({tuple(sorted(bond.elements)) for bond in bonds})
    for row, pair in enumerate(pairs):
        own = [bond for bond in bonds if tuple(sorted(bond.elements)) == pair]
        usual = np.mean([bond.expected for bond in own])
        ax.vlines(usual, row - 0.35, row + 0.35, lw=5, color="0.85", zorder=0)
        colours = [WRONG if abs(bond.score) > ODD else CALCULATED for bond in own]
        ax.scatter([bond.length for bond in own], [row] * len(own), s=16, c=colours, zorder=2)
    ax.set_yticks(range(len(pairs)), ["-".join(pair) for pair in pairs])
    ax.set(xlabel="shortest bonds [Å]; grey: usual, red: odd", ylim=(len(pairs) - 0.4, -0.6))
    if not pairs:
        ax.text(0.5, 0.5, "no bonds", ha="center", transform=ax.transAxes)
