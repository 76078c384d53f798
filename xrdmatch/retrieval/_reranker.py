"""Physics has the last word: a retriever's candidates, ranked by likelihood."""

from copy import copy
from numbers import Integral

import numpy as np
from sklearn.base import clone
from sklearn.utils import Bunch
from sklearn.utils.validation import check_is_fitted

from xrdmatch.retrieval._likelihood import fit_candidates
from xrdmatch.retrieval._moments import moment_library
from xrdmatch.retrieval._queries import first_rows, flatten_queries
from xrdmatch.retrieval._refinement import refined_evidence
from xrdmatch.retrieval._retriever import NO_GALLERY, StructureRetriever
from xrdmatch.simulation import check_settings

# Moving the atoms finds more evidence than independent spots show, but not every fit finds its way:
# the mean of both logarithms counts.
REFINED_SHARE = 0.5
REFINED_MARGIN = 25.0  # log odds behind the best: farther behind, a candidate is not refined


class PhysicsReranker(StructureRetriever):
    """Rank a retriever's candidates by the likelihood of the pattern.

    A candidate's spots are random numbers: its cell is strained, its atoms are displaced, and
    intensities are measured with errors and on an unknown scale. How strong all this is, is not
    known either: strain and scale are fitted to every candidate, displacement and error are
    integrated over, all under priors. Spots are paired through the candidate's own lattice; those
    that are missing or too many cost what their probability says. What the retriever knows counts
    too: the similarity of embeddings is a log probability up to a constant. The first few
    candidates, where the race is close, are then refined: every atom is moved in the plane until
    the pattern fits. The derivation is in the user guide.

    The wrapper around a retriever that has a gallery is ready at once; `fit` fits a clone.

    Parameters
    ----------
    retriever : StructureRetriever
        Proposes the candidates, such as a `ContrastiveStructureRetriever`. Its simulator gives
        radiation and range, its `pattern_transformer` reads the patterns.
    n_candidates : int, default=50
        How many of its best candidates are ranked anew; beyond them its order stays.
    n_refined : int, default=6
        How many of the most probable ones have their atoms moved; 0 moves none and is faster.
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
    anywhere with any intensity: differences between candidates are log odds, as far as the model
    holds. Beyond `n_candidates`, distances go on from the last one by the inner retriever's steps.

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

    def fit(self, structures, patterns=None, labels=None):
        """Fit a clone of the retriever, then take the structures as the gallery.

        Parameters
        ----------
        structures : list of Structure or ndarray of tokens
            The crystals.
        patterns : list of patterns, default=None
            Row i came from structure i; simulated if None.
        labels : sequence, default=None
            Names of the structures; 0 to n - 1 if None.

        Returns
        -------
        PhysicsReranker
            The retriever itself.

        Raises
        ------
        TypeError
            If `retriever` is none.
        ValueError
            If an option cannot be used.
        """
        self._check_options()
        self.retriever_ = clone(self.retriever).fit(structures, patterns, labels=labels)
        return self._with_library()

    def set_gallery(self, structures, labels=None, on_error="raise"):
        """Search another gallery from now on; nothing is learned anew.

        Parameters
        ----------
        structures : list of Structure or ndarray of tokens
            The gallery.
        labels : sequence, default=None
            Names of the entries; 0 to n - 1 if None.
        on_error : {"raise", "skip"}, default="raise"
            What happens to a structure that cannot be taken.

        Returns
        -------
        PhysicsReranker
            The retriever itself; the wrapped one keeps its gallery.
        """
        self.retriever_ = copy(self._inner()).set_gallery(structures, labels, on_error)
        return self._with_library()

    def add_to_gallery(self, structures, labels=None, on_error="raise"):
        """Append structures to the gallery.

        Parameters
        ----------
        structures : list of Structure or ndarray of tokens
            More entries, in the form that the gallery has.
        labels : sequence, default=None
            Their names; the count goes on if None.
        on_error : {"raise", "skip"}, default="raise"
            As in `set_gallery`.

        Returns
        -------
        PhysicsReranker
            The retriever itself; the wrapped one keeps its gallery.
        """
        check_is_fitted(self, "gallery_", msg=NO_GALLERY)
        library, n_before = self._library(), len(self.gallery_)
        self.retriever_ = copy(self._inner()).add_to_gallery(structures, labels, on_error)
        added = moment_library(self.gallery_[n_before:], self._settings())
        self._encoded, self._encoded_of = library.joined(added), self.gallery_
        return self

    def kneighbors(self, patterns, n_neighbors=10, elements=None):
        """Find the most probable gallery structures.

        Parameters
        ----------
        patterns : DiffractionPattern, or list of patterns or of tuples of them
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
        distances, indices, _ = self._ranked(patterns, n_neighbors, elements)
        return distances[:, :n_neighbors], indices[:, :n_neighbors]

    def refine(self, patterns, n_neighbors=10, elements=None):
        """Fit the most probable candidates and say what was fitted.

        Parameters
        ----------
        patterns : DiffractionPattern, or list of patterns or of tuples of them
            The queries, as in `predict`.
        n_neighbors : int, default=10
            How many candidates of each.
        elements : str, list or ElementFilter, default=None
            Known chemistry, as in `predict`.

        Returns
        -------
        Bunch
            One row for each pattern (of a tuple too), one column for each candidate, best first:
            ``indices`` (-1: none), ``log_likelihood``, ``strain`` (..., 2, 2) of the cell's row
            vectors in the layer's frame, ``displacement`` [Å], ``noise`` (relative), ``scale``
            (from the candidate's intensities to the pattern's, each in units of its own mean: near
            1 where the pattern shows all spots), ``n_extra`` and ``n_missing`` spots; and
            ``owners``, the query of each row.
        """
        _, indices, points = self._ranked(patterns, n_neighbors, elements)
        indices = indices[points.owners, :n_neighbors]
        fits = fit_candidates(points.rows, self._library(), np.maximum(indices, 0))
        named = {name: value.numpy() for name, value in fits._asdict().items()}
        return Bunch(indices=indices, owners=points.owners, **named)

    def _ranked(self, patterns, n_neighbors, elements):
        """Distances and indices of all proposed candidates in their new order."""
        check_is_fitted(self, "gallery_", msg=NO_GALLERY)
        self._check_n_neighbors(n_neighbors)
        n_proposed = min(max(n_neighbors, self.n_candidates), len(self.gallery_))
        distances, indices = self._inner().kneighbors(patterns, n_proposed, elements)
        flat, owners = flatten_queries(patterns)
        points = Bunch(rows=self._point_cloud().transform(flat), owners=owners)
        first = slice(0, self.n_candidates)
        prior = self._inner()._log_prior(distances[:, first])
        misfit = -self._log_odds(points, indices[:, first], prior)
        return *_reordered(misfit, distances, indices), points

    def _log_odds(self, points, indices, prior):
        """Log probabilities of the candidates, up to a constant; -inf where there is none."""
        starts = first_rows(points.owners)
        candidates = np.maximum(indices, 0)[points.owners]
        fits = fit_candidates(points.rows, self._library(), candidates)
        total = np.add.reduceat(fits.log_likelihood.double().numpy(), starts) + prior
        total[indices < 0] = -np.inf
        leading = np.argsort(-total, axis=1, kind="stable")[:, : self.n_refined]
        if leading.shape[1]:
            gain = self._gain(points, candidates, leading, total, fits.evidence.numpy())
            lifted = np.take_along_axis(total, leading, axis=1)
            lifted += REFINED_SHARE * np.add.reduceat(gain, starts)
            np.put_along_axis(total, leading, lifted, axis=1)
        return total

    def _gain(self, points, candidates, leading, total, evidence):
        """Evidence that moving the atoms of leading candidates adds, one row for each pattern."""
        least = total.max(1)[:, None] - REFINED_MARGIN
        close = np.take_along_axis(total, leading, axis=1) > least
        rows = leading[points.owners]
        chosen = np.take_along_axis(candidates, rows, axis=1)
        refined = refined_evidence(points.rows, self._library(), chosen, close[points.owners])
        return np.maximum(refined - np.take_along_axis(evidence, rows, axis=1), 0.0)

    def _library(self):
        """Return the sums over the gallery's atoms, made when they are first asked for."""
        if getattr(self, "_encoded_of", None) is not self.gallery_:
            self._with_library()
        return self._encoded

    def _with_library(self):
        self._encoded = moment_library(self.gallery_, self._settings())
        self._encoded_of = self.gallery_
        return self

    def _inner(self):
        """Return the retriever that proposes."""
        self._check_options()
        return getattr(self, "retriever_", self.retriever)

    @property
    def gallery_(self):
        """The structures among which is searched."""
        return self._inner().gallery_

    @property
    def classes_(self):
        """Their labels."""
        return self._inner().classes_

    @property
    def net_(self):
        """The net of a retriever that has learned."""
        return self._inner().net_

    def _settings(self):
        return check_settings(self._inner()._simulator())

    def _point_cloud(self):
        return self._inner()._point_cloud()

    def _check_options(self):
        if not isinstance(self.retriever, StructureRetriever):
            raise TypeError(
                f"PhysicsReranker ranks the candidates of a retriever, got {self.retriever!r}; "
                "write PhysicsReranker(PatternMatcher()), say."
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
