"""Queries: patterns, or several patterns of one crystal."""

from collections.abc import Iterable

import numpy as np
from pymatgen.core import SiteCollection

from xrdmatch.crystallography import DiffractionPattern, Scan, is_tokens
from xrdmatch.preprocessing import as_pattern


def flatten_queries(queries):
    """Write queries as one list of patterns with the number of the query each belongs to.

    Parameters
    ----------
    queries : DiffractionPattern or Scan, or list of patterns or of tuples of them
        What a retriever is asked about; patterns in any form that its transformer reads.

    Returns
    -------
    patterns : list
        All patterns, as given.
    owners : ndarray of shape (n_patterns,)
        Ascending numbers of the queries.

    Raises
    ------
    TypeError
        If it is neither a pattern nor a list.
    ValueError
        If there is no query, or a tuple is empty.
    """
    members = [list(q) if isinstance(q, tuple) else [q] for q in _as_rows(queries)]
    if not members or not all(members):
        raise ValueError("A query needs at least one pattern, got none; pass a pattern or a list.")
    owners = np.repeat(np.arange(len(members)), [len(m) for m in members])
    return [pattern for member in members for pattern in member], owners


def _as_rows(queries):
    """One entry for each query."""
    is_array = isinstance(queries, np.ndarray) and queries.ndim == 2 and len(queries) > 0
    if is_array or isinstance(queries, DiffractionPattern | Scan | SiteCollection):
        return [queries]
    if not isinstance(queries, Iterable):
        raise TypeError(
            f"Queries are a pattern or a list of them, got {type(queries).__name__}; pass a "
            "DiffractionPattern, say."
        )
    return list(queries)


def merge_rows(distances, owners):
    """Mean distance over the patterns of each query; (n_patterns, n) to (n_queries, n)."""
    return np.add.reduceat(distances, first_rows(owners)) / np.bincount(owners)[:, None]


def first_rows(owners):
    """Where each query's patterns begin."""
    return np.flatnonzero(np.diff(owners, prepend=-1))


def check_no_structures(patterns):
    """Check that structures do not stand where patterns are due."""
    for item in _as_rows(patterns):
        if isinstance(item, SiteCollection) or is_tokens(item):
            as_pattern(item)  # says so


def check_lengths(structures, others, name="patterns"):
    """Check that there is one pattern or label for each structure."""
    if isinstance(structures, SiteCollection | DiffractionPattern | Scan):
        raise TypeError(
            f"Structures come in a list, got a single {type(structures).__name__}; "
            "write [structure]."
        )
    n_others = 1 if isinstance(others, DiffractionPattern | Scan | SiteCollection) else len(others)
    if len(structures) != n_others:
        raise ValueError(
            f"There must be as many {name} as structures, got {n_others} {name} for "
            f"{len(structures)} structures; pass them in pairs."
        )
