"""The peaks of a powder as sticks."""

import numpy as np

from xrdmatch.inspection._plot.labels import index_text

FULL = 100.0  # height of the strongest stick [%]
FONT_SIZE = 8  # points
PADDING = 3  # pixels between labels, and between a label and its stick
AXIS_NAMES = {"q": "$q$ [1/Å]", "two_theta": r"$2\theta$ [°]"}


def stick_positions(pattern, wavelength=None):
    """Where a pattern's peaks stand.

    Parameters
    ----------
    pattern : DiffractionPattern
        Powder peaks.
    wavelength : float, default=None
        Wavelength [Å] for which to give angles.

    Returns
    -------
    ndarray of shape (n_peaks,)
        q [1/Å], or two_theta [degrees] where there is a wavelength; NaN for peaks that it cannot
        reach.

    Raises
    ------
    ValueError
        If the wavelength is not positive or reaches no peak.
    """
    q = pattern.q[:, 0]
    if wavelength is None:
        return q
    if not 0 < wavelength < np.inf:
        raise ValueError(f"A wavelength is a positive number in Å, got {wavelength!r}.")
    sine = q * wavelength / 2
    if (sine > 1).all():
        raise ValueError(
            f"A wavelength of {wavelength:.4g} Å reaches q = {2 / wavelength:.4g} 1/Å, got peaks "
            f"from {q.min():.4g} 1/Å on; leave it out to draw them over q."
        )
    return np.degrees(2 * np.arcsin(np.where(sine <= 1, sine, np.nan)))


def draw_sticks(ax, positions, pattern, colour):
    """Draw a line from zero to each peak's relative intensity, and set the limits.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where.
    positions : ndarray of shape (n_peaks,)
        Output of `stick_positions`.
    pattern : DiffractionPattern
        Powder peaks.
    colour : str
        Any colour of matplotlib.

    Returns
    -------
    matplotlib.collections.LineCollection
        The sticks, in the order of the peaks.
    """
    shown = np.isfinite(positions)
    heights = _heights(pattern)
    sticks = ax.vlines(
        positions[shown], 0.0, heights[shown], color=colour, linewidth=1.5, label="peaks"
    )
    low, high = positions[shown].min(), positions[shown].max()
    margin = 0.04 * (high - low) or 0.05 * high
    ax.set(xlim=(low - margin, high + margin), ylim=(0, 1.12 * FULL))
    return sticks


def label_sticks(ax, positions, pattern, n_labels):
    """Write the indices over the strongest sticks, where there is room.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Axes that show the sticks, with their limits set.
    positions : ndarray of shape (n_peaks,)
        Output of `stick_positions`.
    pattern : DiffractionPattern
        Powder peaks with hkl.
    n_labels : int
        How many labels at most.

    Returns
    -------
    list of matplotlib.text.Text
        The labels, the strongest peak's first.
    """
    ax.figure.canvas.figure.draw_without_rendering()  # settles the layout, hence the pixels
    tops = np.column_stack([positions, _heights(pattern)])
    order = np.argsort(-pattern.intensity, kind="stable")
    texts, taken = [], []
    for i in order[np.isfinite(positions[order])][:n_labels]:
        text = ax.annotate(
            index_text(pattern.hkl[i]), tops[i], xytext=(0, PADDING), textcoords="offset points",
            ha="center", va="bottom", fontsize=FONT_SIZE,
        )  # fmt: skip
        box = text.get_window_extent().padded(PADDING)
        if _is_free(ax, box, tops, i) and not any(box.overlaps(other) for other in taken):
            texts.append(text)
            taken.append(box)
        else:
            text.remove()
    return texts


def _heights(pattern):
    """Intensities relative to the strongest [%]."""
    return FULL * pattern.intensity / (pattern.intensity.max() or 1.0)


def _is_free(ax, box, tops, own):
    """Whether no other stick goes through a box, and the box lies within the frame."""
    pixels = ax.transData.transform(np.delete(tops, own, axis=0))
    crossed = (box.x0 < pixels[:, 0]) & (pixels[:, 0] < box.x1) & (pixels[:, 1] > box.y0)
    frame = ax.get_window_extent()
    return not crossed.any() and box.y1 <= frame.y1 and frame.x0 <= box.x0 and box.x1 <= frame.x1
