"""A picture of spots in grey, and what is drawn over it."""

import numpy as np

from xrdmatch.inspection._plot.spots import LARGEST, SMALLEST

# Okabe and Ito's colours, told apart by everybody.
FOUND, STRAY, CANDIDATE, LATTICE = "#0072B2", "#D55E00", "#E69F00", "#009E73"
SHOWN = (1.0, 99.7)  # percentiles of the counts that are black and white
BAR = 0.25  # of the picture's width, at most, for a scale bar
ROUND = (1, 2, 5)


def show_counts(ax, counts):
    """Show a picture, dark where it counted much; grey goes with the square root of counts.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    counts : ndarray of shape (n_rows, n_columns)
        NaN where nothing was measured.
    """
    roots = np.sqrt(counts - np.nanmin(counts))
    low, high = np.nanpercentile(roots, SHOWN)
    ax.imshow(roots, cmap="gray_r", vmin=low, vmax=max(high, low + 1e-9), interpolation="nearest")


def draw_found(ax, layout):
    """Circle the spots that were found; squares are those that lie on no lattice.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    layout : SpotLayout
        The spots.

    Returns
    -------
    list of matplotlib.collections.PathCollection
        Circles and squares, those of which there are any.
    """
    drawn = []
    on = layout.is_on_lattice
    kinds = [(on, FOUND, "o", "found"), (~on, STRAY, "s", "on no lattice")]
    for chosen, colour, marker, name in kinds:
        if chosen.any():
            style = {"facecolors": "none", "edgecolors": colour, "marker": marker, "s": 45}
            label = f"{name}: {chosen.sum()}"
            drawn.append(ax.scatter(*layout.places[chosen].T, linewidths=1.2, label=label, **style))
    return drawn


def draw_lattice(ax, layout, low, high):
    """Draw the points of the lattice and the two vectors that span it.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    layout : SpotLayout
        Has the lattice.
    low, high : ndarray of shape (2,)
        Corners of what is seen.
    """
    nodes = layout.nodes(low, high)
    if len(nodes):
        ax.plot(*nodes.T, ".", color=LATTICE, markersize=2.5, alpha=0.8, label="lattice")
        for vector in layout.lattice:
            style = {"arrowstyle": "->", "color": LATTICE, "lw": 1.5, "shrinkA": 0, "shrinkB": 0}
            ax.annotate("", layout.centre + vector, layout.centre, arrowprops=style)
    ax.plot(*layout.centre, "+", color=STRAY, markersize=9, mew=1.5, label="direct beam")


def draw_candidate(ax, layout, pattern, low, high):
    """Draw the spots that a candidate gives, as discs.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    layout : SpotLayout
        Of the picture.
    pattern : DiffractionPattern
        The candidate's spots, turned into the picture's frame.
    low, high : ndarray of shape (2,)
        Corners of what is seen.

    Returns
    -------
    matplotlib.collections.PatchCollection
        Discs with areas in proportion to the square root of the intensity.
    """
    from matplotlib.collections import PatchCollection
    from matplotlib.patches import Circle

    places = layout.to_axes(pattern.q)
    seen = ((places >= low) & (places <= high)).all(1)
    places, intensity = places[seen], pattern.intensity[seen]
    relative = intensity / max(intensity.max(initial=0.0), 1e-300)
    radii = layout.gap * np.maximum(LARGEST * relative**0.25, SMALLEST)
    discs = [Circle(place, radius) for place, radius in zip(places, radii, strict=True)]
    spots = PatchCollection(discs, facecolor=CANDIDATE, edgecolor="none", alpha=0.5)
    return ax.add_collection(spots, autolim=False)


def draw_q_bar(ax, unit_length, low, high):
    """Draw a bar of a round length at the lower left.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where, with its limits.
    unit_length : float
        Length of 1/Å in the axes.
    low, high : ndarray of shape (2,)
        Corners of what is seen, the lower left and the upper right one as the reader sees them.

    Returns
    -------
    float
        Its length [1/Å].
    """
    width, height = high - low
    length = _round_length(BAR * abs(width) / unit_length)
    (x, y), end = low + 0.05 * (high - low), length * unit_length
    ax.plot([x, x + end], [y, y], color="white", lw=6, solid_capstyle="butt")
    ax.plot([x, x + end], [y, y], color="black", lw=3, solid_capstyle="butt")
    box = {"facecolor": "white", "alpha": 0.8, "edgecolor": "none", "pad": 1.5}
    text = {"fontsize": "small", "ha": "center", "va": "bottom", "bbox": box}
    ax.text(x + end / 2, y + 0.025 * height, f"{length:g} 1/Å", **text)
    return length


def _round_length(longest):
    """Take the longest of 1, 2 and 5 times a power of ten that is not longer."""
    power = 10.0 ** np.floor(np.log10(longest))
    return float(max(n * power for n in ROUND if n * power <= longest * (1 + 1e-9)))
