"""`PhysicsReranker`: candidates re-ranked by likelihood or refinement."""

from dataclasses import replace
from numbers import Integral
from typing import Literal

import numpy as np
from sklearn.utils.validation import check_is_fitted

from xrdmatch.refinement import InstrumentProfile, ScanFits, SpotFits
from xrdmatch.retrieval._gallery_holder import NO_GALLERY
from xrdmatch.retrieval._geometries import ranking_of
from xrdmatch.retrieval._queries import first_rows, flatten_queries
from xrdmatch.retrieval._retriever import StructureRetriever
from xrdmatch.retrieval._types import Elements, Neighbors, Patterns, Structures
from xrdmatch.retrieval._wrapper import RetrieverWrapper


class PhysicsReranker(RetrieverWrapper):
    """Rank a retriever's candidates by the likelihood of the pattern.

    A candidate's spots are random numbers: its cell is strained, its atoms are displaced, and
    intensities are measured with errors and on an unknown scale. How strong all this is, is not
    known either: strain and scale are fitted to every candidate, displacement and error are
    integrated over, all under priors. Spots are paired through the candidate's own lattice; those
    that are missing or too many cost what their probability says. What the retriever knows counts
    too: the similarity of embeddings is a log probability up to a constant. The first few
    candidates, where the race is close, are then refined: every atom is moved in the plane until
    the pattern fits. The derivation is in the user guide.

    Around a matcher of unknown orientation, candidates keep the order and the log odds that it
    gives them, and `refine` says in which rotation, mirrored or not, and at which scale they fit.

    Around a powder's retriever, queries are scans. Cell, zero shift, widths, texture, damping,
    scale and background are refined for all candidates at once, each under a prior; the cell
    keeps its crystal system. What the first stage's profile says counts too.

    The wrapper around a retriever that has a gallery is ready at once; `fit` fits a clone.

    Parameters
    ----------
    retriever : StructureRetriever
        Proposes the candidates, such as a `ContrastiveStructureRetriever`. Its simulator gives
        radiation and range, its `pattern_transformer` reads the patterns.
    n_candidates : int, default=50
        How many of its best candidates are ranked anew; beyond them its order stays.
    n_refined : int, default=6
        Spots: how many of the most probable ones have their atoms moved; 0 moves none and is
        faster. Scans do not need it.
    instrument : InstrumentProfile, default=None
        Scans: what they were taken with, where that is known. Widths and zero shift are then
        expected to be the instrument's.
    cells : {"measured", "computed", "stated"}, default="measured"
        Scans: whether the gallery's cells were measured, or computed, as those of the Materials
        Project: these are expected to be 0.8 % too large, and may be off by several percent along
        single axes. ``"stated"``: computed are those of structures whose ``properties`` have
        ``"computed"`` as ``"cells"``, measured all others. Spots: no difference.
    score_k : int, default=1
        k of the accuracy that `score` gives.

    Attributes
    ----------
    retriever_ : StructureRetriever
        The fitted clone, after `fit`, or the retriever with another gallery, after `set_gallery`.
    gallery_ : list of Structure or ndarray of tokens
        The structures among which is searched, as given.
    classes_ : ndarray of shape (n_gallery,)
        Their labels.

    See Also
    --------
    PatternMatcher : With ``comparison="likelihood"``, the same for the whole gallery.

    Notes
    -----
    Distances are minus the logarithm of the probability, relative to that of spots that lie
    anywhere with any intensity, or of a scan without peaks: differences between candidates are
    log odds, as far as the model holds. Beyond `n_candidates`, distances go on from the last one
    by the inner retriever's steps.

    Intensities are taken as kinematic, Friedel mates as equal.

    Examples
    --------
    >>> from xrdmatch import PatternMatcher, PhysicsReranker
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.simulation import perturb_patterns
    >>> layers = load_monolayers()[40:80]
    >>> reranker = PhysicsReranker(PatternMatcher().fit(layers), n_candidates=20)
    >>> queries = perturb_patterns(layers[:3], severity=0.5, random_state=0)
    >>> reranker.predict(queries)
    array([0, 1, 2])
    >>> fits = reranker.refine(queries, n_neighbors=1)
    >>> fits.displacement.shape  # fitted u of each pattern's best candidate [Å]
    (3, 1)
    """

    def __init__(
        self,
        retriever: StructureRetriever | None = None,
        n_candidates: int = 50,
        *,
        n_refined: int = 6,
        instrument: InstrumentProfile | None = None,
        cells: Literal["measured", "computed", "stated"] = "measured",
        score_k: int = 1,
    ) -> None:
        self.retriever = retriever
        self.n_candidates = n_candidates
        self.n_refined = n_refined
        self.instrument = instrument
        self.cells = cells
        self.score_k = score_k

    def kneighbors(
        self, patterns: Patterns, n_neighbors: int = 10, elements: Elements = None
    ) -> Neighbors:
        """Find the most probable gallery structures.

        Parameters
        ----------
        patterns : DiffractionPattern or Scan, or list of these or of tuples of them
            The queries, as in `predict`.
        n_neighbors : int, default=10
            How many.
        elements : str, list or ElementFilter, default=None
            Known chemistry, as in `predict`.

        Returns
        -------
        distances : ndarray of shape (n_queries, n_neighbors)
            Minus log likelihoods, ascending; infinite where the filter leaves fewer.
        indices : ndarray of shape (n_queries, n_neighbors)
            Positions in the gallery; -1 where the filter leaves fewer.
        """
        distances, indices = self._ranked(*self._rows(patterns), n_neighbors, elements)
        return distances[:, :n_neighbors], indices[:, :n_neighbors]

    def refine(
        self, patterns: Patterns, n_neighbors: int = 10, elements: Elements = None
    ) -> SpotFits | ScanFits:
        """Fit the most probable candidates and say what was fitted.

        Parameters
        ----------
        patterns : DiffractionPattern or Scan, or list of these or of tuples of them
            The queries, as in `predict`.
        n_neighbors : int, default=10
            How many candidates of each.
        elements : str, list or ElementFilter, default=None
            Known chemistry, as in `predict`.

        Returns
        -------
        SpotFits or ScanFits
            Of spots or of scans: one row for each pattern (of a tuple too), one column for each
            candidate, best first. ``distances`` and ``indices`` (-1: none) are as in
            `kneighbors`, ``owners`` has the query of each row.

        See Also
        --------
        xrdmatch.refinement.refine_scan : The same of a structure that is known.
        """
        rows, owners, patterns = self._rows(patterns)
        distances, indices = self._ranked(rows, owners, patterns, n_neighbors, elements)
        distances, indices = (x[owners, :n_neighbors] for x in (distances, indices))
        fits = self._current_ranking().fit(rows, indices)
        return replace(fits, distances=distances, owners=owners)

    def _rows(self, patterns):
        """Patterns made ready one by one, the query of each, and what the inner one is asked."""
        check_is_fitted(self, "gallery_", msg=NO_GALLERY)
        ranking = self._current_ranking()
        flat, owners = flatten_queries(patterns)
        rows = ranking.prepared(flat)
        asked = ranking.asked(flat, rows)
        parts = np.split(np.arange(len(rows)), first_rows(owners)[1:])
        return rows, owners, [tuple(asked[i] for i in part) for part in parts]

    def _ranked(self, rows, owners, patterns, n_neighbors, elements):
        """Distances and indices of all proposed candidates in their new order."""
        self._check_n_neighbors(n_neighbors)
        n_proposed = min(max(n_neighbors, self.n_candidates), len(self.gallery_))
        distances, indices = self.inner_.kneighbors(patterns, n_proposed, elements)
        first = distances[:, : self.n_candidates], indices[:, : self.n_candidates]
        odds = self._current_ranking().log_odds(rows, owners, *first, self.n_refined)
        return _reordered(-odds, distances, indices)

    def _current_ranking(self):
        """Return what is known of the gallery, made when it is first asked for."""
        ranking = getattr(self, "_ranking", None)
        known = ranking is not None and ranking.structures is self.gallery_
        if not known or not self._suits(ranking):
            self.take_gallery()
        return self._ranking

    def _suits(self, ranking):
        return ranking.instrument is self.instrument and ranking.cells == self.cells

    def take_gallery(self, before: Structures | None = None) -> None:
        inner, known = self.inner_, getattr(self, "_ranking", None)
        if before is not None and known is not None and known.structures is before:
            self._ranking = known.grown(self.gallery_, len(before), inner)
            return
        self._ranking = ranking_of(inner)(self.gallery_, inner, self.instrument, self.cells)

    def _check_options(self):
        super()._check_options()
        if isinstance(self.retriever, PhysicsReranker):
            raise TypeError(
                "A PhysicsReranker goes around a retriever of another kind, got a PhysicsReranker, "
                "such as make_powder_retriever gives; ask that one, or take its `retriever`."
            )
        if not isinstance(self.n_candidates, Integral) or self.n_candidates < 1:
            raise ValueError(
                f"n_candidates must be a whole number of at least 1, got {self.n_candidates!r}; "
                "50 is the default."
            )
        if not isinstance(self.n_refined, Integral) or self.n_refined < 0:
            raise ValueError(
                f"n_refined must be a whole number of at least 0, got {self.n_refined!r}; 6 is the "
                "default."
            )
        if self.cells not in ("measured", "computed", "stated"):
            raise ValueError(
                f"cells must be 'measured', 'computed' or 'stated', got {self.cells!r}; say where "
                "the gallery's structures come from, or leave 'measured'."
            )
        if not isinstance(self.instrument, InstrumentProfile | None):
            raise TypeError(
                f"instrument must be an InstrumentProfile or None, got {self.instrument!r}; make "
                "one with fit_instrument, or read it with InstrumentProfile.from_json."
            )


def _reordered(misfit, distances, indices):
    """Put the first candidates into the order of their misfits; the others follow."""
    n_first = misfit.shape[1]
    order = np.argsort(misfit, axis=1, kind="stable")
    first = np.take_along_axis(indices, order, axis=1)
    misfit = np.take_along_axis(misfit, order, axis=1)
    reached = np.where(np.isinf(distances), 0.0, distances)
    steps = reached[:, n_first:] - reached[:, n_first - 1 : n_first]
    rest = np.where(indices[:, n_first:] < 0, np.inf, misfit[:, -1:] + steps)
    return np.hstack([misfit, rest]), np.hstack([first, indices[:, n_first:]])
