"""Approximate search in very large galleries of embeddings, by faiss."""

from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property
from numbers import Integral, Real

import numpy as np
from sklearn.utils.validation import check_is_fitted

from xrdmatch.retrieval._gallery_holder import NO_GALLERY
from xrdmatch.retrieval._search import EmbeddedGallery

ABOVE = 1_000_000  # entries: up to there an exact search takes about 30 ms a query
LEARNED_FROM = 64  # entries of each cell that its centre is learned from


@dataclass(frozen=True, eq=False)
class ApproximateGallery(EmbeddedGallery):
    """A gallery of unit vectors in cells; only those nearest to a query are searched.

    Parameters
    ----------
    vectors : ndarray of shape (n_entries, n_components)
        Of length 1.
    n_probe : int
        How many of the about sqrt(n_entries) cells are searched.
    """

    n_probe: int

    def search(self, queries, owners, n, allowed=None):
        """As of `EncodedGallery`; exact where entries are filtered or several patterns count."""
        single = len(np.unique(owners)) == len(owners)
        if allowed is not None or not single:
            return super().search(queries, owners, n, allowed)
        found, indices = self._cells.search(np.ascontiguousarray(queries, dtype=np.float32), n)
        distances = np.where(indices < 0, np.inf, np.maximum(1.0 - found, 0.0))
        order = np.lexsort((indices, distances), axis=1)
        return tuple(np.take_along_axis(x, order, axis=1) for x in (distances, indices))

    def joined(self, other):
        """Both galleries in one."""
        return ApproximateGallery(super().joined(other).vectors, self.n_probe)

    @cached_property
    def _cells(self):
        """Inverted lists of the entries by the nearest of some centres."""
        faiss = import_faiss()
        n, n_components = self.vectors.shape
        n_lists = max(1, round(np.sqrt(n)))
        vectors = np.ascontiguousarray(self.vectors, dtype=np.float32)
        centres = faiss.IndexFlatIP(n_components)
        cells = faiss.IndexIVFFlat(centres, n_components, n_lists, faiss.METRIC_INNER_PRODUCT)
        some = np.random.default_rng(0).permutation(n)[: LEARNED_FROM * n_lists]
        cells.train(vectors[np.sort(some)])
        cells.add(vectors)
        cells.nprobe = min(self.n_probe, n_lists)
        return cells

    def __reduce__(self):
        return ApproximateGallery, (self.vectors, self.n_probe)


def import_faiss():
    """Import faiss, which only approximate searches need."""
    try:
        import faiss
    except ImportError as error:
        raise ImportError(
            "Approximate search needs faiss, which is not installed; pip install xrdmatch[faiss]."
        ) from error
    return faiss


def approximate_search(retriever, n_probe=16, *, above=ABOVE):
    """Make a retriever search a very large gallery of embeddings approximately.

    Entries are sorted into about sqrt(n) cells by their embeddings, n the number of entries, and
    only the `n_probe` cells nearest to a query are searched. How many of the nearest entries are
    found that way depends on the gallery: ask `search_recall`. Searches with a filter of
    elements, and of queries of several patterns, stay exact.

    Parameters
    ----------
    retriever : StructureRetriever
        With a gallery of embeddings, as a `ContrastiveStructureRetriever` has.
    n_probe : int, default=16
        Number of cells that are searched.
    above : int, default=1_000_000
        Number of entries up to which the search stays exact.

    Returns
    -------
    StructureRetriever
        A copy with the same gallery. A library that is saved of it is searched in the same way.

    Raises
    ------
    ImportError
        If faiss is not installed.
    TypeError
        If the gallery is none of embeddings.
    ValueError
        If an option cannot be used.

    See Also
    --------
    search_recall : What share of the nearest entries is found.
    EmbeddedGallery : The exact search.

    References
    ----------
    Douze et al., The Faiss library, arXiv:2401.08281 (2024).

    Examples
    --------
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import approximate_search, load_pretrained, search_recall
    >>> layers = load_monolayers()[:50]
    >>> retriever = load_pretrained("monolayers").set_gallery(layers)
    >>> fast = approximate_search(retriever, n_probe=4, above=10)
    >>> patterns = DiffractionSimulator().transform(layers)
    >>> search_recall(fast, patterns, k=5) > 0.5
    True
    """
    check_is_fitted(retriever, "index_", msg=NO_GALLERY)
    if not isinstance(n_probe, Integral) or n_probe < 1:
        raise ValueError(f"n_probe must be a whole number of at least 1, got {n_probe!r}; try 16.")
    if not isinstance(above, Real) or above < 0:
        raise ValueError(f"above must be a number of entries, got {above!r}; try 1_000_000.")
    encoded = retriever.index_.encoded
    if not isinstance(encoded, EmbeddedGallery):
        raise TypeError(
            "Only galleries of embeddings are searched approximately, got one that is compared by "
            f"{type(encoded).__name__}; take a ContrastiveStructureRetriever."
        )
    import_faiss()
    fast = EmbeddedGallery(encoded.vectors)
    if len(encoded) > above:
        fast = ApproximateGallery(encoded.vectors, int(n_probe))
    return _searching(retriever, fast)


def search_recall(retriever, patterns, k=10):
    """Measure what share of the nearest entries an approximate search finds.

    Parameters
    ----------
    retriever : StructureRetriever
        Output of `approximate_search`.
    patterns : list of DiffractionPattern or Scan
        Queries.
    k : int, default=10
        How many nearest entries count.

    Returns
    -------
    float
        The mean over queries of the share of the k nearest entries that is found; 1 where the
        search is exact.

    See Also
    --------
    approximate_search : Makes the retriever.

    Examples
    --------
    >>> from xrdmatch import DiffractionSimulator
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import load_pretrained, search_recall
    >>> layers = load_monolayers()[:20]
    >>> retriever = load_pretrained("monolayers").set_gallery(layers)
    >>> search_recall(retriever, DiffractionSimulator().transform(layers), k=3)
    1.0
    """
    exact = _searching(retriever, EmbeddedGallery(retriever.index_.encoded.vectors))
    k = min(k, len(exact.index_.encoded))
    found, nearest = (one.kneighbors(patterns, k)[1] for one in (retriever, exact))
    shares = [np.isin(row, own).mean() for row, own in zip(nearest, found, strict=True)]
    return float(np.mean(shares))


def _searching(retriever, encoded):
    """Copy of a retriever whose gallery is searched in another way."""
    return copy(retriever).set_index(replace(retriever.index_, encoded=encoded))
