"""A library of template structures, searched by the similarity of powder patterns."""

from functools import partial

import numpy as np
from sklearn.base import BaseEstimator, clone

from xrdmatch.crystallography import ObjectInput, SkippedStructure, warn_of_skipped
from xrdmatch.retrieval import PatternMatcher, label_array
from xrdmatch.solution._templates.arrangement import linked_rows
from xrdmatch.solution._templates.fitted import FittedTemplates
from xrdmatch.solution._templates.gathering import encoded_block, gathered
from xrdmatch.solution._templates.intervals import sparse_rows
from xrdmatch.solution._templates.options import check_library_options
from xrdmatch.solution._templates.pattern_classes import pattern_classes
from xrdmatch.solution._templates.questions import TemplateQuestions


class TemplateLibrary(TemplateQuestions, FittedTemplates, ObjectInput, BaseEstimator):
    """Find template structures whose powder patterns are similar to a query.

    After UstcUnfold [1]_. A template is a structure with its calculated pattern. Patterns stand in
    intervals of the diffraction angle, 900 of 0.1 degrees, by the position of their strongest
    peak; inside each, k-means sorts them into classes by their intensities in all other intervals,
    and the patterns nearest to its centroid stand for each class. There the paper ends. Here the
    whole library is kept behind the classes, and intervals are an index: a query is compared with
    every template whose strongest peak lies near one of the query's five strongest, as
    `xrdmatch.PatternMatcher` compares powders, with cells up to 3 % off.

    Where a composition is known, differences from it cost up to 0.3 of the distance. Metals count
    as one element, since they substitute for each other: no element is a filter. Where cells are
    known that the peaks may have, from a `CellFinder`, templates with such a cell come first.

    Parameters
    ----------
    n_intervals : int, default=900
        Number of intervals of the diffraction angle.
    interval : float, default=0.1
        Width of each [degrees]; the first begins at 0.
    n_templates : int, default=4
        How many patterns stand for a class, and how many templates a query gets.
    wavelength : str or float, default="CuKa"
        For which patterns are calculated, the name of a tube's lines or in Å.
    simulator : DiffractionSimulator, default=None
        Of powders, in place of the default one for `wavelength`.
    n_clusters : int, default=4
        Most classes of an interval; one for every three patterns where there are few.
    random_state : int, RandomState or None, default=None
        For k-means.
    n_jobs : int, default=None
        Number of joblib workers that take structures in.

    Attributes
    ----------
    structures_ : TemplateStructures
        The structures, kept as arrays.
    labels_ : ndarray of shape (n_library,)
        Their labels.
    skipped_ : list of SkippedStructure
        Those that could not be taken.
    centroids_ : ndarray of float32, shape (n_classes, n_intervals)
        Centroids of the classes; 0 in the interval of their strongest peak.
    representatives_ : ndarray of int, shape (n_classes, n_templates)
        Positions of the patterns that stand for each class; -1 where there are fewer.
    linked_ : ndarray of int, shape (n_library,)
        Templates with equal numbers are linked: each atom's neighbours are of the same class,
        metal or not, at the same relative distances.
    frameworks_ : ndarray of int, shape (n_library,)
        The same of their metals alone; of benzene rings where there are no metals.
    anonymous_formulas_ : ndarray of str, shape (n_library,)
        Reduced formulas without names, ``"ABC3"`` say.
    n_atoms_ : ndarray of int, shape (n_library,)
        Atoms of the primitive cell.
    space_groups_ : ndarray of int, shape (n_library,)
        Numbers of the space groups.
    volumes_per_atom_ : ndarray of shape (n_library,)
        In Å^3.
    reduced_cells_ : ndarray of shape (n_library, 6)
        Lengths [Å] and angles [degrees] of Niggli's cells.

    See Also
    --------
    load_template_library : One that `save` wrote.
    CellFinder : Finds the cells of a pattern.
    xrdmatch.retrieval.PatternMatcher : Where the crystal itself is in the library.

    References
    ----------
    .. [1] Wu, Wang et al., UstcUnfold.

    Examples
    --------
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.solution import TemplateLibrary
    >>> def salt(a, *elements):
    ...     return Structure.from_spacegroup(
    ...         "Fm-3m", Lattice.cubic(a), elements, [[0, 0, 0], [0.5, 0.5, 0.5]])
    >>> salts = [salt(5.64, "Na", "Cl"), salt(6.60, "K", "Br"), salt(4.21, "Mg", "O")]
    >>> library = TemplateLibrary(n_templates=2).fit(salts, labels=["NaCl", "KBr", "MgO"])
    >>> silver = salt(5.55, "Ag", "Cl")
    >>> pattern = DiffractionSimulator("powder", "CuKa").transform([silver])
    >>> distances, indices = library.kneighbors(pattern, "AgCl", n_neighbors=1)
    >>> library.labels_[indices]
    array([['NaCl']], dtype='<U4')
    >>> library.linked_
    array([0, 0, 0])
    """

    def __init__(
        self,
        n_intervals=900,
        interval=0.1,
        n_templates=4,
        *,
        wavelength="CuKa",
        simulator=None,
        n_clusters=4,
        random_state=None,
        n_jobs=None,
    ):
        self.n_intervals = n_intervals
        self.interval = interval
        self.n_templates = n_templates
        self.wavelength = wavelength
        self.simulator = simulator
        self.n_clusters = n_clusters
        self.random_state = random_state
        self.n_jobs = n_jobs

    def fit(self, structures, labels=None):
        """Calculate patterns of structures and sort them.

        Parameters
        ----------
        structures : list or iterator of Structure
            Taken in block by block, and kept as arrays. Those that cannot be taken, disordered
            ones for example, are left out, and a `SkippedStructureWarning` names them.
        labels : sequence, default=None
            Names of the structures; their positions if None.

        Returns
        -------
        TemplateLibrary
            The library itself.

        Raises
        ------
        ValueError
            If there is no structure, none can be taken, labels and structures differ in number,
            or an option is wrong.
        """
        check_library_options(self)
        rows, taken, skipped = gathered(structures, self._encode(), self.n_jobs)
        n = len(taken) + len(skipped)
        names = np.arange(n) if labels is None else label_array(labels)
        if len(names) != n:
            raise ValueError(
                f"Labels and structures are equally many, got {len(names)} labels for {n} "
                "structures; pass one for each."
            )
        skipped = [_renamed(item, names, labels is None) for item in skipped]
        warn_of_skipped(skipped, f"Left {len(skipped)} of {n} structures out of the library")
        sparse = sparse_rows(rows.places, rows.heights, self.n_intervals)
        classes = pattern_classes(
            sparse, rows.strongest, self.n_clusters, self.n_templates, self.random_state
        )
        return self.with_rows(linked_rows(rows), names[taken], classes, skipped)

    def _encode(self):
        """Return the function that makes rows of structures."""
        simulator = clone(self.simulator_).set_params(profile=None, n_jobs=None)
        matcher = PatternMatcher(self.simulator_)
        options = matcher, simulator, self.wavelength_, self.interval, self.n_intervals
        return partial(encoded_block, options=options)


def _renamed(item, names, by_position):
    """Call what was skipped by its label, or by its position."""
    name = f"position {item.item}" if by_position else str(names[int(item.item)])
    return SkippedStructure(name, item.reason, item.kind)
