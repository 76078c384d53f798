"""Spots as circles in reciprocal space."""

import numpy as np
from scipy.spatial import cKDTree

COLOURS = {"query": "#56B4E9", "candidate": "#B03A00", "text": "#202020"}  # told apart by all
LARGEST = 0.4  # radius of the strongest spot in units of the usual gap: circles stay apart
SMALLEST = 0.03  # radius of the weakest spot, so that none vanishes
MARGIN = 1.06


def import_pyplot():
    """Import matplotlib, which only plotting needs.

    Returns
    -------
    module
        `matplotlib.pyplot`.

    Raises
    ------
    ImportError
        If matplotlib is not installed.
    """
    try:
        import matplotlib.pyplot as plt
    except ImportError as error:
        raise ImportError(
            "Drawing needs matplotlib, which is not installed; pip install xrdmatch[plot]."
        ) from error
    return plt


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
        The strongest spot has 0.4 times the gap, none less than 0.03 times.
    """
    strongest = pattern.intensity.max()
    relative = pattern.intensity / (strongest if strongest > 0 else 1.0)
    return gap * np.maximum(LARGEST * relative**0.25, SMALLEST)


def draw_spots(ax, pattern, gap, *, filled, colour, label):
    """Draw a pattern's spots as discs or as rings.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    pattern : DiffractionPattern
        The spots.
    gap : float
        Distance of neighbouring spots [1/Å], which sets the scale of the circles.
    filled : bool
        Discs, or rings.
    colour : str
        Any colour of matplotlib.
    label : str
        Name of the collection.

    Returns
    -------
    matplotlib.collections.EllipseCollection
        The circles.
    """
    from matplotlib.collections import EllipseCollection

    size = 2 * spot_radii(pattern, gap)
    circles = EllipseCollection(
        size,
        size,
        np.zeros(len(size)),
        units="xy",
        offsets=pattern.q,
        offset_transform=ax.transData,
        facecolors=colour if filled else "none",
        edgecolors="none" if filled else colour,
        linewidths=0.0 if filled else 1.0,
        label=label,
    )
    return ax.add_collection(circles, autolim=False)


def frame_spots(ax, pattern, gap):
    """Centre the axes on the direct beam, with room for all spots of a pattern.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    pattern : DiffractionPattern
        What has to fit.
    gap : float
        Distance of neighbouring spots [1/Å].
    """
    reach = MARGIN * (np.abs(pattern.q).max(axis=0) + LARGEST * gap)
    ax.set(xlim=(-reach[0], reach[0]), ylim=(-reach[1], reach[1]))
    ax.set_aspect("equal")
    ax.plot(0, 0, "+", color=COLOURS["text"], markersize=5, label="direct beam")


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
