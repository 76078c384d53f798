"""Queries as one list of patterns, and their distances merged again."""

import numpy as np
from pymatgen.core import SiteCollection

from xrdmatch.crystallography import DiffractionPattern, Scan, is_tokens
from xrdmatch.preprocessing import as_pattern, as_queries


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
    members = [list(q) if isinstance(q, tuple) else [q] for q in as_queries(queries)]
    if not members or not all(members):
        raise ValueError("A query needs at least one pattern, got none; pass a pattern or a list.")
    owners = np.repeat(np.arange(len(members)), [len(m) for m in members])
    return [pattern for member in members for pattern in member], owners


def merge_rows(distances, owners):
    """Mean distance over the patterns of each query; (n_patterns, n) to (n_queries, n)."""
    return np.add.reduceat(distances, first_rows(owners)) / np.bincount(owners)[:, None]


def first_rows(owners):
    """Where each query's patterns begin."""
    return np.flatnonzero(np.diff(owners, prepend=-1))


def check_no_structures(patterns):
    """Check that structures do not stand where patterns are due."""
    for item in as_queries(patterns):
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
