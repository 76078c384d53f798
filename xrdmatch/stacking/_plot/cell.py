"""The unit cell with its named stackings, and slips in it."""

from itertools import product

import numpy as np

from xrdmatch.stacking._poses import poses_of
from xrdmatch.stacking._stack import Stack
from xrdmatch.stacking._stack_names import interface_name

THIRDS = (0.0, 1 / 3, 2 / 3)
HALVES = (0.0, 0.5)
TOLERANCE = 0.05  # [Å] from the slip that has the name
NEARLY_ALIGNED = 10.0  # [degrees]
UNNAMED = ("slip", "twist")
SIGMAS = 2.0  # standard deviations to an ellipse's edge
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")


def named_slips(stack, interface=0):
    """List slips of an interface that have names.

    Parameters
    ----------
    stack : Stack
        Its layers and how they are turned, up to 10 degrees from a multiple of 60: a moiré goes
        through the stackings without this twist. Its slips do not matter.
    interface : int, default=0
        Which of its interfaces.

    Returns
    -------
    list of (str, tuple of two floats)
        Names and slips, in fractions.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.stacking import Stack
    >>> graphene = load_monolayers()[0]
    >>> [name for name, _ in named_slips(Stack([graphene, graphene], slip=(0, 0)))]
    ['AA', 'AB', 'AB']
    """
    found, twist = [], _untwisted(stack.twist)
    for slip in dict.fromkeys([*product(THIRDS, repeat=2), *product(HALVES, repeat=2)]):
        slips = np.array(stack.slip)
        slips[interface] = slip
        poses = poses_of(Stack(stack.layers, slips, twist, stack.face))
        name = interface_name(poses.ordered([interface, interface + 1]), TOLERANCE)
        if not name.startswith(UNNAMED):
            found.append((name, slip))
    return found


def _untwisted(twist):
    nearest = 60.0 * np.round(twist / 60.0)
    return np.where(np.abs(twist - nearest) < NEARLY_ALIGNED, nearest, twist)


def draw_cell(ax, lattice, names):
    """Draw a unit cell and the slips that have names.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    lattice : ndarray of shape (2, 2)
        a and b [Å].
    names : list of (str, tuple of two floats)
        Names and slips, in fractions.
    """
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]) @ lattice
    ax.plot(*corners.T, color="0.4", lw=1)
    for name, slip in names:
        for shift in product((0, 1), repeat=2):
            place = np.add(slip, shift)
            if (place <= 1 + 1e-9).all():
                x, y = place @ lattice
                ax.plot(x, y, "+", color="0.3", ms=9, zorder=1)
                ax.annotate(name, (x, y), (5, 5), textcoords="offset points", color="0.3")
    ax.set(aspect="equal", xlabel="slip along a [Å]", ylabel="slip normal to a [Å]")
    ax.margins(0.12)


def draw_slips(ax, slips, spreads, label, colour):
    """Draw slips as dots with their ellipses.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    slips : ndarray of shape (n_slips, 2)
        [Å].
    spreads : ndarray of shape (n_slips, 2)
        Standard deviations [Å]; not finite where they are not known.
    label : str
        For the legend.
    colour : str
        Of dots and ellipses.

    Returns
    -------
    list of matplotlib.patches.Ellipse
        The ellipses.
    """
    from matplotlib.patches import Ellipse

    ax.plot(*slips.T, ".", color=colour, ms=5, zorder=3, label=label)
    known = np.isfinite(spreads).all(1)
    ellipses = [
        Ellipse(slip, *(2 * SIGMAS * std), facecolor=colour, alpha=0.25, edgecolor=colour)
        for slip, std in zip(slips[known], spreads[known], strict=True)
    ]
    for ellipse in ellipses:
        ax.add_patch(ellipse)
    return ellipses
