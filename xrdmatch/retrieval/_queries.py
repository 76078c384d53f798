"""Queries: patterns, or several patterns of one crystal."""

import numpy as np

from xrdmatch.crystallography import is_tokens
from xrdmatch.preprocessing import as_patterns


def flatten_queries(queries):
    """Write queries as one list of patterns with the number of the query each belongs to.

    Parameters
    ----------
    queries : DiffractionPattern, or list of patterns or of tuples of them
        What a retriever is asked about.

    Returns
    -------
    patterns : list of DiffractionPattern
        All patterns.
    owners : ndarray of shape (n_patterns,)
        Ascending numbers of the queries.

    Raises
    ------
    ValueError
        If there is no query, or a tuple is empty.
    """
    members = [as_patterns(q) if isinstance(q, tuple) else [q] for q in _as_rows(queries)]
    if not members or not all(members):
        raise ValueError("A query needs at least one pattern, got none; pass a pattern or a list.")
    owners = np.repeat(np.arange(len(members)), [len(m) for m in members])
    return as_patterns([pattern for member in members for pattern in member]), owners


def _as_rows(queries):
    if isinstance(queries, list | tuple) and not is_tokens(queries):
        return list(queries)
    return as_patterns(queries)


def merge_rows(distances, owners):
    """Mean distance over the patterns of each query; (n_patterns, n) to (n_queries, n)."""
    starts = np.flatnonzero(np.diff(owners, prepend=-1))
    return np.add.reduceat(distances, starts) / np.bincount(owners)[:, None]


def check_lengths(structures, others, name="patterns"):
    """Check that there is one pattern or label for each structure."""
    if len(structures) != len(others):
        raise ValueError(
            f"There must be as many {name} as structures, got {len(others)} {name} for "
            f"{len(structures)} structures; pass them in pairs."
        )
