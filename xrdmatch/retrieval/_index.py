"""`GalleryIndex`: structures, labels, elements and encodings of a gallery."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.retrieval._elements import ElementFilter
from xrdmatch.retrieval._gallery import joined, joined_labels
from xrdmatch.retrieval._search import EncodedGallery
from xrdmatch.retrieval._types import Structures


@dataclass(frozen=True, eq=False, repr=False)
class GalleryIndex:
    """A gallery as a retriever searches it.

    Parameters
    ----------
    structures : list of Structure, ndarray of tokens, or another sequence of structures
        The gallery as it was given.
    labels : ndarray of shape (n_gallery,)
        Names of the entries.
    elements : ndarray of uint64, shape (n_gallery, 2)
        Which elements each entry has, one bit for each atomic number.
    encoded : EncodedGallery
        What the retriever compares queries with.

    Raises
    ------
    ValueError
        If the four differ in length.

    See Also
    --------
    EncodedGallery : What a retriever keeps of its gallery: it is searched, joined and stored.
    StructureRetriever : Base of all retrievers; write your own by two methods.
    """

    structures: Structures
    labels: np.ndarray
    elements: np.ndarray
    encoded: EncodedGallery

    def __post_init__(self):
        lengths = [len(x) for x in (self.structures, self.labels, self.elements, self.encoded)]
        if len(set(lengths)) > 1:
            raise ValueError(
                "Structures, labels, elements and encodings of a gallery are equally many, got "
                f"{', '.join(map(str, lengths))}; encode the gallery anew."
            )

    def __len__(self):
        return len(self.labels)

    @property
    def sample(self):
        """An encoded gallery of the kind that queries are compared with."""
        return self.encoded

    def joined(self, other):
        """Both galleries in one, the other's entries last."""
        return GalleryIndex(
            joined(self.structures, other.structures),
            joined_labels(self.labels, other.labels),
            np.concatenate([self.elements, other.elements]),
            self.encoded.joined(other.encoded),
        )

    def search(self, queries, owners, n, filters):
        """Find the nearest entries that filters allow.

        Parameters
        ----------
        queries : sequence
            Patterns as `StructureRetriever.encode_queries` encodes them.
        owners : ndarray of shape (n_patterns,)
            Ascending numbers of the queries that they belong to.
        n : int
            How many to find.
        filters : list of ElementFilter
            One for each query.

        Returns
        -------
        distances, indices : ndarray of shape (n_queries, n)
            As `StructureRetriever.kneighbors` returns them.
        """
        allowed = None if set(filters) == {ElementFilter()} else self._allowed(filters)
        return self.encoded.search(queries, owners, n, allowed)

    def _allowed(self, filters):
        """Make the mask of some queries and some entries; equal filters are asked once."""

        def allowed(some, rows):
            elements = self.elements[rows]
            masks = {known: known.allowed(elements) for known in set(filters[some])}
            return np.stack([masks[known] for known in filters[some]])

        return allowed
