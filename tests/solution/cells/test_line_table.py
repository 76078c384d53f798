"""The table of lines against looking at each line and reflection in turn."""

import numpy as np
import pytest
from lattice_lines import lines_at

from xrdmatch.solution._cells.bravais import Bravais
from xrdmatch.solution._cells.line_table import LineTable


@pytest.fixture
def lines():
    return lines_at([20.0, 28.5, 35.1, 41.2, 50.3])


def naive(lines, tolerance, parameters, families):
    """Which lines have a reflection within their tolerance, as bits."""
    bits = []
    for cell in parameters:
        calculated = families @ cell
        seen = np.abs(calculated[:, None] - lines.q2).min(0) <= tolerance
        bits.append(sum(1 << i for i in np.flatnonzero(seen)))
    return bits


def test_explained_lines_are_those_near_a_reflection(lines):
    families = Bravais("tetragonal", "P").families[:60]
    parameters = np.random.default_rng(0).uniform(0.01, 0.08, (300, 2))
    tolerance = np.full(5, 0.002)
    bits, n_possible = LineTable(lines, tolerance).explained(parameters, families)
    expected = naive(lines, tolerance, parameters, families)
    assert np.mean(bits == expected) > 0.98  # the table has points, which round
    end = lines.q2[-1] + tolerance[-1]
    inside = (parameters @ families.T < end).sum(1)
    assert np.mean(n_possible == inside) > 0.98


def test_nothing_is_explained_by_no_cell(lines):
    table = LineTable(lines, np.full(5, 0.001))
    bits, n_possible = table.explained(np.empty((0, 1)), np.ones((3, 1)))
    assert bits.shape == n_possible.shape == (0,)


def test_odds_rise_with_lines_and_fall_with_reflections(lines):
    table = LineTable(lines, np.full(5, 0.001))
    all_lines, four = np.uint32(31), np.uint32(15)
    odds = table.log_odds(np.array([all_lines, four, all_lines]), np.array([10, 10, 50]))
    assert odds[0] > odds[1]
    assert odds[0] > odds[2] > 0
