"""Rows of arrays: many structures or patterns, those of different sizes one behind the other."""

from types import SimpleNamespace

import numpy as np


class RaggedArray:
    """Rows of different lengths, kept one behind the other, without padding.

    Parameters
    ----------
    values : ndarray of shape (n_values, ...)
        The entries of all rows.
    starts : ndarray of int, shape (n_rows + 1,)
        Where each row begins, the end included.

    See Also
    --------
    Rows : Several such arrays by name.

    Examples
    --------
    >>> from xrdmatch.preprocessing import RaggedArray
    >>> sites = RaggedArray.of([[8, 1, 1], [6, 8]])
    >>> sites.lengths
    array([3, 2])
    >>> sites[[1]].values
    array([6, 8])
    >>> sites.padded()
    array([[8, 1, 1],
           [6, 8, 0]])
    """

    def __init__(self, values, starts):
        self.values = values
        self.starts = starts

    @classmethod
    def of(cls, rows, shape=(), dtype=None):
        """Put rows behind each other.

        Parameters
        ----------
        rows : list of array-like
            The rows, each of shape (n, ...).
        shape : tuple, default=()
            Shape of one entry, which rows without entries do not tell.
        dtype : dtype, default=None
            Of the values.

        Returns
        -------
        RaggedArray
            The rows.
        """
        rows = [np.asarray(row, dtype).reshape(-1, *shape) for row in rows]
        values = np.concatenate(rows) if rows else np.zeros((0, *shape), dtype)
        return cls(values, np.cumsum([0, *map(len, rows)]))

    @property
    def lengths(self):
        """Number of entries of each row, (n_rows,)."""
        return np.diff(self.starts)

    @property
    def row(self):
        """Number of the row that each entry belongs to, (n_values,)."""
        return np.arange(len(self)).repeat(self.lengths)

    def __len__(self):
        return len(self.starts) - 1

    def __getitem__(self, rows):
        """Return these rows, a slice or an array of their numbers."""
        lengths, first = self.lengths[rows], self.starts[:-1][rows]
        starts = np.concatenate([[0], np.cumsum(lengths)]).astype(int)
        place = np.arange(starts[-1]) + (first - starts[:-1]).repeat(lengths)
        return RaggedArray(self.values[place], starts)

    def joined(self, other):
        """Return these rows and the other's behind them."""
        starts = np.concatenate([self.starts, self.starts[-1] + other.starts[1:]])
        return RaggedArray(np.concatenate([self.values, other.values]), starts)

    def padded(self, fill=0):
        """Return an array (n_rows, longest or 1, ...), `fill` behind the shorter rows."""
        width = max(1, self.lengths.max(initial=0))
        out = np.full((len(self), width, *self.values.shape[1:]), fill, self.values.dtype)
        out[np.arange(width) < self.lengths[:, None]] = self.values
        return out


class Rows(SimpleNamespace):
    """Arrays by name, one row of each for every structure or pattern.

    Parameters
    ----------
    **arrays : ndarray or RaggedArray
        The arrays, of equal length; each becomes an attribute.

    See Also
    --------
    RaggedArray : Rows of different lengths, kept one behind the other, without padding.
    joined_rows
        Put rows behind others of their kind; points of fewer columns of peaks get NaN behind them.
    rows_as_arrays : Write rows as arrays.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.preprocessing import RaggedArray, Rows
    >>> rows = Rows(volume=np.array([30.0, 41.0]), numbers=RaggedArray.of([[8, 1, 1], [6, 8]]))
    >>> len(rows), rows[[1]].numbers.values
    (2, array([6, 8]))
    """

    def __len__(self):
        return len(next(iter(vars(self).values())))

    def __getitem__(self, rows):
        """Return these rows of every array."""
        return Rows(**{name: array[rows] for name, array in vars(self).items()})

    def joined(self, other):
        """Return these rows and the other's behind them."""
        arrays = vars(self).items()
        return Rows(**{name: joined_rows(array, vars(other)[name]) for name, array in arrays})


def joined_rows(first, second):
    """Put rows behind others of their kind; points of fewer columns of peaks get NaN behind them.

    Parameters
    ----------
    first, second : ndarray, RaggedArray, Rows or their like
        Rows as `xrdmatch.learning.Inputs` make them; those that are no ndarray have a method
        ``joined(other)``.

    Returns
    -------
    ndarray, RaggedArray or Rows
        All rows.

    See Also
    --------
    chosen_rows : Take each row from one of two.
    Rows : Arrays by name, one row of each for every structure or pattern.
    """
    if not isinstance(first, np.ndarray):
        return first.joined(second)
    if first.ndim == 3 and first.shape[1] != second.shape[1]:
        width = max(first.shape[1], second.shape[1])
        first, second = _widened(first, width), _widened(second, width)
    return np.concatenate([first, second])


def _widened(points, width):
    extra = width - points.shape[1]
    return np.pad(points, ((0, 0), (0, extra), (0, 0)), constant_values=np.nan)


def chosen_rows(takes_first, first, second):
    """Take each row from one of two.

    Parameters
    ----------
    takes_first : ndarray of bool, shape (n,)
        Whether a row comes from the first.
    first, second : ndarray, RaggedArray, Rows or their like, of length n
        The rows.

    Returns
    -------
    ndarray, RaggedArray or Rows
        The rows chosen.

    See Also
    --------
    joined_rows
        Put rows behind others of their kind; points of fewer columns of peaks get NaN behind them.
    """
    n = np.arange(len(takes_first))
    return joined_rows(first, second)[np.where(takes_first, n, len(n) + n)]


def row_sizes(rows):
    """Count the numbers that each row holds.

    Parameters
    ----------
    rows : ndarray, RaggedArray, Rows or their like
        Those that are none of the three count as one number a row.

    Returns
    -------
    ndarray of int, shape (n_rows,)
        The sizes; an array's rows are all of one size, padding included.

    See Also
    --------
    Rows : Arrays by name, one row of each for every structure or pattern.
    RaggedArray : Rows of different lengths, kept one behind the other, without padding.
    """
    if isinstance(rows, Rows):
        return sum(row_sizes(array) for array in vars(rows).values())
    if isinstance(rows, RaggedArray):
        return rows.lengths * int(np.prod(rows.values.shape[1:], dtype=int))
    width = np.prod(rows.shape[1:], dtype=int) if isinstance(rows, np.ndarray) else 1
    return np.full(len(rows), width)
