"""Arrays with a row for each entry that are written block by block, never held as a whole."""

from dataclasses import replace
from functools import reduce

import numpy as np

ROWS = {
    "ProfileLibrary": ("rows",),
    "EmbeddedGallery": ("vectors",),
    "ApproximateGallery": ("vectors",),
    "SpotLibrary": ("reciprocal", "intensity"),
}  # arrays with a row for each entry, of galleries that have nothing else that grows
CHUNK = 4096  # rows that are in memory at once


class RowStream:
    """Rows of several arrays, one array after the other.

    Parameters
    ----------
    arrays : list of ndarray of shape (n_rows, ...)
        Of one type; they may be mapped.
    rows : list of ndarray of int, default=None
        Which rows of each; all if None.
    """

    def __init__(self, arrays, rows=None):
        self.arrays = arrays
        self.rows = [np.arange(len(array)) for array in arrays] if rows is None else rows

    def __len__(self):
        return sum(map(len, self.rows))

    @property
    def shape(self):
        """That of the array that is written."""
        return len(self), *self.arrays[0].shape[1:]

    def save(self, path):
        """Write one ``.npy`` file.

        Parameters
        ----------
        path : Path
            Where.
        """
        with open(path, "wb") as file:
            kind = np.lib.format.dtype_to_descr(self.arrays[0].dtype)
            header = {"descr": kind, "fortran_order": False, "shape": self.shape}
            np.lib.format.write_array_header_1_0(file, header)
            for array, rows in zip(self.arrays, self.rows, strict=True):
                for start in range(0, len(rows), CHUNK):
                    file.write(np.ascontiguousarray(array[rows[start : start + CHUNK]]).data)


def joined_galleries(encoded):
    """Join encoded galleries.

    Parameters
    ----------
    encoded : list of EncodedGallery
        Of one kind.

    Returns
    -------
    EncodedGallery
        All in one. Where it is made of rows it holds `RowStream` in their place: it can be
        written, not searched.
    """
    first, names = encoded[0], ROWS.get(type(encoded[0]).__name__, ())
    alike = all(len({getattr(one, n).shape[1:] for one in encoded}) == 1 for n in names)
    if len(encoded) == 1:
        return first
    if not (names and alike):
        return reduce(lambda one, other: one.joined(other), encoded)
    return replace(first, **{n: RowStream([getattr(one, n) for one in encoded]) for n in names})


def taken_entries(encoded, rows):
    """Take some entries of an encoded gallery.

    Parameters
    ----------
    encoded : EncodedGallery
        Of any kind.
    rows : ndarray of int
        Which.

    Returns
    -------
    EncodedGallery or None
        As `joined_galleries` returns it; None for kinds that are not made of rows.
    """
    names = ROWS.get(type(encoded).__name__)
    if names is None:
        return None
    return replace(encoded, **{n: RowStream([getattr(encoded, n)], [rows]) for n in names})
