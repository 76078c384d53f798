"""Encoded galleries and exact nearest-neighbour search."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.retrieval._queries import first_rows, merge_rows

SPARSE = 0.5  # share of a block's entries from which on all of them are compared


class EncodedGallery:
    """What a retriever keeps of its gallery: it is searched, joined and stored.

    A subclass is a frozen dataclass. Its fields are arrays, plain data, or other dataclasses made
    of these, so that a library can store them. It has ``__len__``, the number of entries, and

    - ``distances(queries, rows)``: how far some queries are from the entries of the slice `rows`,
      of shape (n_queries, n_rows), smaller is nearer;
    - ``joined(other)``: both in one, the other's entries last;
    - ``ready(queries)``, if there is something to work out for queries before entries are
      compared.

    `n_queries` queries and `n_entries` entries are compared at once. Where `takes_rows` holds, rows
    may be ascending positions too, so that entries that a filter forbids are not compared: it then
    has to cost about as much an entry as a slice. From the distance
    `out_of_reach` on, a query may show nothing that any entry has, which ``reaches(query)`` tells.

    See Also
    --------
    EmbeddedGallery : The one of unit vectors.
    StructureRetriever : Makes it, and queries for it.
    """

    n_queries, n_entries = 4096, 1 << 16
    takes_rows = False
    out_of_reach = np.inf

    def reaches(self, query):
        """Tell whether an encoded query shows anything that an entry may have."""
        return True

    def ready(self, queries):
        """Return some of the queries as `distances` wants them."""
        return queries

    def search(self, queries, owners, n, allowed=None):
        """Find the nearest entries.

        Parameters
        ----------
        queries : sequence
            Encoded patterns, one after the other; slices of it are sequences too.
        owners : ndarray of shape (n_patterns,)
            Ascending numbers of the queries that the patterns belong to; the distance of a query
            is the mean over its patterns.
        n : int
            How many entries to find.
        allowed : callable, default=None
            Function of two slices, of queries and of entries, that returns a mask of their
            shape: which entries may be found. All may if None.

        Returns
        -------
        distances : ndarray of shape (n_queries, n)
            Ascending, those of equal ones in the order of the gallery; infinite where fewer are
            allowed.
        indices : ndarray of shape (n_queries, n)
            Positions in the gallery; -1 where fewer are allowed.
        """
        starts = np.append(first_rows(owners), len(owners))
        n_owners = len(starts) - 1
        parts = []
        for first in range(0, n_owners, self.n_queries):
            some = slice(first, min(first + self.n_queries, n_owners))
            patterns = slice(starts[some.start], starts[some.stop])
            ready = self.ready(queries[patterns])
            parts.append(self._nearest(ready, owners[patterns] - first, some, n, allowed))
        return tuple(np.concatenate(part) for part in zip(*parts, strict=True))

    def _nearest(self, ready, owners, some, n, allowed):
        """Search for some queries, a block of entries after the other."""
        best = None
        for start in range(0, len(self), self.n_entries):
            rows = slice(start, min(start + self.n_entries, len(self)))
            mask = None if allowed is None else allowed(some, rows)
            found = self._in_block(ready, owners, rows, mask, n)
            best = found if best is None else merged(best, found, n)
        return best

    def _in_block(self, ready, owners, rows, mask, n):
        """Search one block of entries; those that no query may find are left out if they can be."""
        positions = None
        if mask is not None and self.takes_rows:
            some = mask.any(axis=0)
            if some.mean() < SPARSE:
                mask, positions = mask[:, some], np.flatnonzero(some) + rows.start
        if positions is not None and not len(positions):
            return _nothing(len(mask), n)
        taken = rows if positions is None else positions
        distances = merge_rows(self.distances(ready, taken), owners)
        if mask is not None:
            distances[~mask] = np.inf
        found = nearest(distances, n, rows.start if positions is None else 0)
        return found if positions is None else (found[0], _at(positions, found[1]))


@dataclass(frozen=True, eq=False)
class EmbeddedGallery(EncodedGallery):
    """A gallery of unit vectors, searched by inner product.

    Parameters
    ----------
    vectors : ndarray of shape (n_entries, n_components)
        Of length 1. Queries are unit vectors too; the distance is 1 minus the inner product.

    See Also
    --------
    EncodedGallery : What a retriever keeps of its gallery: it is searched, joined and stored.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.retrieval import EmbeddedGallery
    >>> gallery = EmbeddedGallery(np.eye(3))
    >>> gallery.search(np.array([[0.6, 0.8, 0.0]]), np.array([0]), n=2)[1]
    array([[1, 0]])
    """

    vectors: np.ndarray
    takes_rows = True

    def __len__(self):
        return len(self.vectors)

    def distances(self, queries, rows):
        """1 minus the inner products, (n_queries, n_rows)."""
        return np.maximum(1.0 - queries @ self.vectors[rows].T, 0.0)

    def joined(self, other):
        """Both galleries in one."""
        return EmbeddedGallery(np.concatenate([self.vectors, other.vectors]))


def nearest(distances, n, first=0):
    """Find the smallest of each row without sorting all.

    Parameters
    ----------
    distances : ndarray of shape (n_rows, n_columns)
        Infinite ones are not found.
    n : int
        How many.
    first : int, default=0
        Position of the first column.

    Returns
    -------
    distances, indices : ndarray of shape (n_rows, n)
        Ascending, equal ones by position; infinite and -1 behind the last.
    """
    found = _nothing(len(distances), n)
    last = min(n, distances.shape[1]) - 1
    worst = np.partition(distances, last, axis=1)[:, last]
    for i, row in enumerate(distances):
        near = np.flatnonzero(~(row > worst[i]) & (row < np.inf))
        near = near[np.argsort(row[near], kind="stable")][:n]
        found[0][i, : len(near)] = row[near]
        found[1][i, : len(near)] = near + first
    return found


def _nothing(n_rows, n):
    """Distances and indices of rows that find nothing."""
    return np.full((n_rows, n), np.inf), np.full((n_rows, n), -1)


def _at(positions, indices):
    """Positions that indices into them mean; -1 stays."""
    return np.where(indices < 0, -1, positions[indices])


def merged(best, found, n):
    """Keep the nearest of both, the first of which stand before the second in the gallery.

    Parameters
    ----------
    best, found : tuple of two ndarrays of shape (n_queries, any)
        Distances and indices, as of `nearest`.
    n : int
        How many are kept.

    Returns
    -------
    tuple of two ndarrays of shape (n_queries, n)
        Likewise.
    """
    distances, indices = (np.hstack(pair) for pair in zip(best, found, strict=True))
    order = np.argsort(distances, axis=1, kind="stable")[:, :n]
    return tuple(np.take_along_axis(x, order, axis=1) for x in (distances, indices))
