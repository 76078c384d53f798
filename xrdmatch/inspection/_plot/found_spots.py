"""Spots that were found in a picture, and those of a candidate over them."""

import numpy as np

from xrdmatch.crystallography import DiffractionPattern
from xrdmatch.inspection._embeddings import last_step
from xrdmatch.inspection._plot.pyplot import DrawnIntoFiles, import_pyplot
from xrdmatch.inspection._plot.spot_layout import layout_of_found, layout_of_pattern
from xrdmatch.inspection._plot.spot_overlay import (
    draw_candidate,
    draw_found,
    draw_lattice,
    draw_q_bar,
    show_counts,
)
from xrdmatch.inspection._plot.spots import check_spots

SIZE = (7.0, 7.6)  # [inch]


class SpotsDisplay(DrawnIntoFiles):
    """The spots of a picture, their lattice, and those of a candidate over them.

    Open circles are spots that were found, squares those of them that lie on no lattice. Dots are
    the points of the lattice, arrows the two vectors that span it, and a cross is the direct beam.
    Filled discs are the spots that a candidate gives, turned and scaled as it was fitted, with
    areas in proportion to the square root of the intensity: a circle without a disc is a spot that
    the candidate does not explain, a disc without a circle one that was not found.

    Parameters
    ----------
    layout : SpotLayout
        Where things stand.
    counts : ndarray of shape (n_rows, n_columns), default=None
        The picture below; none if None.
    candidate : DiffractionPattern, default=None
        Spots of a candidate, in the frame of the picture.
    name : str, default=None
        What the candidate is called.

    Attributes
    ----------
    ax_ : matplotlib.axes.Axes
        The axes, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.
    found_ : list of matplotlib.collections.PathCollection
        Circles and squares.
    candidate_ : matplotlib.collections.PatchCollection or None
        Discs.

    See Also
    --------
    xrdmatch.preprocessing.SpotFinder : Finds the spots.
    RetrievalDisplay : A pattern of known orientation over several candidates.

    Examples
    --------
    >>> from xrdmatch import DiffractionSimulator, PatternMatcher, PhysicsReranker
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.inspection import SpotsDisplay
    >>> layers = load_monolayers()[:10]
    >>> reranker = PhysicsReranker(PatternMatcher(orientation="unknown").fit(layers))
    >>> (pattern,) = DiffractionSimulator(q_max=1.2).transform(layers[:1])
    >>> fits = reranker.refine(pattern, 3)
    >>> display = SpotsDisplay.from_pattern(pattern, fits, reranker).plot()
    >>> display.ax_.get_xlabel()
    '$q_x$ [1/Å]'
    """

    size = SIZE

    def __init__(self, layout, counts=None, candidate=None, name=None):
        self.layout = layout
        self.counts = counts
        self.candidate = candidate
        self.name = name

    @classmethod
    def from_picture(cls, picture, found, fits=None, retriever=None, candidate=0):
        """Make a display of a picture.

        Parameters
        ----------
        picture : Picture
            The picture.
        found : FoundSpots
            What `SpotFinder.find` found in it.
        fits : SpotFits, default=None
            What `refine` fitted to ``found.pattern``; its first row is taken.
        retriever : StructureRetriever, default=None
            What was asked, with its gallery; needed where there are fits.
        candidate : int, default=0
            Which candidate, 0 the best.

        Returns
        -------
        SpotsDisplay
            The display, not yet plotted.

        Raises
        ------
        ValueError
            If there are fits and no retriever, or no such candidate, or none was fitted to it.
        """
        placed = _placed(fits, retriever, candidate)
        return cls(layout_of_found(found), picture.counts, *placed)

    @classmethod
    def from_pattern(cls, pattern, fits=None, retriever=None, candidate=0):
        """Make a display of a pattern without a picture.

        Parameters
        ----------
        pattern : DiffractionPattern
            Spots of a zero layer.
        fits, retriever, candidate
            As in `from_picture`.

        Returns
        -------
        SpotsDisplay
            The display, not yet plotted.
        """
        placed = _placed(fits, retriever, candidate)
        return cls(layout_of_pattern(check_spots(pattern)), None, *placed)

    def plot(self, ax=None):
        """Draw picture and spots.

        Parameters
        ----------
        ax : matplotlib.axes.Axes, default=None
            Where; new axes if None.

        Returns
        -------
        SpotsDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        """
        if ax is None:
            ax = import_pyplot().figure(figsize=SIZE, layout="constrained").subplots()
        self.ax_, self.figure_ = ax, ax.figure
        low, high = self._framed(ax)
        draw_lattice(ax, self.layout, np.minimum(low, high), np.maximum(low, high))
        self.candidate_ = self._draw_candidate(np.minimum(low, high), np.maximum(low, high))
        self.found_ = draw_found(ax, self.layout)
        if self.counts is not None and self.layout.unit_length is not None:
            draw_q_bar(ax, self.layout.unit_length, low, high)
        ax.set(xlim=(low[0], high[0]), ylim=(low[1], high[1]), aspect="equal")
        self._add_legend()
        return self

    def _framed(self, ax):
        """Show the picture, or name the axes; lower left and upper right corner of what is seen."""
        if self.counts is not None:
            show_counts(ax, self.counts)
            ax.set_axis_off()
            n_rows, n_columns = self.counts.shape
            return np.array([-0.5, n_rows - 0.5]), np.array([n_columns - 0.5, -0.5])
        unit = "1/Å" if self.layout.unit_length is not None else "pixels"
        ax.set(xlabel=f"$q_x$ [{unit}]", ylabel=f"$q_y$ [{unit}]")
        reach = np.abs(self.layout.places).max() + 0.5 * self.layout.gap
        return np.full(2, -reach), np.full(2, reach)

    def _draw_candidate(self, low, high):
        if self.candidate is None:
            return None
        return draw_candidate(self.ax_, self.layout, self.candidate, low, high)

    def _add_legend(self):
        from matplotlib.patches import Patch

        handles, _ = self.ax_.get_legend_handles_labels()
        if self.candidate_ is not None:
            handles.append(Patch(color=self.candidate_.get_facecolor()[0], label=self.name))
        style = {"loc": "upper center", "bbox_to_anchor": (0.5, -0.02), "ncols": 3, "fontsize": 9}
        if self.counts is None:
            style["bbox_to_anchor"] = (0.5, -0.1)
        self.ax_.legend(handles=handles, frameon=False, **style)


def _placed(fits, retriever, candidate):
    """Spots of a candidate where they were fitted, and its name; None for both without fits."""
    if fits is None:
        return None, None
    if retriever is None:
        raise ValueError(
            "Spots of a candidate are simulated by the retriever, got fits without it; pass the "
            "retriever that was asked."
        )
    if not 0 <= candidate < fits.indices.shape[1] or fits.indices[0, candidate] < 0:
        raise ValueError(
            f"There is no candidate {candidate} among {int((fits.indices[0] >= 0).sum())}; 0 is "
            "the best."
        )
    retriever, index = last_step(retriever), int(fits.indices[0, candidate])
    placement, label = fits.placement[0, candidate], str(retriever.classes_[index])
    if not np.isfinite(placement).all():
        raise ValueError(
            f"Spots are drawn where a candidate was fitted, and {label} has no lattice like the "
            "pattern's; draw another one, or leave fits out."
        )
    (pattern,) = retriever.simulator_.transform([retriever.gallery_[index]])
    return DiffractionPattern(pattern.q @ placement, pattern.intensity), label
