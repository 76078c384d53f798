"""Queries sorted into bins by their confidence, and there by what they are queries of."""

from dataclasses import dataclass
from numbers import Integral

import numpy as np


def _quantiles(confidence, n_bins):
    """Bins of equally many queries; a value that fills several is a bin of its own."""
    low, *inner, high = np.quantile(confidence, np.linspace(0, 1, n_bins + 1))
    inner = np.unique(inner)
    below = np.bincount(np.searchsorted(inner, confidence, side="right"))[: len(inner)]
    return np.array([low, *inner[below > 0], high])


def _uniform(confidence, n_bins):
    return np.linspace(0, 1, n_bins + 1)


STRATEGIES = {"quantile": _quantiles, "uniform": _uniform}


def bin_edges(confidence, n_bins, strategy):
    """Find where bins of confidence begin and end.

    Parameters
    ----------
    confidence : ndarray of shape (n_queries,)
        Between 0 and 1.
    n_bins : int
        How many bins.
    strategy : {"quantile", "uniform"}
        Equally many queries in each, or equal widths.

    Returns
    -------
    ndarray of shape (n_bins + 1,)
        Ends, not falling; fewer where many confidences are equal.

    Raises
    ------
    ValueError
        If `n_bins` is no whole number of at least 1, or the strategy is unknown.
    """
    if not isinstance(n_bins, Integral) or n_bins < 1:
        raise ValueError(
            f"n_bins must be a whole number of at least 1, got {n_bins!r}; 15 is usual."
        )
    if strategy not in STRATEGIES:
        raise ValueError(
            f"strategy must be one of {', '.join(map(repr, STRATEGIES))}, got {strategy!r}; take "
            "'quantile', equally many queries in each bin."
        )
    return STRATEGIES[strategy](confidence, n_bins)


@dataclass(frozen=True, eq=False)
class ConfidenceBins:
    """Queries of one bin and cluster stand together in a cell; bins without queries are left out.

    Parameters
    ----------
    order : ndarray of int, shape (n_queries,)
        Queries in the order of bins, and there of clusters.
    cell_starts : ndarray of int, shape (n_cells,)
        Where each cell begins in that order.
    bin_starts : ndarray of int, shape (n_filled,)
        Where each bin that has queries begins among the cells.
    bins : ndarray of int, shape (n_filled,)
        Which bins these are.
    clusters : ndarray of int, shape (n_cells,)
        The cluster of each cell.
    sizes : ndarray of int, shape (n_cells,)
        How many queries it has.
    """

    order: np.ndarray
    cell_starts: np.ndarray
    bin_starts: np.ndarray
    bins: np.ndarray
    clusters: np.ndarray
    sizes: np.ndarray

    @classmethod
    def of(cls, confidence, edges, cluster):
        """Sort queries; a bin holds its lower end, the last one both."""
        which = np.searchsorted(edges[1:-1], confidence, side="right")
        order = np.lexsort((cluster, which))
        keys = np.stack([which[order], cluster[order]], axis=1)
        cells, starts, sizes = np.unique(keys, axis=0, return_index=True, return_counts=True)
        bins, bin_starts = np.unique(cells[:, 0], return_index=True)
        return cls(order, starts, bin_starts, bins, cells[:, 1], sizes)

    def cell_sums(self, values):
        """Sum up (..., n_queries) in cells, (..., n_cells)."""
        return np.add.reduceat(values[..., self.order], self.cell_starts, axis=-1)

    def bin_sums(self, values):
        """Sum up (..., n_cells) in bins, (..., n_filled)."""
        return np.add.reduceat(values, self.bin_starts, axis=-1)

    def means(self, sums, weights=1):
        """Average what was summed up in cells over the queries of each bin.

        Parameters
        ----------
        sums : ndarray of shape (..., n_cells)
            Output of `cell_sums`.
        weights : ndarray of int, shape (..., n_cells), default=1
            How often each cell counts.

        Returns
        -------
        ndarray of shape (..., n_filled)
            Means; NaN where no query counts.
        """
        count = self.bin_sums(weights * self.sizes)
        return self.bin_sums(weights * sums) / np.where(count, count, np.nan)

    def mean_squared_gap(self, sums, weights=1):
        """Average the squares of gaps over queries, without what chance adds to them.

        The square of a bin's gap is the mean product of two queries' gaps, over all pairs of
        different clusters: their expectation is the product of expectations, which that of a
        query with itself is not.

        Parameters
        ----------
        sums, weights : ndarray of shape (..., n_cells)
            As for `means`, of what is right less the confidence.

        Returns
        -------
        ndarray of shape (...)
            Over bins with at least two clusters, NaN where there is none; may be negative.
        """
        products = _between(self, weights * sums)
        pairs = _between(self, weights * self.sizes)
        count = np.where(pairs > 0, self.bin_sums(weights * self.sizes), 0)
        squares = products / np.where(pairs > 0, pairs, 1)
        total = count.sum(-1)
        return (count * squares).sum(-1) / np.where(total > 0, total, np.nan)


def _between(bins, values):
    """Sum of products over pairs of different cells of a bin, (..., n_filled)."""
    return bins.bin_sums(values) ** 2 - bins.bin_sums(values**2)
