"""Conversion of arrays, pictures and tuples to `DiffractionPattern`."""

import numpy as np
from pymatgen.core import SiteCollection

from xrdmatch.crystallography import DiffractionPattern, Picture, Scan, is_tokens
from xrdmatch.preprocessing._queries import as_queries
from xrdmatch.preprocessing._spot_finder import SpotFinder
from xrdmatch.preprocessing._spots import find_spots


def as_pattern(item, image_scale=None, image_log=True):
    """Make a `DiffractionPattern` of a pattern, an array of spots, or a picture.

    Parameters
    ----------
    item : DiffractionPattern, Picture, array-like of shape (n_spots, 3), or ndarray
        Rows of three numbers are q_x, q_y [1/Å] and intensity, which a tuple of three arrays may
        hold as well. A `Picture` goes through `SpotFinder`; an array of shape (n_rows, n_columns)
        is a picture as `xrdmatch.simulation.to_image` draws it and goes through `find_spots`.
    image_scale : float, optional
        Pixels for 1/Å [pixel Å] of a picture that is an array, which does not say it itself.
    image_log : bool, default=True
        Whether that picture holds 4 + log10(I / I_max), as `xrdmatch.simulation.to_image` draws
        it.

    Returns
    -------
    DiffractionPattern
        The pattern.

    Raises
    ------
    TypeError
        If it is none of these.
    ValueError
        If it is an array that is a picture and `image_scale` is not given, or a picture in which
        no spots are found.

    See Also
    --------
    as_patterns : Make a list of `DiffractionPattern`: see `as_pattern`.
    as_query : Make one query of what stands for it: a scan, or whatever `as_pattern` reads.

    Examples
    --------
    >>> from xrdmatch.preprocessing import as_pattern
    >>> as_pattern([[0.5, 0.0, 10.0], [0.0, 0.5, 7.0]])
    DiffractionPattern(2 spots, |q| <= 0.5 1/Å)
    """
    if isinstance(item, DiffractionPattern):
        return item
    if isinstance(item, Picture):
        return SpotFinder().find(item).pattern
    if isinstance(item, SiteCollection) or is_tokens(item):
        kind = "crystal tokens" if is_tokens(item) else f"a {type(item).__name__}"
        raise TypeError(
            f"A pattern is due here, got {kind}; simulate it with DiffractionSimulator, or pass "
            "structures first and patterns second."
        )
    values = _as_numbers(np.column_stack(item) if _are_columns(item) else item)
    if values.shape[1] != 3:
        _check_scale(values, image_scale)
        return find_spots(values, image_scale, image_log)
    return DiffractionPattern(values[:, :2], values[:, 2])


def _check_scale(values, image_scale):
    if image_scale is None:
        raise ValueError(
            f"An array of shape {values.shape} is a picture, and a picture needs its scale; say "
            "image_scale=<pixels for 1/Å> of what to_image drew, or find the spots of a measured "
            "one with SpotFinder in Picture(counts, scale, 'reciprocal')."
        )


def _are_columns(item):
    """Whether it is (q_x, q_y, intensity), three arrays of one length."""
    is_triple = isinstance(item, tuple) and len(item) == 3
    return is_triple and all(isinstance(x, np.ndarray) and x.shape == (len(item[0]),) for x in item)


def _as_numbers(item):
    try:
        values = np.asarray(item, dtype=float)
    except (TypeError, ValueError):
        values = np.empty(0)
    if values.ndim != 2:
        raise TypeError(
            "A pattern must be a DiffractionPattern, rows of (q_x, q_y, intensity) or a picture, "
            f"got {type(item).__name__}; make one with DiffractionPattern(q, intensity)."
        )
    return values


def as_patterns(patterns, image_scale=None, image_log=True):
    """Make a list of `DiffractionPattern`: see `as_pattern`.

    Parameters
    ----------
    patterns : list
        Patterns, arrays of spots or pictures. A single pattern counts as a list of one.
    image_scale : float, optional
        Pixels for 1/Å [pixel Å], for pictures that are arrays.
    image_log : bool, default=True
        Whether these hold logarithms.

    Returns
    -------
    list of DiffractionPattern
        The patterns.

    See Also
    --------
    as_pattern : Make a `DiffractionPattern` of a pattern, an array of spots, or a picture.

    Examples
    --------
    >>> from xrdmatch.preprocessing import as_patterns
    >>> as_patterns([[[0.5, 0.0, 10.0]]])
    [DiffractionPattern(1 spots, |q| <= 0.5 1/Å)]
    """
    return [as_pattern(item, image_scale, image_log) for item in as_queries(patterns)]


def as_query(item):
    """Make one query of what stands for it: a scan, or whatever `as_pattern` reads.

    Parameters
    ----------
    item : Scan, DiffractionPattern, array of spots, or Picture
        The query.

    Returns
    -------
    Scan or DiffractionPattern
        A scan as it is, everything else as a pattern.

    See Also
    --------
    as_queries : List queries, of which a single one counts as a list of one.
    as_pattern : Make a `DiffractionPattern` of a pattern, an array of spots, or a picture.

    Examples
    --------
    >>> from xrdmatch.preprocessing import as_query
    >>> as_query([[0.5, 0.0, 10.0]])
    DiffractionPattern(1 spots, |q| <= 0.5 1/Å)
    """
    return item if isinstance(item, Scan) else as_pattern(item)
