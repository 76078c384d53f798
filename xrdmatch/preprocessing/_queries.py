"""Kinds of queries: patterns, scans, spots, pictures, or several of one crystal.

Whoever has to tell queries from structures, or one query from many, asks here.
"""

from collections.abc import Iterable

import numpy as np
from pymatgen.core import SiteCollection

from xrdmatch.crystallography import DiffractionPattern, Picture, Scan, is_tokens

PEAKS_FROM = 0.1  # [1/Å] a list of peaks is taken to say from here on that there are no others
SINGLE = DiffractionPattern | Picture | Scan  # one query by itself, as is an array of rows


def as_queries(X):
    """List queries, of which a single one counts as a list of one.

    Parameters
    ----------
    X : DiffractionPattern, Picture, Scan, ndarray, or list of these or of tuples of them
        An array of two dimensions is one query: rows of (q_x, q_y, intensity), or a picture. A
        tuple inside the list holds several patterns of one crystal and is one query too.

    Returns
    -------
    list
        One entry for each query, as it was given.

    Raises
    ------
    TypeError
        If it is neither a query nor a list.

    See Also
    --------
    as_query : Make one query of what stands for it: a scan, or whatever `as_pattern` reads.
    as_patterns : Make a list of `DiffractionPattern`: see `as_pattern`.

    Examples
    --------
    >>> from xrdmatch import DiffractionPattern
    >>> from xrdmatch.preprocessing import as_queries
    >>> pattern = DiffractionPattern([[0.5, 0.0]], [1.0])
    >>> len(as_queries(pattern)), len(as_queries([pattern, (pattern, pattern)]))
    (1, 2)
    """
    is_array = isinstance(X, np.ndarray) and X.ndim == 2 and len(X) > 0
    if is_array or isinstance(X, SINGLE | SiteCollection):
        return [X]
    if not isinstance(X, Iterable):
        raise TypeError(
            f"Queries are a pattern or a list of them, got {type(X).__name__}; pass a "
            "DiffractionPattern, for example."
        )
    return list(X)


def are_patterns(X):
    """Tell whether `X` is what a retriever is asked about rather than structures.

    Parameters
    ----------
    X : object
        Anything.

    Returns
    -------
    bool
        True for a pattern, a picture or a scan, a list of these, arrays of spots, pictures or
        tuples of all of them, or such a list as an array; False where nothing is in it.

    See Also
    --------
    as_patterns : Make a list of `DiffractionPattern`: see `as_pattern`.
    as_queries : List queries, of which a single one counts as a list of one.

    Examples
    --------
    >>> from xrdmatch import DiffractionPattern
    >>> from xrdmatch.preprocessing import are_patterns
    >>> are_patterns([DiffractionPattern([[0.5, 0.0]], [1.0])])
    True
    """
    if isinstance(X, SINGLE):
        return True
    if not isinstance(X, list | tuple | np.ndarray) or not len(X) or is_tokens(X):
        return False
    if isinstance(X, np.ndarray) and X.dtype != object:
        return X.ndim in (2, 3)
    return all(isinstance(item, SINGLE | np.ndarray | list | tuple) for item in X)


def check_powders(patterns):
    """Check that all queries are scans or peaks of powders.

    See Also
    --------
    are_patterns : Tell whether `X` is what a retriever is asked about rather than structures.
    """
    for i, pattern in enumerate(patterns):
        if isinstance(pattern, DiffractionPattern) and pattern.n_dimensions != 1:
            raise ValueError(
                "A retriever with a powder's simulator compares scans, or powder peaks with one "
                f"component of q, got spots with {pattern.n_dimensions} components as pattern "
                f"{i}; ask one with DiffractionSimulator(geometry='zone_axis')."
            )
        if not isinstance(pattern, DiffractionPattern | Scan):
            raise TypeError(
                "A retriever with a powder's simulator compares scans and powder peaks, got "
                f"{type(pattern).__name__} as pattern {i}; read a scan with "
                "xrdmatch.io.read_pattern."
            )
