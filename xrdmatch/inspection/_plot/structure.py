"""A structure in plan and side view."""

import numpy as np
from pymatgen.core import Element

from xrdmatch.crystallography import ShortRepr
from xrdmatch.inspection._plot.atoms import atoms_of, covalent_radii, element_colour
from xrdmatch.inspection._plot.pyplot import import_pyplot
from xrdmatch.inspection._plot.structure_views import VIEWS, cell_edges, checked_views, projected

AXES = "xyz"
DISC = 0.5  # radius of a disc in units of the covalent radius: bonds stay visible
MARGIN = 0.3  # [Å] between discs and frame
WIDTH, TALLEST = 7.0, 6.0  # [inch] of a new figure, of all of its panels together
BESIDE, BELOW, ABOVE = 1.5, 0.55, 0.3  # [inch] labels and legend, names of axes, title
MARKER = 20.0  # [points] marker of a disc with radius 1 Å in the legend
FONT_SIZE = 8  # points


class StructureDisplay(ShortRepr):
    """A layer as seen along the beam and from the side; a bulk crystal likewise.

    Discs have half the covalent radius and Jmol's colours; symbols are written into those of the
    first cell where they have room. Lines join atoms near enough for a bond, dashed lines are the
    cell. The frame is that of the simulated patterns: the beam along z, a along x, the shorter
    in-plane axis being a.

    Parameters
    ----------
    atoms : Bunch
        What `from_structure` makes: positions, numbers, bonds, lattice.
    title : str, default=""
        Name over the plan.

    Attributes
    ----------
    ax_ : ndarray of matplotlib.axes.Axes, of shape (n_views,)
        The panels, once plotted.
    figure_ : matplotlib.figure.Figure
        Their figure.
    discs_ : list of matplotlib.collections.PatchCollection
        The atoms of each view, those in front last.

    See Also
    --------
    PatternDisplay : The pattern of one.

    Examples
    --------
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.inspection import StructureDisplay
    >>> display = StructureDisplay.from_structure(load_monolayers()[0], n_cells=(2, 2)).plot()
    >>> [ax.get_ylabel() for ax in display.ax_]
    ['y [Å]', 'z [Å]']
    """

    def __init__(self, atoms, title=""):
        self.atoms = atoms
        self.title = title

    @classmethod
    def from_structure(cls, structure, n_cells=None):
        """Repeat a structure's cell and make a display of it.

        A layer that the cell's boundary cuts is shown whole.

        Parameters
        ----------
        structure : Structure
            A layer or a bulk crystal.
        n_cells : tuple of int, default=None
            How many cells along a and b, a being the shorter one; as many as cover 9 Å, at most 4
            each, if None.

        Returns
        -------
        StructureDisplay
            The display, not yet plotted.

        Raises
        ------
        TypeError
            If it is not a structure.
        ValueError
            If `n_cells` is not a pair of positive whole numbers.
        """
        atoms = atoms_of(structure, n_cells)
        name = (structure.properties or {}).get("name")
        return cls(atoms, str(name or structure.reduced_formula))

    def plot(self, ax=None, *, views=("plan", "side")):
        """Draw the views.

        Parameters
        ----------
        ax : matplotlib.axes.Axes or sequence of them, default=None
            Where, one for each view; a new figure with one below the other if None.
        views : str or sequence of {"plan", "side"}, default=("plan", "side")
            What is drawn: along the normal, or along y.

        Returns
        -------
        StructureDisplay
            The display itself.

        Raises
        ------
        ImportError
            If matplotlib is not installed.
        ValueError
            If a view is unknown, or axes and views differ in number.
        """
        views = checked_views(views)
        self.ax_ = self._new_axes(views) if ax is None else _as_axes(ax, len(views))
        self.figure_ = self.ax_[0].figure
        self.discs_ = [self._draw(panel, v) for panel, v in zip(self.ax_, views, strict=True)]
        self.ax_[0].set_title(self.title, fontsize=10)
        self._legend(self.ax_[0])
        self.figure_.canvas.figure.draw_without_rendering()  # settles the pixels of the discs
        for panel, view in zip(self.ax_, views, strict=True):
            self._write_symbols(panel, view)
        return self

    def _draw(self, ax, view):
        """Draw bonds, discs and cell of one view; return the discs."""
        from matplotlib.collections import LineCollection, PatchCollection
        from matplotlib.patches import Circle

        order, seen = self._seen(view)
        bonds = projected(self.atoms.positions, view)[self.atoms.bonds][..., :2]
        ax.add_collection(LineCollection(bonds, colors="0.45", linewidths=2, label="bonds"))
        numbers = self.atoms.numbers[order]
        circles = [Circle(p, r) for p, r in zip(seen[:, :2], self._radii(order), strict=True)]
        colours = [element_colour(z) for z in numbers]
        discs = PatchCollection(circles, facecolor=colours, edgecolor="0.15", linewidth=0.7)
        discs.set(label="atoms", zorder=2)
        ax.add_collection(discs)
        if view == "plan" or not self.atoms.is_layer:
            edges = cell_edges(self.atoms.lattice, view, flat=self.atoms.is_layer)
            ax.add_collection(
                LineCollection(edges, colors="k", linestyles="--", zorder=1.5, label="cell")
            )
        right, up = VIEWS[view][0][:2]
        (x, y) = self._limits(view)
        ax.set(xlabel=f"{AXES[right]} [Å]", ylabel=f"{AXES[up]} [Å]", xlim=x, ylim=y)
        ax.set_aspect("equal")
        return discs

    def _seen(self, view):
        """Order of the atoms from back to front, and their projected positions in it.

        Among atoms of one depth the smaller disc comes last: it would vanish below the larger.
        """
        seen = projected(self.atoms.positions, view)
        order = np.lexsort((-covalent_radii(self.atoms.numbers), seen[:, 2].round(3)))
        return order, seen[order]

    def _radii(self, order):
        return DISC * covalent_radii(self.atoms.numbers[order])

    def _limits(self, view):
        """Ranges of both axes that hold the discs, and the cell where it is drawn: (2, 2)."""
        reach = DISC * covalent_radii(self.atoms.numbers).max() + MARGIN
        corners = cell_edges(self.atoms.lattice, view, flat=self.atoms.is_layer).reshape(-1, 2)
        if view == "side" and self.atoms.is_layer:
            corners[:, 1] = 0.0
        ends = np.vstack([projected(self.atoms.positions, view)[:, :2], corners])
        return np.stack([ends.min(0) - reach, ends.max(0) + reach], axis=1)

    def _write_symbols(self, ax, view):
        """Write the elements into the discs of the first cell that are large enough and in view."""
        order, seen = self._seen(view)
        radii = self._radii(order)
        pixels = ax.transData.transform([[0, 0], [1, 0]])
        for i in np.flatnonzero(self.atoms.is_first[order]):
            distance = np.linalg.norm(seen[i + 1 :, :2] - seen[i, :2], axis=1)
            if (distance < radii[i + 1 :] + 0.5 * radii[i]).any():  # something is in front
                continue
            colour = element_colour(self.atoms.numbers[order[i]])
            text = ax.text(
                *seen[i, :2], _symbol(self.atoms.numbers[order[i]]), fontsize=FONT_SIZE,
                ha="center", va="center_baseline", color=_readable_on(colour), zorder=4,
            )  # fmt: skip
            box = text.get_window_extent()
            if np.hypot(box.width, box.height) > 2.2 * radii[i] * np.ptp(pixels[:, 0]):
                text.remove()

    def _legend(self, ax):
        """Name the elements beside the panel."""
        from matplotlib.lines import Line2D

        numbers = np.unique(self.atoms.numbers)
        handles = [
            Line2D(
                [], [], linestyle="none", marker="o", color=element_colour(z), label=_symbol(z),
                markeredgecolor="0.15", markersize=MARKER * DISC * radius,
            )
            for z, radius in zip(numbers, covalent_radii(numbers), strict=True)
        ]  # fmt: skip
        ax.legend(
            handles=handles, loc="upper left", bbox_to_anchor=(1.02, 1.0), borderaxespad=0.0,
            frameon=False, labelspacing=0.8,
        )  # fmt: skip

    def _new_axes(self, views):
        """Panels one below the other, of one scale."""
        limits = [self._limits(view) for view in views]
        spans = np.array([np.ptp(limit, axis=1) for limit in limits])
        scale = min((WIDTH - BESIDE) / spans[0, 0], TALLEST / spans[:, 1].sum())  # [inch/Å]
        height = scale * spans[:, 1].sum() + BELOW * len(views) + ABOVE
        figure = import_pyplot().figure(figsize=(WIDTH, height), layout="constrained")
        axes = figure.subplots(len(views), 1, squeeze=False, height_ratios=spans[:, 1])
        return axes.ravel()


def _symbol(number):
    return Element.from_Z(int(number)).symbol


def _readable_on(colour):
    """Black on light colours, white on dark ones, by their luminance."""
    return "black" if np.dot(colour, (0.299, 0.587, 0.114)) > 0.5 else "white"


def _as_axes(ax, n):
    axes = np.ravel(np.array(ax, dtype=object))
    if len(axes) != n:
        raise ValueError(
            f"StructureDisplay draws {n} views and needs as many axes, got {len(axes)}; pass that "
            "many, or name the views."
        )
    return axes
