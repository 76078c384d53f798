"""What every retriever is: one face, one method to override."""

from copy import copy

import numpy as np
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import check_is_fitted

from xrdmatch.metrics import top_k_accuracy
from xrdmatch.retrieval._elements import element_filters, elements_present
from xrdmatch.retrieval._gallery import joined, joined_labels, label_array, picked, usable_parts
from xrdmatch.retrieval._queries import check_lengths, flatten_queries, merge_rows
from xrdmatch.simulation import DiffractionSimulator

NO_GALLERY = (
    "This %(name)s instance is not fitted or has no gallery; call fit, or set_gallery where it has "
    "learned already."
)


class StructureRetriever(BaseEstimator):
    """Base of all retrievers.

    A subclass says how it encodes gallery structures, `_encode_gallery(structures)`, an object of
    the gallery's length that can be concatenated by `_join`, and how far queries are from it,
    `_distances(patterns)`, of shape (n_patterns, n_gallery).
    """

    def set_gallery(self, structures, labels=None, on_error="raise"):
        """Search another gallery from now on; nothing is learned anew.

        Parameters
        ----------
        structures : list of Structure or ndarray of tokens
            The gallery.
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
        structures, labels, encoded = self._gallery_parts(structures, labels, on_error)
        # a list of its own: what the caller appends to theirs is not encoded here
        self.gallery_ = structures if isinstance(structures, np.ndarray) else list(structures)
        self.classes_ = labels
        self._presence = elements_present(structures)
        self._encoded = encoded
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
            The retriever itself.
        """
        check_is_fitted(self, "gallery_", msg=NO_GALLERY)
        first = len(self.gallery_)
        if labels is None:
            labels = np.arange(first, first + len(structures))
        structures, labels, encoded = self._gallery_parts(structures, labels, on_error)
        presence = elements_present(structures)
        self.gallery_ = joined(self.gallery_, structures)
        self.classes_ = joined_labels(self.classes_, labels)
        self._presence = np.concatenate([self._presence, presence])
        self._encoded = self._join(self._encoded, encoded)
        return self

    def predict(self, patterns, k=1, elements=None):
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

    def kneighbors(self, patterns, n_neighbors=10, elements=None):
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
        filters = element_filters(elements, owners[-1] + 1)
        distances = merge_rows(self._distances(patterns), owners)
        for row, known in zip(distances, filters, strict=True):
            row[~known.allowed(self._presence)] = np.inf
        order = np.argsort(distances, axis=1, kind="stable")[:, :n_neighbors]
        nearest = np.take_along_axis(distances, order, axis=1)
        return nearest, np.where(np.isinf(nearest), -1, order)

    def score(self, structures, patterns):
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

    def _log_prior(self, distances):
        """Turn distances into log probabilities, up to a constant; they say nothing here."""
        return np.zeros_like(distances)

    def _gallery_parts(self, structures, labels, on_error):
        """Structures, labels and encodings of what can be taken."""
        if on_error not in ("raise", "skip"):
            raise ValueError(f"on_error must be 'raise' or 'skip', got {on_error!r}; pick one.")
        check_lengths(structures, structures if labels is None else labels, "labels")
        if not len(structures):
            raise ValueError("A gallery needs at least one structure, got none; pass some.")
        labels = np.arange(len(structures)) if labels is None else label_array(labels)
        if on_error == "raise":
            return structures, labels, self._encode_gallery(structures)
        rows, encoded = usable_parts(structures, labels, self._encode_gallery, self._join)
        return picked(structures, rows), labels[rows], encoded

    def _simulator(self):
        """Make the simulator of the parameter, with this estimator's number of workers."""
        if not isinstance(self.simulator, DiffractionSimulator | None):
            raise TypeError(
                f"simulator must be a DiffractionSimulator or None, got {self.simulator!r}; write "
                'DiffractionSimulator(radiation="electron"), say.'
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
                f"{self.pattern_transformer!r}; write {default.__name__}(), say."
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

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.no_validation = True
        tags.target_tags.required = False
        return tags
