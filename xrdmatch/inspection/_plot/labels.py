"""Indices written beside spots, none on top of another."""

import numpy as np

from xrdmatch.inspection._plot.spots import spot_radii

BESIDE = [  # direction, horizontal and vertical alignment
    ((0, 1), "center", "bottom"),
    ((0, -1), "center", "top"),
    ((1, 0), "left", "center"),
    ((-1, 0), "right", "center"),
]
FONT_SIZE = 8  # points
FILLED = 0.9  # side of the square that stands for a disc: the corners are free
PADDING = 2  # pixels between a label and what is near


def label_spots(ax, pattern, gap, n_labels):
    """Write the indices of the strongest spots, one of each Friedel pair, where there is room.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Axes that show the spots, with their limits set.
    pattern : DiffractionPattern
        Spots with hkl.
    gap : float
        Distance of neighbouring spots [1/Å].
    n_labels : int
        How many labels at most.

    Returns
    -------
    list of matplotlib.text.Text
        The labels.
    """
    ax.figure.canvas.figure.draw_without_rendering()  # settles the layout, hence the pixels
    radii = spot_radii(pattern, gap)
    taken = [_disc_box(ax, q, r) for q, r in zip(pattern.q, radii, strict=True)]
    texts = []
    for i in _strongest(pattern, n_labels):
        content = _index_text(pattern.hkl[i])
        text = _within(ax, pattern.q[i], taken[i], content)
        text = text or _beside(ax, pattern.q[i], radii[i], content, taken)
        if text is not None:
            texts.append(text)
            taken.append(text.get_window_extent().padded(PADDING))
    return texts


def _strongest(pattern, n_labels):
    """Positions of the strongest spots in the upper half, strongest first."""
    x, y = pattern.q.T
    upper = (y > 1e-9) | ((np.abs(y) <= 1e-9) & (x > 0))
    order = np.argsort(-pattern.intensity, kind="stable")
    return order[upper[order]][:n_labels]


def _within(ax, q, disc, content):
    """Write the label in the middle of its disc; None where the disc is too small."""
    text = ax.text(
        *q, content, ha="center", va="center", fontsize=FONT_SIZE, color="white", clip_on=True
    )
    box = text.get_window_extent()
    if np.hypot(box.width, box.height) <= disc.width / FILLED:
        return text
    text.remove()
    return None


def _beside(ax, q, radius, content, taken):
    """Write the label at the first free place beside its disc; None where there is none."""
    for direction, ha, va in BESIDE:
        x, y = q + 1.15 * radius * np.array(direction)
        text = ax.text(x, y, content, ha=ha, va=va, fontsize=FONT_SIZE, clip_on=True)
        box = text.get_window_extent()
        if not any(box.overlaps(other) for other in taken) and _inside(ax, box):
            return text
        text.remove()
    return None


def _inside(ax, box):
    frame = ax.get_window_extent()
    return frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1


def _disc_box(ax, q, radius):
    """Return the square in pixels that stands for a spot's disc."""
    from matplotlib.transforms import Bbox

    side = FILLED * radius
    return Bbox(ax.transData.transform([q - side, q + side]))


def _index_text(hkl):
    """Write a spot's indices, h and k only where l = 0."""
    return index_text(hkl[:2] if hkl[2] == 0 else hkl)


def index_text(indices):
    """Write Miller indices with bars.

    Parameters
    ----------
    indices : sequence of int
        The indices to be shown.

    Returns
    -------
    str
        Mathematical text.
    """
    digits = [rf"\bar{{{-index}}}" if index < 0 else str(index) for index in indices]
    return "$" + r"\,".join(digits) + "$"
