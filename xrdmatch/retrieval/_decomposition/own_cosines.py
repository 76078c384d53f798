"""Cosines of a profile with entries, with the length that it has where an entry has peaks."""

import numpy as np

from xrdmatch.retrieval._comparison.best_cosines import BLOCK, WEAKEST, Lengths, blocks_in_single


class OwnCosines:
    """Compares the versions of one profile with blocks of entries.

    Parameters
    ----------
    queries : ReadyQueries
        Versions of profiles, the first of which is compared.
    """

    def __init__(self, queries):
        self.rows = np.ascontiguousarray(queries.rows[:, 0])
        self.strengths = np.square(self.rows)
        self.lengths = Lengths(queries.masks[:, 0])
        self.costs = queries.costs.astype(np.float32)[:, None]

    def of(self, entries, out):
        """Best cosines of the versions, (n_entries,).

        Parameters
        ----------
        entries : ndarray of float32, shape (n_entries, n_points)
            What is negative is set to 0 in its place.
        out : ndarray of float32, shape (n_entries, n_points)
            Room that is written to.

        Returns
        -------
        ndarray of float32, shape (n_entries,)
            The cosines.
        """
        peaks = np.greater(entries, 0, out=out, casting="unsafe")
        own = np.sqrt(products(peaks, self.strengths))
        np.multiply(entries, peaks, out=entries)
        cosines = products(entries, self.rows)
        own *= self.lengths.of(np.multiply(entries, entries, out=out))
        cosines /= np.maximum(own, WEAKEST)
        cosines -= self.costs
        return cosines.max(0)

    def of_all(self, chosen):
        """Best cosines with rows of entries (n, n_points), block by block; (n,)."""
        best = np.empty(len(chosen), dtype=np.float32)
        out = np.empty((BLOCK, chosen.shape[1]), dtype=np.float32)
        for block, entries in blocks_in_single(chosen):
            best[block] = self.of(entries, out)[: block.stop - block.start]
        return best


def products(entries, versions):
    """Inner products, (n_versions, n_entries); the larger matrix first is a third faster."""
    return np.ascontiguousarray((entries @ versions.T).T)
