"""Brackets right of axes, along rows that have something in common."""

from itertools import groupby

FONT_SIZE, GAP = 9, 7  # [points] the latter between names, bracket and text
OVERLAP = 0.35  # of a row, which a bracket reaches beyond the middle of its last


def draw_brackets(ax, groups):
    """Draw a bracket along neighbouring rows of one group, right of the rows' names.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Axes with rows at 0, 1, 2, named at their right edge.
    groups : sequence of str
        The group of each row.

    Returns
    -------
    list of matplotlib.text.Text
        Names of the groups, one for each bracket.
    """
    bracket = 2 * GAP + _width_of_names(ax)
    at_bracket, at_text = _right_of(ax, bracket), _right_of(ax, bracket + GAP)
    texts = []
    for group, run in groupby(range(len(groups)), groups.__getitem__):
        rows = list(run)
        ends = rows[0] - OVERLAP, rows[-1] + OVERLAP
        ax.plot([1, 1], ends, color="#202020", linewidth=1, transform=at_bracket, clip_on=False)
        middle = sum(ends) / 2
        texts.append(ax.text(1, middle, group, transform=at_text, fontsize=FONT_SIZE, va="center"))
    return texts


def _width_of_names(ax):
    """Width of the widest name of a row [points]."""
    ax.figure.draw_without_rendering()
    widths = [name.get_window_extent().width for name in ax.get_yticklabels()]
    return 72 / ax.figure.dpi * max(widths)


def _right_of(ax, points):
    """Rows upwards, and to the right the axes' width and then some points."""
    from matplotlib.transforms import ScaledTranslation

    shift = ScaledTranslation(points / 72, 0, ax.figure.dpi_scale_trans)
    return ax.get_yaxis_transform() + shift
