"""`StructureRetriever`: base class of all retrievers."""

from copy import copy
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted

from xrdmatch.crystallography import ObjectInput
from xrdmatch.metrics import top_k_accuracy
from xrdmatch.retrieval._elements import element_filters
from xrdmatch.retrieval._gallery_holder import NO_GALLERY, GalleryHolder
from xrdmatch.retrieval._queries import check_lengths, flatten_queries
from xrdmatch.retrieval._search import EncodedGallery
from xrdmatch.retrieval._spot_guards import check_spot_queries, warn_of_mismatch
from xrdmatch.retrieval._types import Elements, Neighbors, Patterns, Structures
from xrdmatch.simulation import DiffractionSimulator


class StructureRetriever(GalleryHolder, ObjectInput, BaseEstimator):
    """Base of all retrievers; write your own by two methods.

    ``encode_gallery(structures)`` returns an `EncodedGallery`, such as an `EmbeddedGallery` of
    unit vectors, and ``encode_queries(patterns)`` what that compares with, one row for each
    pattern. All else, that is galleries, labels, filters, several patterns of one crystal and
    scores, is here. Structures that `encode_gallery` refuses by a ValueError or a TypeError can be
    skipped.

    A subclass stores the parameters ``simulator``, ``n_jobs`` and ``score_k``, which the base
    reads, and has a ``fit(structures, patterns=None, labels=None)`` that ends in `set_gallery`.

    Attributes
    ----------
    index_ : GalleryIndex
        The gallery as it is searched.
    gallery_ : list of Structure or ndarray of tokens
        The structures among which is searched, as given.
    classes_ : ndarray of shape (n_gallery,)
        Their labels.
    skipped_ : list of SkippedStructure
        Those that were left out, and why, where ``on_error="skip"`` said so.
    simulator_ : DiffractionSimulator
        The simulator in use.

    See Also
    --------
    RetrieverWrapper : The base of retrievers around another one.
    check_retriever : Checks one of your own.

    Examples
    --------
    Unit vectors of the elements, which know nothing of the pattern but its strongest spot:

    >>> import numpy as np
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import EmbeddedGallery, StructureRetriever
    >>> class ByLongestAxis(StructureRetriever):
    ...     def __init__(self, simulator=None, n_jobs=None, score_k=1):
    ...         self.simulator, self.n_jobs, self.score_k = simulator, n_jobs, score_k
    ...     def fit(self, structures, patterns=None, labels=None):
    ...         return self.set_gallery(structures, labels)
    ...     def encode_gallery(self, structures):
    ...         return EmbeddedGallery(circle(1 / s.lattice.reciprocal_lattice_crystallographic.a
    ...                                       for s in structures))
    ...     def encode_queries(self, patterns):
    ...         return circle(1 / np.linalg.norm(p.q, axis=1).min() for p in patterns)
    >>> def circle(lengths):
    ...     angles = np.array(list(lengths)) / 20
    ...     return np.column_stack([np.cos(angles), np.sin(angles)])
    >>> layers = load_monolayers()[:20]
    >>> retriever = ByLongestAxis().fit(layers)
    >>> retriever.predict(retriever.simulator_.transform(layers[:3]), k=5).shape
    (3, 5)
    """

    def encode_gallery(self, structures: Structures) -> EncodedGallery:
        """Encode structures of a gallery; every subclass has its own.

        Parameters
        ----------
        structures : list of Structure or ndarray of tokens
            The structures.

        Returns
        -------
        EncodedGallery
            One entry for each.
        """
        raise NotImplementedError(f"{type(self).__name__} must have a method encode_gallery.")

    def encode_queries(self, patterns: Patterns) -> Any:
        """Encode patterns for the search; every subclass has its own.

        Parameters
        ----------
        patterns : list
            Patterns or scans, each as it was given.

        Returns
        -------
        sequence
            One row for each, of the kind that the encoded gallery compares with.
        """
        raise NotImplementedError(f"{type(self).__name__} must have a method encode_queries.")

    def predict(self, patterns: Patterns, k: int = 1, elements: Elements = None) -> NDArray[Any]:
        """Name the gallery structures that the patterns most likely came from.

        Parameters
        ----------
        patterns : DiffractionPattern or Scan, or list of these or of tuples of them
            One pattern is one query; a tuple holds several patterns of one crystal.
        k : int, default=1
            How many candidates to name.
        elements : str, list or ElementFilter, default=None
            Known chemistry: ``"Li,O"`` allows only these elements; a list of filters gives one
            for each query.

        Returns
        -------
        ndarray of shape (n_queries,) for k=1, else (n_queries, k)
            Labels, best first; None where the filter leaves fewer than k.
        """
        _, indices = self.kneighbors(patterns, n_neighbors=k, elements=elements)
        labels = self.classes_[indices]
        if (indices < 0).any():
            labels = np.where(indices < 0, None, labels.astype(object))
        return labels[:, 0] if k == 1 else labels

    def kneighbors(
        self, patterns: Patterns, n_neighbors: int = 10, elements: Elements = None
    ) -> Neighbors:
        """Find the nearest gallery structures.

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
            Distances, ascending; infinite where the filter leaves fewer.
        indices : ndarray of shape (n_queries, n_neighbors)
            Positions in the gallery; -1 where the filter leaves fewer.
        """
        check_is_fitted(self, "gallery_", msg=NO_GALLERY)
        self._check_n_neighbors(n_neighbors)
        patterns, owners = flatten_queries(patterns)
        check_spot_queries(self, patterns)
        filters = element_filters(elements, owners[-1] + 1)
        queries = self.encode_queries(patterns)
        found = self.index_.search(queries, owners, n_neighbors, filters)
        warn_of_mismatch(self, patterns, queries, owners, found[0])
        return found

    def score(self, structures: Structures, patterns: Patterns) -> float:
        """Top-k accuracy, k = `score_k`, when `structures` are the pool.

        Parameters
        ----------
        structures : list of Structure or ndarray of tokens
            The pool; the retriever's own gallery stays untouched.
        patterns : list
            Row i came from structure i.

        Returns
        -------
        float
            Share of patterns whose structure is among the first k.
        """
        # its pool is at hand: one that has learned needs no gallery
        check_is_fitted(self, ["gallery_", "net_"], msg=NO_GALLERY, all_or_any=any)
        check_lengths(structures, patterns)
        pool = copy(self).set_gallery(structures)
        _, indices = pool.kneighbors(patterns, n_neighbors=self.score_k)
        return top_k_accuracy(np.arange(len(indices)), indices, self.score_k)

    def log_prior(self, distances: NDArray[Any]) -> NDArray[Any]:
        """Turn distances into log probabilities, up to a constant for each query.

        A `PhysicsReranker` adds them to its log likelihoods. Here they say nothing; a retriever
        whose distances mean something overrides this.

        Parameters
        ----------
        distances : ndarray of shape (n_queries, n_neighbors)
            As from `kneighbors`.

        Returns
        -------
        ndarray of the same shape
            Log probabilities.
        """
        return np.zeros_like(distances)

    @property
    def simulator_(self) -> DiffractionSimulator:
        """The simulator in use: that of the parameter or the default one, with `n_jobs`."""
        if not isinstance(self.simulator, DiffractionSimulator | None):
            raise TypeError(
                f"simulator must be a DiffractionSimulator or None, got {self.simulator!r}; write "
                'DiffractionSimulator(radiation="electron"), for example.'
            )
        simulator = DiffractionSimulator() if self.simulator is None else clone(self.simulator)
        return simulator if self.n_jobs is None else simulator.set_params(n_jobs=self.n_jobs)

    def _transformer(self, default):
        """Return the transformer of the parameter, or one of the default class."""
        if self.pattern_transformer is None:
            return default()
        if not hasattr(self.pattern_transformer, "transform"):
            raise TypeError(
                f"pattern_transformer must be a {default.__name__} or None, got "
                f"{self.pattern_transformer!r}; write {default.__name__}(), for example."
            )
        return self.pattern_transformer

    def _check_n_neighbors(self, n_neighbors):
        if not isinstance(n_neighbors, int | np.integer) or not (
            1 <= n_neighbors <= len(self.gallery_)
        ):
            raise ValueError(
                f"k must lie between 1 and the gallery's {len(self.gallery_)} structures, got "
                f"{n_neighbors!r}; ask for fewer or enlarge the gallery."
            )
