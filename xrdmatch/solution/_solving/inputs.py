"""Checks of a solver's options and queries; a query that fails stops no other."""

from numbers import Integral, Real

from pymatgen.core import Composition

from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import as_queries
from xrdmatch.solution._solution import Solution
from xrdmatch.solution._solving.one_scan import solved


def check_solver(solver):
    """Check the options of a solver.

    Raises
    ------
    ValueError
        If one is out of its range.
    """
    if not isinstance(solver.min_probability, Real) or not 0 < solver.min_probability <= 1:
        raise ValueError(
            f"min_probability is above 0 and at most 1, got {solver.min_probability!r}; use 0.9."
        )
    for name in ("n_tries", "score_k"):
        value = getattr(solver, name)
        if not isinstance(value, Integral) or value < 1:
            raise ValueError(f"{name} is a whole number of at least 1, got {value!r}; raise it.")
    limit = solver.time_limit
    if limit is not None and not (isinstance(limit, Real) and limit > 0):
        raise ValueError(
            f"time_limit is a number of seconds above 0, got {limit!r}; leave it None for none."
        )


def questions_of(patterns, compositions, k):
    """Pair scans with compositions.

    Parameters
    ----------
    patterns, compositions, k
        As of `StructureSolver.solve`.

    Returns
    -------
    list of tuple of Scan and Composition, str or None
        One for each scan.

    Raises
    ------
    TypeError
        If a pattern is no scan.
    ValueError
        If k is no whole number of at least 1, or there is not one composition for each scan.
    """
    if not isinstance(k, Integral) or k < 1:
        raise ValueError(f"k is a whole number of structures of at least 1, got {k!r}; raise it.")
    scans = as_scans(patterns)
    return list(zip(scans, as_compositions(compositions, len(scans)), strict=True))


def as_scans(patterns):
    """List scans, of which a single one counts as a list of one.

    Raises
    ------
    TypeError
        If one is anything else.
    """
    scans = as_queries(patterns)
    for i, scan in enumerate(scans):
        if not isinstance(scan, Scan):
            raise TypeError(
                "Structures are solved from scans, since their profiles are refined, got "
                f"{type(scan).__name__} at position {i}; read the scan with "
                "xrdmatch.io.read_pattern."
            )
    return scans


def as_compositions(compositions, n_scans):
    """List one composition, or None, for each scan.

    Raises
    ------
    ValueError
        If there are more or fewer.
    """
    if compositions is None or isinstance(compositions, str | Composition | dict):
        return [compositions] * n_scans
    compositions = list(compositions)
    if len(compositions) != n_scans:
        raise ValueError(
            f"There is one composition for all scans or one for each, got {len(compositions)} for "
            f"{n_scans} scans; write None for those that are not known."
        )
    return compositions


def solved_or_why(scan, composition, tools, k=1):
    """Solve one scan; where it cannot be read, or its formula cannot be, say why."""
    try:
        return solved(scan, composition, tools, k)
    except ValueError as error:
        return Solution(scan, None, [], [], str(error))
