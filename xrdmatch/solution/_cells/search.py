"""The search: trial cells of each kind of lattice, refined, judged and put in order."""

import time
from typing import NamedTuple

import numpy as np

from xrdmatch.solution._cells.bravais import KINDS, LAUE_ORDER
from xrdmatch.solution._cells.candidates import ENLARGED, enlarged, judged
from xrdmatch.solution._cells.line_table import LineTable
from xrdmatch.solution._cells.oblique import triclinic_parameters
from xrdmatch.solution._cells.reduction import merged
from xrdmatch.solution._cells.refinement import refine
from xrdmatch.solution._cells.trials import are_inside, logarithmic_volumes, trial_parameters

_TRIAL_WIDTH = 0.04  # [degrees] that reflections of trial cells are off, beyond counting
_TRIAL_STRETCH = 0.0015  # relative error of their metrics
_N_FAMILIES = 110  # reflections looked at in trial cells
_N_REFINED = 150  # trial cells of a kind that are refined
_WIDTHS = (0.15, 0.1, 0.06, 0.04)  # [degrees]
_CROWDED = 6.0  # reflections a line, beyond which no cell is sought
_SMALLEST = 8.0  # [Å^3]
_N_COMPARED = 100  # different cells from which the list is chosen
_SAME_VOLUME = 0.02  # relative
_REPEATED = 3.0  # what each cell of the same volume costs the next
_DOUBTFUL = 0.0  # score below which lines may be foreign
_STRONG = 0.05  # of the strongest line
_N_FROM_STRONG = 3  # cells of strong lines that come before those of all lines
_FEWEST = 5  # strong lines in which a cell is sought
_N_ENLARGED = 8  # cells of which superlattices are made


class Limits(NamedTuple):
    """Limits of volume, zero shift, unexplained lines and time."""

    max_volume: float  # of a primitive cell [Å^3]
    zero_shift: float  # [degrees]
    max_unexplained: int
    deadline: float  # by time.monotonic()


def best_cells(lines, prior, systems, limits, n_cells):
    """Search all systems in turn; where no cell is better than none, with strong lines alone.

    Parameters
    ----------
    lines : Lines
        Observed lines.
    prior : VolumePrior
        How probable volumes are.
    systems : list of str
        Crystal systems of lattices, in this order.
    limits : Limits
        What is sought.
    n_cells : int
        Cells returned at the most.

    Returns
    -------
    cells : list of Candidate
        The best first, each of another lattice; of cells of one volume the later ones come down.
    tried : list of str
        The systems that were begun before the deadline.
    """
    cells, tried = _searched(lines, prior, systems, limits, n_cells)
    strong = lines.stronger(_STRONG)
    if _best(cells) < _DOUBTFUL and _FEWEST <= len(strong) < len(lines):
        others, _ = _searched(strong, prior, tried, limits, n_cells)
        if _best(others) > _best(cells):
            few = others[:_N_FROM_STRONG]
            cells = merged(few + cells + others[_N_FROM_STRONG:], n_cells)
    return cells, tried


def _best(cells):
    return cells[0].score if cells else -np.inf


def _searched(lines, prior, systems, limits, n_cells):
    """Find cells with all of some lines; and the systems that were begun."""
    found, tried = [], []
    for system in systems:
        if time.monotonic() >= limits.deadline:
            break
        tried.append(system)
        for kind in KINDS[system]:
            if len(lines) > kind.n_parameters:
                found += _of_kind(kind, lines, prior, limits)
    found.sort(key=_order)
    found += enlarged(merged(found, _N_ENLARGED), lines, prior, limits)
    found = [cell for cell in sorted(found, key=_order) if cell.volume >= prior.least]
    return _varied(merged(found, _N_COMPARED), n_cells), tried


def _varied(cells, n_cells):
    """Choose cells by score, with a penalty for better cells of the same volume."""
    score = np.array([cell.score for cell in cells])
    volume = np.array([cell.volume for cell in cells])
    chosen = []
    for _ in range(min(n_cells, len(cells))):
        best = int(np.argmax(score))
        chosen.append(cells[best])
        score[np.abs(volume / volume[best] - 1) < _SAME_VOLUME] -= _REPEATED
        score[best] = -np.inf
    return chosen


def _order(candidate):
    return -candidate.score


def _of_kind(kind, lines, prior, limits):
    """Refined cells of one kind of lattice."""
    volumes = _volumes(kind, lines, prior, limits.max_volume)
    table = LineTable(lines, _tolerance(lines))
    if kind.system == "triclinic":
        parameters = triclinic_parameters(lines, table)
    else:
        parameters = trial_parameters(kind, lines.q2)
    parameters = parameters[are_inside(parameters, kind, volumes)]
    if not len(parameters):
        return []
    bits, n_possible = table.explained(parameters, kind.families[:_N_FAMILIES])
    chosen = _different(parameters, kind, bits, table.log_odds(bits, n_possible))
    refined, zero = refine(kind, parameters[chosen], lines, _WIDTHS, limits.zero_shift / 3)
    good = are_inside(refined, kind, volumes)
    if not good.any():
        return []
    return judged(kind, refined[good], zero[good], lines, prior, limits)


def _tolerance(lines):
    width = np.hypot(_TRIAL_WIDTH, 3 * lines.sigma)
    return width * lines.slope + _TRIAL_STRETCH * lines.q2


def _volumes(kind, lines, prior, largest):
    """Volumes of primitive cells between which a kind of lattice is sought."""
    low = max(prior.least / max(ENLARGED), _SMALLEST)
    crowded = _CROWDED * len(lines) * LAUE_ORDER[kind.system] * 3 / (4 * np.pi)
    return low, min(largest, crowded / lines.q2[-1] ** 1.5)


def _different(parameters, kind, bits, score):
    """Choose the best trial cells, of which none has lines and volume of another."""
    likely = np.argsort(-score)[: 40 * _N_REFINED]
    volume = logarithmic_volumes(parameters[likely], kind)
    keys = np.column_stack([bits[likely], np.round(volume / 0.01)])
    _, first = np.unique(keys, axis=0, return_index=True)
    return likely[np.sort(first)][:_N_REFINED]
