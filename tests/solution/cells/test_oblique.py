"""Triclinic trial cells: the true lattice is among them, also when an axis' line is missing."""

import numpy as np
import pytest
from lattice_lines import LATTICES, lines_at, two_theta_of

from xrdmatch.solution._cells.bravais import KINDS, cell_vectors
from xrdmatch.solution._cells.line_table import LineTable
from xrdmatch.solution._cells.oblique import triclinic_parameters
from xrdmatch.solution._cells.reduction import fingerprint
from xrdmatch.solution._cells.trials import are_inside

LATTICE = LATTICES["triclinic", "P"]


@pytest.mark.parametrize("missing", [[], [0], [1, 4]])
def test_the_true_cell_is_tried(missing):
    (kind,) = KINDS["triclinic"]
    lines = lines_at(np.delete(two_theta_of(LATTICE, n_lines=24), missing)).first(20)
    table = LineTable(lines, 0.05 * lines.slope)
    metrics = triclinic_parameters(lines, table)
    limits = np.array([0.998, 1.002]) * LATTICE.volume
    metrics = metrics[are_inside(metrics, kind, limits)]
    true = fingerprint(LATTICE.matrix)
    assert any(np.allclose(fingerprint(cell_vectors(m)), true, rtol=2e-3) for m in metrics)


def test_few_lines_give_few_cells():
    lines = lines_at(two_theta_of(LATTICE, n_lines=7))
    metrics = triclinic_parameters(lines, LineTable(lines, 0.05 * lines.slope))
    assert metrics.shape[1] == 6
    assert len(metrics) > 0
