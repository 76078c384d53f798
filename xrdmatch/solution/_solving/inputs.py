"""What a solver is asked, checked; a query that cannot be answered does not sink the others."""

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


def solved_or_why(scan, composition, tools):
    """Solve one scan; where it cannot be read, or its formula cannot be, say why."""
    try:
        return solved(scan, composition, tools)
    except ValueError as error:
        return Solution(scan, None, [], [], str(error))
