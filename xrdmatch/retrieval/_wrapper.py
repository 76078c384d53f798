"""What retrievers around another one have in common."""

from copy import copy

from sklearn.base import clone
from sklearn.utils.validation import check_is_fitted

from xrdmatch.retrieval._retriever import NO_GALLERY, StructureRetriever


class RetrieverWrapper(StructureRetriever):
    """Base of retrievers around another one, the parameter `retriever`.

    Around one that has a gallery it is ready at once. A clone of it that was fitted, or a copy
    with another gallery, is kept as `retriever_`; the one that was given stays as it is. A
    subclass overrides `kneighbors`, and `_take_gallery` if it knows something of the gallery.
    """

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
        self._take_gallery()
        return self

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
        StructureRetriever
            The retriever itself; the wrapped one keeps its gallery.
        """
        self.retriever_ = copy(self._inner()).set_gallery(structures, labels, on_error)
        self._take_gallery()
        return self

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
        StructureRetriever
            The retriever itself; the wrapped one keeps its gallery.
        """
        check_is_fitted(self, "gallery_", msg=NO_GALLERY)
        before = self.gallery_
        self.retriever_ = copy(self._inner()).add_to_gallery(structures, labels, on_error)
        self._take_gallery(before)
        return self

    def _take_gallery(self, before=None):
        """Work out what has to be known of the gallery, which grew from `before` if given."""

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

    def _check_options(self):
        if not isinstance(self.retriever, StructureRetriever):
            name = type(self).__name__
            raise TypeError(
                f"{name} ranks the candidates of a retriever, got {self.retriever!r}; write "
                f"{name}(PatternMatcher()), say."
            )
