"""`RetrieverWrapper`: base class of retrievers around another one."""

from copy import copy
from typing import Any, Self

from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from xrdmatch.crystallography import SkippedStructure
from xrdmatch.retrieval._gallery_holder import NO_GALLERY
from xrdmatch.retrieval._index import GalleryIndex
from xrdmatch.retrieval._retriever import StructureRetriever
from xrdmatch.retrieval._types import Labels, Patterns, Structures
from xrdmatch.simulation import DiffractionSimulator


class RetrieverWrapper(StructureRetriever):
    """Base of retrievers around another one, the parameter `retriever`.

    Around one that has a gallery it is ready at once. A clone of it that was fitted, or a copy
    with another gallery, is kept as `retriever_`; the one that was given stays as it is. A
    subclass stores the parameters ``retriever`` and ``score_k`` and overrides `kneighbors`, which
    asks `inner_`; and `take_gallery`, if it knows something of the gallery.

    Attributes
    ----------
    inner_ : StructureRetriever
        The retriever that proposes.
    index_, gallery_, classes_, skipped_, simulator_
        Those of `inner_`.

    See Also
    --------
    StructureRetriever : The base of all retrievers.

    Examples
    --------
    A retriever that turns the candidates of another one round:

    >>> from xrdmatch import PatternMatcher
    >>> from xrdmatch.datasets import load_monolayers
    >>> from xrdmatch.retrieval import RetrieverWrapper
    >>> class Contrarian(RetrieverWrapper):
    ...     def __init__(self, retriever=None, score_k=1):
    ...         self.retriever, self.score_k = retriever, score_k
    ...     def kneighbors(self, patterns, n_neighbors=10, elements=None):
    ...         distances, indices = self.inner_.kneighbors(patterns, n_neighbors, elements)
    ...         return -distances[:, ::-1], indices[:, ::-1]
    >>> layers = load_monolayers()[:10]
    >>> matcher = PatternMatcher().fit(layers)
    >>> query = matcher.simulator_.transform(layers[:1])
    >>> Contrarian(matcher).predict(query, k=3)[0, ::-1] == matcher.predict(query, k=3)[0]
    array([ True,  True,  True])
    """

    def fit(
        self, structures: Structures, patterns: Patterns | None = None, labels: Labels | None = None
    ) -> Self:
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
        StructureRetriever
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
        self.take_gallery()
        return self

    def set_gallery(
        self, structures: Structures, labels: Labels | None = None, on_error: str = "raise"
    ) -> Self:
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
        StructureRetriever
            The retriever itself; the wrapped one keeps its gallery.
        """
        self.retriever_ = copy(self.inner_).set_gallery(structures, labels, on_error)
        self.take_gallery()
        return self

    def add_to_gallery(
        self, structures: Structures, labels: Labels | None = None, on_error: str = "raise"
    ) -> Self:
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
        StructureRetriever
            The retriever itself; the wrapped one keeps its gallery.
        """
        check_is_fitted(self, "gallery_", msg=NO_GALLERY)
        before = self.gallery_
        self.retriever_ = copy(self.inner_).add_to_gallery(structures, labels, on_error)
        self.take_gallery(before)
        return self

    def set_index(self, index: GalleryIndex) -> Self:
        """Search a gallery that was encoded before; nothing is encoded anew.

        Parameters
        ----------
        index : GalleryIndex
            The ``index_`` of a retriever with the same parameters.

        Returns
        -------
        StructureRetriever
            The retriever itself; the wrapped one keeps its gallery.
        """
        self.retriever_ = copy(self.inner_).set_index(index)
        self.take_gallery()
        return self

    def take_gallery(self, before: Structures | None = None) -> None:
        """Work out what has to be known of a new gallery; nothing here.

        Parameters
        ----------
        before : sequence, default=None
            The gallery that the new one begins with, if it has grown.
        """

    @property
    def inner_(self) -> StructureRetriever:
        """The retriever that proposes: `retriever_` once there is one, else `retriever`."""
        self._check_options()
        return getattr(self, "retriever_", self.retriever)

    @property
    def index_(self) -> GalleryIndex:
        """The gallery as the retriever inside searches it."""
        return self.inner_.index_

    @property
    def skipped_(self) -> list[SkippedStructure]:
        """What was left out of the gallery."""
        return self.inner_.skipped_

    @property
    def simulator_(self) -> DiffractionSimulator:
        """The simulator of the retriever inside."""
        return self.inner_.simulator_

    @property
    def net_(self) -> Any:
        """The net of a retriever that has learned."""
        return self.inner_.net_

    def _check_options(self):
        if not isinstance(self.retriever, StructureRetriever):
            name = type(self).__name__
            raise TypeError(
                f"{name} ranks the candidates of a retriever, got {self.retriever!r}; write "
                f"{name}(PatternMatcher()), for example."
            )
