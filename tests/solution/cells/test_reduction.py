"""Lattices are compared whatever their cells."""

from types import SimpleNamespace

import numpy as np
import pytest
from lattice_lines import LATTICES
from pymatgen.core import Lattice

from xrdmatch.solution._cells.reduction import (
    fingerprint,
    merged,
    reduced_cell,
    reduced_metric,
)

LATTICE = LATTICES["triclinic", "P"]
CHANGE = np.array([[1, 1, 0], [0, 1, -1], [1, 0, 0]])  # of determinant -1


def test_reduced_cells_do_not_depend_on_the_cell():
    one, other = (reduced_cell(m) for m in (LATTICE.matrix, CHANGE @ LATTICE.matrix))
    assert Lattice(one).parameters == pytest.approx(Lattice(other).parameters, abs=1e-6)
    niggli = LATTICE.get_niggli_reduced_lattice()
    assert Lattice(one).parameters == pytest.approx(niggli.parameters, abs=1e-3)


def test_fingerprints_do_not_depend_on_the_cell():
    assert fingerprint(CHANGE @ LATTICE.matrix) == pytest.approx(fingerprint(LATTICE.matrix))


def test_reduced_metric_is_that_of_the_reciprocal_lattice():
    a, b, c, d, e, f = reduced_metric(LATTICE.matrix)
    volume = np.sqrt(np.linalg.det([[a, f / 2, e / 2], [f / 2, b, d / 2], [e / 2, d / 2, c]]))
    assert volume == pytest.approx(1 / LATTICE.volume)
    shortest = np.sort(fingerprint(LATTICE.matrix))
    assert a == pytest.approx(shortest[0])


def test_the_first_of_like_lattices_is_kept():
    cells = [
        SimpleNamespace(fingerprint=fingerprint(m), name=name)
        for name, m in [
            ("first", LATTICE.matrix),
            ("changed", CHANGE @ LATTICE.matrix),
            ("nearly", 1.003 * LATTICE.matrix),
            ("larger", 1.02 * LATTICE.matrix),
            ("doubled", np.diag([2, 1, 1]) @ LATTICE.matrix),
        ]
    ]
    assert [cell.name for cell in merged(cells, 9)] == ["first", "larger", "doubled"]
    assert [cell.name for cell in merged(cells, 2)] == ["first", "larger"]
    assert merged([], 3) == []
