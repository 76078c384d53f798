"""Spots as circles in reciprocal space."""

import numpy as np
from scipy.spatial import cKDTree

# Okabe and Ito's blue and orange: told apart by everybody, and in grey.
COLOURS = {"query": "#0072B2", "candidate": "#E69F00", "beam": "#202020"}
LARGEST = 0.4  # radius of the strongest spot in units of the usual gap: circles stay apart
SMALLEST = 0.04  # radius of the weakest spot, so that none vanishes


def spot_gap(pattern):
    """Usual distance of a spot from its nearest neighbour [1/Å]; |q| of a single one.

    Parameters
    ----------
    pattern : DiffractionPattern
        Spots of a zero layer.

    Returns
    -------
    float
        The median over the spots.
    """
    q_and_origin = np.vstack([pattern.q, np.zeros((1, 2))])
    gaps = cKDTree(q_and_origin).query(q_and_origin, k=2)[0][:-1, 1]
    return float(np.median(gaps))


def spot_radii(pattern, gap):
    """Radii with areas in proportion to the square root of the intensity [1/Å].

    Parameters
    ----------
    pattern : DiffractionPattern
        The spots.
    gap : float
        Distance of neighbouring spots [1/Å].

    Returns
    -------
    ndarray of shape (n_spots,)
        The strongest spot has 0.4 times the gap, none less than 0.04 times.
    """
    strongest = pattern.intensity.max()
    relative = pattern.intensity / (strongest if strongest > 0 else 1.0)
    return gap * np.maximum(LARGEST * relative**0.25, SMALLEST)


def draw_spots(ax, pattern, gap, *, colour, sector=(0, 360), label=None):
    """Draw a pattern's spots as discs, or as the same sector of each disc.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    pattern : DiffractionPattern
        The spots.
    gap : float
        Distance of neighbouring spots [1/Å], which sets the scale of the circles.
    colour : str
        Any colour of matplotlib.
    sector : tuple of float, default=(0, 360)
        Where the sector begins and ends, anticlockwise from +x [degrees].
    label : str, default=None
        Name of the collection.

    Returns
    -------
    matplotlib.collections.PatchCollection
        The discs, in the order of the spots.
    """
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Wedge

    radii = spot_radii(pattern, gap)
    discs = [Wedge(q, r, *sector) for q, r in zip(pattern.q, radii, strict=True)]
    spots = PatchCollection(discs, facecolor=colour, edgecolor="none", label=label)
    return ax.add_collection(spots, autolim=False)


def frame_spots(ax, reach):
    """Centre the axes on the direct beam.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    reach : ndarray of shape (2,)
        Largest q_x and q_y to be seen [1/Å].
    """
    ax.set(xlim=(-reach[0], reach[0]), ylim=(-reach[1], reach[1]))
    ax.set_aspect("equal")
    ax.plot(0, 0, "+", color=COLOURS["beam"], markersize=5, label="direct beam")


def spot_reach(pattern, gap, share=1.0):
    """Range of q_x and q_y that shows a pattern.

    Parameters
    ----------
    pattern : DiffractionPattern
        What has to fit.
    gap : float
        Distance of neighbouring spots [1/Å].
    share : float, default=1.0
        Share of the pattern's intensity that the smallest circle within the range holds.

    Returns
    -------
    ndarray of shape (2,)
        Largest q_x and q_y [1/Å].
    """
    length = np.linalg.norm(pattern.q, axis=1)
    order = np.argsort(length)
    held = np.cumsum(pattern.intensity[order])
    last = np.searchsorted(held, share * held[-1] * (1 - 1e-9)) if share < 1 else len(length) - 1
    return np.minimum(np.abs(pattern.q).max(axis=0), length[order[last]]) + 0.5 * gap


def check_spots(pattern):
    """Check that a pattern lies in the zero layer's plane.

    Parameters
    ----------
    pattern : DiffractionPattern
        What is to be drawn.

    Returns
    -------
    DiffractionPattern
        The same.

    Raises
    ------
    ValueError
        If it has not two columns.
    """
    if pattern.n_dimensions != 2:
        raise ValueError(
            f"Spots are drawn from patterns whose q has two columns, got {pattern.n_dimensions}; "
            "pass the spots of one zero layer."
        )
    return pattern
