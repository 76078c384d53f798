"""Trial cells: low indices for a few of the first lines, as many as the metric has parameters."""

from functools import lru_cache
from itertools import combinations, permutations

import numpy as np

from xrdmatch.solution._cells.bravais import determinants

# For each number of parameters: families of low indices that are tried; lines that all sets are
# chosen from; and how many of these go with one later line, up to the last number.
_EFFORT = {1: (14, 5, 0, 0), 2: (22, 8, 4, 20), 3: (15, 7, 5, 16), 4: (12, 6, 4, 12)}


@lru_cache
def _assignments(kind):
    """Inverses of what families of low indices multiply the parameters with.

    Returns
    -------
    ndarray of shape (n_assignments, n_parameters, n_parameters)
        One for each ordered choice of families that fixes all parameters, axes that may be
        exchanged being taken in one order only.
    """
    n_families, p = _EFFORT[kind.n_parameters][0], kind.n_parameters
    low = kind.families[:n_families]
    rows = np.array(list(permutations(range(len(low)), p)))
    rows = rows[_are_first(low[rows], kind)] if p > 2 else rows
    matrices = low[rows]
    return np.linalg.inv(matrices[np.abs(np.linalg.det(matrices)) > 0.5])


@lru_cache
def _exchanges(kind):
    """Exchanges of axes that leave the kind of lattice as it is, as matrices for families."""
    if kind.system == "orthorhombic":
        orders = [(0, 1, 2), (1, 0, 2)] if kind.centring == "C" else permutations(range(3))
        return [np.eye(3)[list(order)] for order in orders]
    flip = np.diag([1, 1, 1, -1])
    swap = np.eye(4)[[2, 1, 0, 3]]
    return [np.eye(4), flip] if kind.centring == "C" else [np.eye(4), flip, swap, swap @ flip]


def _are_first(chosen, kind):
    """Mark choices of which no exchange of axes makes one with earlier families."""
    digits = (1 + 2 * int(np.abs(chosen).max())) ** np.arange(chosen[0].size)
    own = chosen.reshape(len(chosen), -1) @ digits
    others = [(chosen @ x).reshape(len(chosen), -1) @ digits for x in _exchanges(kind)]
    return np.all([own >= other for other in others], axis=0)


def line_sets(n_lines, n_parameters):
    """Choose lines to which indices are given; (n_sets, n_parameters)."""
    _, n_first, n_early, n_late = _EFFORT[n_parameters]
    sets = set(combinations(range(min(n_first, n_lines)), n_parameters))
    for early in combinations(range(min(n_early, n_lines)), n_parameters - 1):
        sets |= {(*early, late) for late in range(n_early, min(n_late, n_lines))}
    return np.array(sorted(sets))


def trial_parameters(kind, q2):
    """Make the parameters of trial cells.

    Parameters
    ----------
    kind : Bravais
        Of one to four parameters.
    q2 : ndarray of shape (n_lines,)
        Observed lines [1/Å^2].

    Returns
    -------
    ndarray of shape (n_cells, n_parameters)
        Parameters of metrics [1/Å^2].
    """
    inverses = _assignments(kind)
    chosen = q2[line_sets(len(q2), kind.n_parameters)]
    return np.einsum("tij,sj->tsi", inverses, chosen).reshape(-1, kind.n_parameters)


def are_inside(parameters, kind, volumes):
    """Whether metrics are positive and volumes of primitive cells within their range."""
    low, high = (1 / (kind.multiplicity * np.array(volumes)) ** 2)[::-1]
    squared = determinants(parameters @ kind.metric)
    return (squared >= low) & (squared <= high)


def logarithmic_volumes(parameters, kind):
    """Natural logarithms of the volumes of primitive cells [Å^3]; (n_cells,)."""
    return -np.log(determinants(parameters @ kind.metric)) / 2 - np.log(kind.multiplicity)
