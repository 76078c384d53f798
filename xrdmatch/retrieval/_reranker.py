"""Physics has the last word: a retriever's candidates, ranked by likelihood."""

from numbers import Integral
from pkgutil import resolve_name

import numpy as np
from sklearn.utils import Bunch
from sklearn.utils.validation import check_is_fitted

from xrdmatch.retrieval._gallery_holder import NO_GALLERY
from xrdmatch.retrieval._queries import flatten_queries
from xrdmatch.retrieval._wrapper import RetrieverWrapper

# By the simulator's geometry; imported when it is first used, since not all need torch.
RANKINGS = {
    "zone_axis": "xrdmatch.retrieval._spot_ranking:SpotRanking",
    "powder": "xrdmatch.retrieval._scan_ranking:ScanRanking",
}


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

    def __init__(self, retriever=None, n_candidates=50, *, n_refined=6, score_k=1):
        self.retriever = retriever
        self.n_candidates = n_candidates
        self.n_refined = n_refined
        self.score_k = score_k

    def kneighbors(self, patterns, n_neighbors=10, elements=None):
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
        distances, indices, _ = self._ranked(patterns, n_neighbors, elements, keep=False)
        return distances[:, :n_neighbors], indices[:, :n_neighbors]

    def refine(self, patterns, n_neighbors=10, elements=None):
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
        Bunch
            One row for each pattern (of a tuple too), one column for each candidate, best first:
            ``distances`` and ``indices`` (-1: none) as in `kneighbors`; ``log_likelihood``,
            ``strain`` (..., 2, 2) of the cell's row vectors in the layer's frame,
            ``displacement`` [Å], ``noise`` (relative), ``scale`` (from the candidate's intensities
            to the pattern's, each in units of its own mean: near 1 where the pattern shows all
            spots), ``n_extra`` and ``n_missing`` spots; and ``owners``, the query of each row.

            Of scans: ``indices``, ``owners``, ``log_likelihood``; ``strain`` (..., 3, 3) of the
            cell in its own frame, ``lattice`` (..., 6), the refined lengths [Å] and angles
            [degrees], ``zero_shift`` [degrees], ``fwhm`` (..., 2) at both ends of the scan
            [degrees], ``b_iso`` on top of the simulator's [Å^2]; ``strain_sigma`` and its like,
            standard uncertainties; ``scale``, ``r_wp``; and ``profiles``, for each scan a Bunch
            with ``two_theta`` and ``observed`` (n_points,), ``calculated``, background included,
            and ``background`` (n_neighbors, n_points), and ``ticks``, each candidate's peaks.
        """
        distances, indices, queries = self._ranked(patterns, n_neighbors, elements)
        distances, indices = (x[queries.owners, :n_neighbors] for x in (distances, indices))
        ranking = self._current_ranking()
        if n_neighbors > self.n_candidates:  # some were not fitted
            queries |= {"fitted": ranking.fitted(queries.rows, indices), "candidates": indices}
        columns = _columns(queries.candidates, indices)
        fits = ranking.described(queries.rows, queries.fitted, indices, columns)
        return Bunch(distances=distances, indices=indices, owners=queries.owners, **fits)

    def _ranked(self, patterns, n_neighbors, elements, keep=True):
        """Distances and indices of all proposed candidates in their new order, and their fits."""
        check_is_fitted(self, "gallery_", msg=NO_GALLERY)
        self._check_n_neighbors(n_neighbors)
        ranking = self._current_ranking()
        n_proposed = min(max(n_neighbors, self.n_candidates), len(self.gallery_))
        distances, indices = self.inner_.kneighbors(patterns, n_proposed, elements)
        flat, owners = flatten_queries(patterns)
        queries = Bunch(rows=ranking.prepared(flat), owners=owners)
        first = slice(0, self.n_candidates)
        queries.candidates = indices[owners, first]
        queries.fitted = ranking.fitted(queries.rows, queries.candidates)
        if keep:
            queries.fitted = list(queries.fitted)
        prior = ranking.prior(distances[:, first])
        odds = ranking.log_odds(queries, indices[:, first], prior, self.n_refined)
        return *_reordered(-odds, distances, indices), queries

    def _current_ranking(self):
        """Return what is known of the gallery, made when it is first asked for."""
        ranking = getattr(self, "_ranking", None)
        if ranking is None or ranking.structures is not self.gallery_:
            self.take_gallery()
        return self._ranking

    def take_gallery(self, before=None):
        inner, known = self.inner_, getattr(self, "_ranking", None)
        if before is not None and known is not None and known.structures is before:
            self._ranking = known.grown(self.gallery_, len(before), inner)
            return
        ranking = resolve_name(RANKINGS.get(inner.simulator_.geometry, RANKINGS["zone_axis"]))
        self._ranking = ranking(self.gallery_, inner)

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


def _columns(before, after):
    """Where each candidate of the new order stood before, (n_rows, n_neighbors)."""
    return (before[:, None] == after[:, :, None]).argmax(2)


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
