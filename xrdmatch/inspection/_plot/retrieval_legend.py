"""The legend of a `RetrievalDisplay`."""

from xrdmatch.inspection._plot.candidate_words import percent
from xrdmatch.inspection._plot.spot_differences import COLOUR, FACTOR
from xrdmatch.inspection._plot.spots import COLOURS

HALVES = {"query": "left", "candidate": "right"}  # of a disc


def legend_handles(unknown):
    """Draw half discs and a ring, as collections of patches have no legend of their own.

    Parameters
    ----------
    unknown : float or None
        Probability of a crystal that is not in the gallery, which comes last; None where it is
        not known.

    Returns
    -------
    list of matplotlib.lines.Line2D
        What a legend shows.
    """
    from matplotlib.lines import Line2D
    from matplotlib.markers import MarkerStyle

    handles = [
        Line2D(
            [], [], linestyle="none", markersize=11, markeredgecolor="none", label=name,
            marker=MarkerStyle("o", fillstyle=half), color=COLOURS[name], markerfacecoloralt="none",
        )
        for name, half in HALVES.items()
    ]  # fmt: skip
    handles.append(
        Line2D(
            [], [], linestyle="none", marker="o", markersize=11, markerfacecolor="none",
            markeredgecolor=COLOUR, label=f"differ {FACTOR:.0f}-fold",
        )
    )  # fmt: skip
    if unknown is not None:
        handles.append(Line2D([], [], linestyle="none", label=words_of_unknown(unknown)))
    return handles


def words_of_unknown(probability):
    """Say how probable it is that the crystal is not in the gallery.

    Parameters
    ----------
    probability : float
        Between 0 and 1.

    Returns
    -------
    str
        A few words.
    """
    return f"not in the gallery: {percent(probability)}"
