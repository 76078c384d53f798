"""Mixin of a retriever that sets, extends and keeps its gallery."""

from typing import Any, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted

from xrdmatch.crystallography import SkippedStructure, as_structures, warn_of_skipped
from xrdmatch.retrieval._elements import element_bits
from xrdmatch.retrieval._gallery import label_array, picked, usable_parts
from xrdmatch.retrieval._index import GalleryIndex
from xrdmatch.retrieval._queries import check_lengths
from xrdmatch.retrieval._types import Labels, Structures

NO_GALLERY = (
    "This %(name)s instance is not fitted or has no gallery; call fit, or set_gallery where it has "
    "learned already."
)


class GalleryHolder:
    """Part of a retriever that has ``encode_gallery``: its gallery, set, grown and looked at."""

    index_: GalleryIndex
    skipped_: list[SkippedStructure]

    def set_gallery(
        self, structures: Structures, labels: Labels | None = None, on_error: str = "raise"
    ) -> Self:
        """Search another gallery from now on; nothing is learned anew.

        Parameters
        ----------
        structures : list of Structure or Atoms, or ndarray of tokens
            The gallery; ASE's Atoms become structures.
        labels : sequence, default=None
            Names of the entries; 0 to n - 1 if None.
        on_error : {"raise", "skip"}, default="raise"
            What happens to a structure that cannot be taken: an error, or a warning that names
            what was left out.

        Returns
        -------
        StructureRetriever
            The retriever itself.

        Raises
        ------
        ValueError
            If the gallery is empty, or labels and structures differ in number.
        """
        index, skipped = self._indexed(structures, labels, on_error)
        self.index_, self.skipped_ = index, skipped
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
            The retriever itself.
        """
        check_is_fitted(self, "gallery_", msg=NO_GALLERY)
        first = len(self.gallery_)
        if labels is None:
            labels = np.arange(first, first + len(structures))
        index, skipped = self._indexed(structures, labels, on_error)
        self.index_ = self.index_.joined(index)
        self.skipped_ = [*self.skipped_, *skipped]
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
            The retriever itself.
        """
        self.index_, self.skipped_ = index, []
        return self

    @property
    def gallery_(self) -> Structures:
        """The structures among which is searched, as given."""
        return self.index_.structures

    @property
    def classes_(self) -> NDArray[Any]:
        """Their labels, ndarray of shape (n_gallery,)."""
        return self.index_.labels

    def _indexed(self, structures, labels, on_error):
        """Encode what can be taken; the index, and what was skipped."""
        if on_error not in ("raise", "skip"):
            raise ValueError(f"on_error must be 'raise' or 'skip', got {on_error!r}; pick one.")
        structures = as_structures(structures)
        check_lengths(structures, structures if labels is None else labels, "labels")
        if not len(structures):
            raise ValueError("A gallery needs at least one structure, got none; pass some.")
        labels = np.arange(len(structures)) if labels is None else label_array(labels)
        skipped = []
        if on_error == "raise":
            encoded = self.encode_gallery(structures)
        else:
            rows, encoded, skipped = usable_parts(structures, labels, self.encode_gallery)
            structures, labels = picked(structures, rows), labels[rows]
            n = len(skipped) + len(rows)
            what = f"Left {len(skipped)} of {n} structures out of the gallery"
            warn_of_skipped(skipped, what, stacklevel=3)
        # a list of its own: what the caller appends to theirs is not encoded here
        structures = structures if isinstance(structures, np.ndarray) else list(structures)
        return GalleryIndex(structures, labels, element_bits(structures), encoded), skipped
