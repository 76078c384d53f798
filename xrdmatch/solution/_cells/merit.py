"""Figures of merit of cells: de Wolff's M, and log odds against chance."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.solution._cells.refinement import assigned, families_within

_SAME = 0.005  # [degrees] reflections that no observation parts
_EXPLAINED = 4.0  # standard uncertainties
_LEAST_WIDTH = 0.03  # [degrees]


@dataclass(frozen=True, eq=False)
class Merits:
    """Figures of merit of cells; arrays of shape (n_cells,).

    Parameters
    ----------
    m20 : ndarray
        de Wolff's figure of merit.
    n_possible : ndarray of int
        Different reflections up to the last line.
    n_missing : ndarray of int
        Of these, those that explain no line.
    n_unexplained : ndarray of int
        Lines that no reflection explains.
    log_odds : ndarray
        Natural logarithm of how much likelier the lines are with the cell than without any.
    """

    m20: np.ndarray
    n_possible: np.ndarray
    n_missing: np.ndarray
    n_unexplained: np.ndarray
    log_odds: np.ndarray


def merits(families, parameters, zero, lines, foreign=0.03):
    """Judge refined cells of one kind.

    Parameters
    ----------
    families : ndarray of shape (n_families, n_parameters)
        Reflections, at least all within the lines.
    parameters, zero : ndarray of shape (n_cells, n_parameters), (n_cells,)
        What `refine` gives; one shift may do for all.
    lines : Lines
        Observed lines.
    foreign : float, default=0.03
        Probability that a line belongs to something else.

    Returns
    -------
    Merits
        Their figures.
    """
    families = families_within(families, parameters, lines)
    zero = np.broadcast_to(zero, len(parameters))
    nearest, off = assigned(families, parameters, zero, lines)
    sigma = np.hypot(lines.error, 0.008)
    explained = np.abs(off) < np.maximum(_EXPLAINED * sigma, _LEAST_WIDTH)
    n_possible = _n_possible(families, parameters, zero, lines)
    n_used = np.array([len(set(n[e])) for n, e in zip(nearest, explained, strict=True)])
    q2 = lines.q2 - zero[:, None] * lines.slope
    n_explained = np.maximum(explained.sum(1), 1)
    mean_off = (np.abs(off * lines.slope) * explained).sum(1) / n_explained
    end = q2[:, -1]
    m20 = end / (2 * np.maximum(mean_off, 1e-7) * np.maximum(n_possible, 1))
    bell = np.exp(-0.5 * (off / sigma) ** 2) / (np.sqrt(2 * np.pi) * sigma * lines.slope)
    density = 1.5 * np.sqrt(q2 / end[:, None]) * n_possible[:, None] / end[:, None]
    odds = np.log(foreign + (1 - foreign) * bell / density).sum(1)
    missing = np.maximum(n_possible - n_used, 0)
    return Merits(m20, n_possible, missing, (~explained).sum(1), odds)


def _n_possible(families, parameters, zero, lines):
    """Count reflections up to the last line that lie apart."""
    calculated = np.sort(parameters @ families.T, axis=1)
    end = lines.q2[-1] + lines.slope[-1] * (_LEAST_WIDTH - zero[:, None])
    apart = np.diff(calculated, axis=1) > _SAME * lines.slope[-1] / 2
    inside = calculated <= end
    return inside[:, 0] + (inside[:, 1:] & apart).sum(1)
