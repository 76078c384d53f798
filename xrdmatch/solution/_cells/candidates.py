"""Refined cells with their figures of merit and log odds."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.solution._cells.bravais import PRIMITIVE, cell_vectors, half_space, products
from xrdmatch.solution._cells.merit import merits
from xrdmatch.solution._cells.reduction import fingerprint, reduced_cell, reduced_metric
from xrdmatch.solution._cells.superlattices import superlattice_matrices
from xrdmatch.solution._cells.trials import logarithmic_volumes

_N_JUDGED = 40  # cells of a kind that are compared with those of other kinds
_ROUNDING = 1e-3  # [degrees] of a zero shift
_MISSING = 0.15  # what a reflection that is not seen costs
_PARAMETER = 4.0  # what a free parameter costs
ENLARGED = (2, 3, 4)  # how many times as large cells are made
_ALIKE = 1e-4  # relative, of squared lengths
_UNLIKELY = 4.0  # by how much a larger cell's volume may be less probable


@dataclass(frozen=True, eq=False)
class Candidate:
    """One refined cell.

    Parameters
    ----------
    primitive : ndarray of shape (3, 3)
        Row vectors of the reduced cell [Å].
    n_parameters : int
        Free parameters of its metric.
    zero : float
        Shift of all angles [degrees].
    score : float
        Natural logarithm of what speaks for it.
    m20 : float
        de Wolff's figure of merit.
    n_unexplained : int
        Lines without a reflection.
    """

    primitive: np.ndarray
    n_parameters: int
    zero: float
    score: float
    m20: float
    n_unexplained: int

    def __post_init__(self):
        object.__setattr__(self, "fingerprint", fingerprint(self.primitive))

    @property
    def volume(self):
        """Volume of the primitive cell [Å^3]."""
        return abs(np.linalg.det(self.primitive))


def judged(kind, parameters, zero, lines, prior, limits):
    """Make candidates of the best refined cells of a kind; a list, the best first."""
    volumes = np.exp(logarithmic_volumes(parameters, kind))
    merit = merits(kind.families, parameters, zero, lines)
    score = _scores(merit, volumes, prior) - _PARAMETER * kind.n_parameters
    allowed = np.abs(zero) <= limits.zero_shift + _ROUNDING
    allowed &= merit.n_unexplained <= limits.max_unexplained
    best = np.argsort(-score)
    cells = []
    for i in best[allowed[best]][:_N_JUDGED].tolist():
        vectors = cell_vectors(parameters[i] @ kind.metric)
        primitive = reduced_cell(PRIMITIVE[kind.centring] @ vectors)
        facts = score[i], merit.m20[i], merit.n_unexplained[i]
        cells.append(Candidate(primitive, kind.n_parameters, zero[i], *facts))
    return cells


def _scores(merit, volumes, prior):
    return merit.log_odds - _MISSING * merit.n_missing + prior.log_density(volumes)


def enlarged(cells, lines, prior, limits):
    """Make candidates of the superlattices of some, where their volumes are as probable.

    Parameters
    ----------
    cells : list of Candidate
        Of them superlattices are made.
    lines : Lines
        Observed lines.
    prior : VolumePrior
        How probable volumes are.
    limits : Limits
        What is sought.

    Returns
    -------
    list of Candidate
        In no order.
    """
    if prior.unit is None:
        return []
    found = []
    for cell in cells:
        for index in ENLARGED:
            own, larger = prior.log_density(cell.volume * np.array([1, index]))
            if larger > own - _UNLIKELY and cell.volume * index <= limits.max_volume:
                found += _superlattices(cell, index, lines, prior, limits)
    return found


def _superlattices(cell, index, lines, prior, limits):
    matrices = superlattice_matrices(index)
    primitives = np.array([reduced_cell(matrix @ cell.primitive) for matrix in matrices])
    parameters = np.array([reduced_metric(primitive) for primitive in primitives])
    merit = merits(_reflections(parameters, lines), parameters, cell.zero, lines)
    score = _scores(merit, np.abs(np.linalg.det(primitives)), prior)
    score = score - _PARAMETER * cell.n_parameters + _log_shares(primitives)
    return [
        Candidate(primitive, cell.n_parameters, cell.zero, *facts)
        for primitive, *facts in zip(primitives, score, merit.m20, merit.n_unexplained, strict=True)
        if facts[-1] <= limits.max_unexplained
    ]


def _log_shares(primitives):
    """Logarithm of the share of the lattices that are equal to each one within a tolerance."""
    marks = np.array([fingerprint(primitive) for primitive in primitives])
    alike = (np.abs(marks[:, None] / marks - 1) < _ALIKE).all(-1)
    return np.log(alike.mean(1))


def _reflections(metrics, lines):
    """Reflections of any of these lattices up to the last line."""
    axes = np.array([np.linalg.norm(cell_vectors(metric), axis=1) for metric in metrics])
    return products(half_space((axes.max(0) * np.sqrt(lines.q2[-1])).astype(int) + 1))
