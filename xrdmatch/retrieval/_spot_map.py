"""Phases over a scan with a pattern of spots at every place."""

from collections import Counter
from math import prod

import numpy as np
from sklearn.base import BaseEstimator
from tqdm import tqdm

from xrdmatch.crystallography import DiffractionPattern, ObjectInput, Picture
from xrdmatch.preprocessing import SpotFinder
from xrdmatch.retrieval._ranked_phases import ranked_phases
from xrdmatch.retrieval._reranker import PhysicsReranker
from xrdmatch.retrieval._spot_cautions import mostly_unseen, spot_cautions
from xrdmatch.retrieval._spot_reach import spots_within_reach

UNDECIDED, NO_SPOTS = "undecided", "no spots"
N_CANDIDATES = 20  # of a pattern


class SpotMap(ObjectInput, BaseEstimator):
    """Name the phase at every place of a scan, by the spots that were seen there.

    Each place is asked about alone: spots are found in its picture, and the crystals of the
    gallery are ranked in any orientation. Zone axes of one crystal count together. Where the best
    crystal is not far enough before the next one or lacks more spots than it explains, or none has
    the lattice of the spots, the place is undecided. Spots beyond the gallery's ``q_max`` are left
    out. A picture that cannot be used leaves its place without spots, and no other.

    Parameters
    ----------
    retriever : PatternMatcher or PhysicsReranker around one
        With its gallery, of ``orientation="unknown"``.
    finder : SpotFinder, default=None
        What finds the spots; the default one, with the retriever's radiation, if None.
    min_margin : float, default=3.0
        Log odds of the best crystal against the next from which on a place has a phase.
    verbose : bool, default=False
        Whether a bar shows the progress.

    Attributes
    ----------
    phase_ : ndarray of object, shape (n_rows, n_columns)
        Name of the phase at each place, ``"undecided"`` or ``"no spots"``.
    margin_ : ndarray of shape (n_rows, n_columns)
        Log odds of the best crystal against the next; NaN where none has the spots' lattice.
    entry_ : ndarray of int, shape (n_rows, n_columns)
        Position in the gallery of the best entry; -1 where none has the spots' lattice.
    rotation_, magnification_ : ndarray of shape (n_rows, n_columns)
        Of that entry, as in `SpotFits` [degrees] and relative; NaN where there is none.
    n_spots_ : ndarray of int, shape (n_rows, n_columns)
        Spots that were found.
    phases_ : list of str
        Phases that were found, the most frequent first.
    shares_ : dict of str to float
        Share of the places of each phase, and of ``"undecided"`` and ``"no spots"``.
    cautions_ : dict of (int, int) to list of str
        What speaks against the best crystal, by row and column, as `spot_cautions` says it.
    failures_ : dict of (int, int) to str
        Why places have no spots, by row and column.

    See Also
    --------
    xrdmatch.inspection.SpotMapDisplay : Draws it.
    xrdmatch.io.read_image : Reads the pictures, with ``frame="all"``.

    Examples
    --------
    >>> from xrdmatch import DiffractionSimulator, PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import SpotMap
    >>> layers = load_monolayers()[:10]
    >>> names = [layer.properties["name"] for layer in layers]
    >>> matcher = PatternMatcher(orientation="unknown").fit(layers, labels=names)
    >>> patterns = DiffractionSimulator().transform([layers[i] for i in (0, 0, 3, 3)])
    >>> SpotMap(matcher).fit(patterns, shape=(2, 2)).phase_.tolist()
    [['graphene', 'graphene'], ['stanene', 'stanene']]
    """

    def __init__(self, retriever, finder=None, *, min_margin=3.0, verbose=False):
        self.retriever = retriever
        self.finder = finder
        self.min_margin = min_margin
        self.verbose = verbose

    def fit(self, pictures, elements=None, shape=None):
        """Find the phases.

        Parameters
        ----------
        pictures : sequence of Picture or DiffractionPattern
            One for each place, row by row; pictures with a scale. Each is taken once.
        elements : str, list or ElementFilter, default=None
            Known chemistry, as in `StructureRetriever.predict`.
        shape : (int, int), default=None
            Rows and columns of the scan; what the pictures' metadata state as ``"grid"`` if None,
            else one row.

        Returns
        -------
        SpotMap
            The map itself.

        Raises
        ------
        ValueError
            If there is no picture, the first has no scale, their number is not that of the
            places, or the retriever knows patterns of known orientation only. A later picture
            that cannot be read is one of the ``failures_``.
        """
        reranker = _reranker(self.retriever)
        shape = _checked_shape(pictures, shape)
        self._allocate(shape)
        bar = tqdm(range(prod(shape)), "places", unit=" places", disable=not self.verbose)
        for place, i in zip(np.ndindex(shape), bar, strict=True):
            try:  # one picture that cannot be read ends no map
                pattern = self._spots(pictures[i], reranker)
                within = spots_within_reach(pattern, reranker.simulator_.q_max)
                fits = reranker.refine(within, self._n(reranker), elements)
            except (ValueError, TypeError, OSError) as error:
                self.failures_[place] = str(error)
                continue
            self.n_spots_[place] = pattern.n_peaks
            self._decide(place, reranker, fits, within.n_peaks)
        self._sum_up()
        return self

    def _allocate(self, shape):
        self.phase_ = np.full(shape, NO_SPOTS, dtype=object)
        self.margin_, self.rotation_, self.magnification_ = (np.full(shape, np.nan) for _ in "123")
        self.entry_, self.n_spots_ = np.full(shape, -1), np.zeros(shape, int)
        self.failures_, self.cautions_ = {}, {}

    def _spots(self, picture, reranker):
        """Spots of a place."""
        if isinstance(picture, DiffractionPattern):
            return picture
        finder = self.finder or SpotFinder(radiation=reranker.simulator_.radiation)
        return finder.find(picture).pattern

    def _n(self, reranker):
        return min(N_CANDIDATES, len(reranker.gallery_))

    def _decide(self, place, reranker, fits, n_compared):
        """Note what was found at a place."""
        self.phase_[place] = UNDECIDED
        best, *others = ranked_phases(reranker, fits) or [None]
        if best is None or not best.is_fitted:
            return
        doubtful = self._note_cautions(place, reranker, fits, n_compared, [best, *others])
        self.margin_[place] = best.log_odds - others[0].log_odds if others else np.inf
        column = best.columns[0]
        self.entry_[place] = fits.indices[0, column]
        self.rotation_[place] = fits.rotation[0, column]
        self.magnification_[place] = fits.magnification[0, column]
        if self.margin_[place] >= self.min_margin and not doubtful:
            self.phase_[place] = best.name

    def _note_cautions(self, place, reranker, fits, n_compared, phases):
        """Note what speaks against the best crystal; whether it lacks most of its spots."""
        column = phases[0].columns[0]
        counts = n_compared, int(fits.n_extra[0, column]), int(fits.n_missing[0, column])
        label = str(reranker.classes_[fits.indices[0, column]])
        said = spot_cautions(label, *counts, phases)
        if said:
            self.cautions_[place] = said
        return mostly_unseen(*counts)

    def _sum_up(self):
        counts = Counter(self.phase_.ravel().tolist())
        self.shares_ = {name: n / self.phase_.size for name, n in counts.most_common()}
        self.phases_ = [name for name in self.shares_ if name not in (UNDECIDED, NO_SPOTS)]


def _reranker(retriever):
    """Return what fits candidates in any orientation."""
    inner = retriever.inner_ if isinstance(retriever, PhysicsReranker) else retriever
    if getattr(inner, "orientation", "known") != "unknown":
        raise ValueError(
            "A map needs a retriever of patterns whose orientation is not known, got "
            f'{type(inner).__name__}; take PatternMatcher(orientation="unknown").'
        )
    return retriever if inner is not retriever else PhysicsReranker(retriever)


def _checked_shape(pictures, shape):
    """Rows and columns of the scan."""
    n = len(pictures)
    if not n:
        raise ValueError("A map has at least one picture, got none; read the scan's frames.")
    first = pictures[0]
    if isinstance(first, Picture) and first.scale is None:
        raise ValueError(
            f"Pictures of spots need a scale, got {first!r}; give the pixels for 1/Å by "
            "with_scale(..., 'reciprocal')."
        )
    grid = shape or getattr(first, "metadata", {}).get("grid", (1, n))
    if prod(grid) != n or min(grid) < 1:
        raise ValueError(
            f"A map has one picture for each place, got {n} for {' x '.join(map(str, grid))} "
            "places; give shape=(n_rows, n_columns)."
        )
    return (prod(grid[:-1]), grid[-1])
