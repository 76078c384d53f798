"""Candidates of exact lines, and superlattices where the formula asks for them."""

import numpy as np
import pytest
from lattice_lines import lines_at, two_theta_of
from pymatgen.core import Lattice

from xrdmatch.solution._cells.bravais import Bravais
from xrdmatch.solution._cells.candidates import enlarged, judged
from xrdmatch.solution._cells.search import Limits
from xrdmatch.solution._cells.volumes import VolumePrior

A = 4.0
LINES = lines_at(two_theta_of(Lattice.cubic(A), n_lines=12))
LIMITS = Limits(1500.0, 0.1, 4, np.inf)


def true_cell(prior):
    kind = Bravais("cubic", "P")
    (cell,) = judged(kind, np.array([[A**-2]]), np.zeros(1), LINES, prior, LIMITS)
    return cell


def test_the_true_cell():
    cell = true_cell(VolumePrior())
    assert cell.volume == pytest.approx(A**3)
    assert (cell.n_parameters, cell.n_unexplained) == (1, 0)
    assert cell.m20 > 1000
    assert cell.score > 30


def test_cells_beyond_the_limits_are_dropped():
    kind, shifted = Bravais("cubic", "P"), np.array([0.2])
    assert judged(kind, np.array([[A**-2]]), shifted, LINES, VolumePrior(), LIMITS) == []
    wrong = np.array([[1.1 * A**-2]])
    assert judged(kind, wrong, np.zeros(1), LINES, VolumePrior(), LIMITS) == []


def test_superlattices_only_where_the_formula_asks():
    assert enlarged([true_cell(VolumePrior())], LINES, VolumePrior(), LIMITS) == []
    doubled = VolumePrior("Ba2TiO5")  # about twice as large as the cell
    found = enlarged([true_cell(doubled)], LINES, doubled, LIMITS)
    volumes = np.round([cell.volume / A**3 for cell in found]).astype(int)
    assert np.bincount(volumes)[2] == 7
    assert all(cell.n_unexplained == 0 for cell in found)
    assert max(found, key=lambda cell: cell.score).volume == pytest.approx(2 * A**3)
