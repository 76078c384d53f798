"""Rows of the matrix by hand."""

import numpy as np
from pymatgen.core import Lattice

from xrdmatch.solution._templates.matrix import matrix_columns, template_row

COLUMNS = matrix_columns(5, 2)


def test_columns_follow_each_other():
    assert {
        "pattern": slice(0, 5),
        "cell": slice(5, 11),
        "space_group": slice(11, 12),
        "atoms": slice(12, 20),
    } == COLUMNS


def test_a_pattern_without_structure():
    row = template_row(COLUMNS, np.array([1, 4]), np.array([1.0, 0.5]))
    np.testing.assert_array_equal(row, [0, 1, 0, 0, 0.5, *[0] * 15])


def test_a_structure_with_room_and_without():
    lattice = Lattice.from_parameters(3, 4, 5, 80, 90, 100)
    numbers, coords = np.array([8, 1, 1]), np.array([[0, 0.25, 0.5], [-0.25, 0, 1.5], [0, 0, 0]])
    row = template_row(COLUMNS, [], [], (lattice.matrix, numbers, coords), 2)
    np.testing.assert_allclose(row[5:12], [3, 4, 5, 80, 90, 100, 2], rtol=1e-6)
    np.testing.assert_array_equal(row[12:], [8, 0, 0.25, 0.5, 1, 0.75, 0, 0.5])
    short = template_row(COLUMNS, [], [], (lattice.matrix, numbers[:1], coords[:1]), 2)
    np.testing.assert_array_equal(short[12:], [8, 0, 0.25, 0.5, 0, 0, 0, 0])
