"""Indices written beside spots, none on top of another."""

import numpy as np

from xrdmatch.inspection._spots import COLOURS, spot_radii

PLACES = [((0, 1), "center", "bottom"), ((0, -1), "center", "top"),
          ((1, 0), "left", "center"), ((-1, 0), "right", "center")]  # where, ha, va
FONT_SIZE = 8  # points
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
    ax.apply_aspect()  # before this, pixels are not what they will be
    radii = spot_radii(pattern, gap)
    taken = [_disc_box(ax, q, r) for q, r in zip(pattern.q, radii, strict=True)]
    texts = []
    for i in _strongest(pattern, n_labels):
        text = _placed(ax, pattern.q[i], radii[i], _index_text(pattern.hkl[i]), taken)
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


def _placed(ax, q, radius, content, taken):
    """The label at the first place that is free, or None."""
    for direction, ha, va in PLACES:
        x, y = q + 1.15 * radius * np.array(direction)
        text = ax.text(
            x, y, content, ha=ha, va=va, fontsize=FONT_SIZE, color=COLOURS["text"], clip_on=True
        )
        box = text.get_window_extent()
        if not any(box.overlaps(other) for other in taken) and _inside(ax, box):
            return text
        text.remove()
    return None


def _inside(ax, box):
    frame = ax.get_window_extent()
    return frame.x0 <= box.x0 and box.x1 <= frame.x1 and frame.y0 <= box.y0 and box.y1 <= frame.y1


def _disc_box(ax, q, radius):
    """The square in pixels that a spot's disc fills best."""
    from matplotlib.transforms import Bbox

    side = 0.9 * radius  # a disc leaves its square's corners free
    return Bbox(ax.transData.transform([q - side, q + side]))


def _index_text(hkl):
    """Miller indices with bars, h and k only where l = 0."""
    shown = hkl[:2] if hkl[2] == 0 else hkl
    digits = [rf"\bar{{{-index}}}" if index < 0 else str(index) for index in shown]
    return f"${r'\,'.join(digits)}$"
