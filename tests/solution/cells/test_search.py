"""The search: order, limits and deadline; the finder's tests ask for cells of all kinds."""

import time
from types import SimpleNamespace

import numpy as np
import pytest
from lattice_lines import LATTICES, lines_at, two_theta_of

from xrdmatch.solution._cells.lines import Lines
from xrdmatch.solution._cells.search import Limits, _varied, best_cells
from xrdmatch.solution._cells.volumes import VolumePrior

LINES = lines_at(two_theta_of(LATTICES["tetragonal", "I"], "I"))


def test_the_best_come_first():
    limits = Limits(1500.0, 0.1, 4, np.inf)
    cells, tried = best_cells(LINES, VolumePrior(), ["cubic", "tetragonal"], limits, 6)
    assert tried == ["cubic", "tetragonal"]
    assert 1 < len(cells) <= 6
    assert cells[0].score == max(cell.score for cell in cells)
    assert cells[0].volume == pytest.approx(LATTICES["tetragonal", "I"].volume / 2, rel=0.01)


def test_volumes_and_time_are_limited():
    small = Limits(100.0, 0.1, 20, np.inf)
    cells, _ = best_cells(LINES, VolumePrior(), ["tetragonal"], small, 9)
    assert all(cell.volume < 101 for cell in cells)
    late = Limits(1500.0, 0.1, 4, time.monotonic())
    assert best_cells(LINES, VolumePrior(), ["tetragonal"], late, 9) == ([], [])


def test_fewer_lines_than_parameters_are_not_used():
    """Three lines decide on kinds of one or two parameters only."""
    limits = Limits(1500.0, 0.1, 0, np.inf)
    systems = ["tetragonal", "orthorhombic", "monoclinic", "triclinic"]
    cells, _ = best_cells(LINES.first(3), VolumePrior(), systems, limits, 9)
    assert {cell.n_parameters for cell in cells} <= {2}


def test_other_volumes_come_up():
    """Nine of one volume do not hide a slightly worse one of another."""
    cells = [SimpleNamespace(score=50.0 - i, volume=100.0 + 0.01 * i) for i in range(9)]
    other = SimpleNamespace(score=38.5, volume=150.0)
    assert _varied([*cells, other], 6).index(other) == 3
    assert _varied([], 6) == []


def test_weak_foreign_lines_are_left_out_where_nothing_fits():
    """A cubic lattice with seven weak lines of something else."""
    two_theta = two_theta_of(LATTICES["cubic", "F"], "F", 13)
    foreign = [4.7, 5.9, 7.3, 9.1, 11.6, 19.3, 27.7]
    angles = np.concatenate([two_theta, foreign])
    strength = np.concatenate([np.ones(13), np.full(7, 0.02)])
    order = np.argsort(angles)
    some = lines_at(angles[order])
    lines = Lines(some.two_theta, some.sigma, strength[order], some.wavelength)
    limits = Limits(1500.0, 0.1, 4, np.inf)
    cells, _ = best_cells(lines, VolumePrior(), ["cubic", "tetragonal"], limits, 3)
    assert cells[0].volume == pytest.approx(LATTICES["cubic", "F"].volume / 4, rel=0.01)
    alike = Lines(some.two_theta, some.sigma, np.ones(20), some.wavelength)
    assert best_cells(alike, VolumePrior(), ["cubic"], limits, 3)[0] == []
