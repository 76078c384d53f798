"""Refinement against lines that are known exactly."""

import numpy as np
import pytest
from lattice_lines import LATTICES, lines_at, two_theta_of

from xrdmatch.solution._cells.bravais import Bravais
from xrdmatch.solution._cells.refinement import assigned, families_within, refine

WIDTHS = (0.15, 0.1, 0.05)


def true_parameters(system):
    lattice = LATTICES[system, "P"]
    a, b, c = lattice.inv_matrix.T
    metric = np.array([a @ a, b @ b, c @ c, 2 * b @ c, 2 * a @ c, 2 * a @ b])
    kind = Bravais(system, "P")
    return kind, np.linalg.lstsq(kind.metric.T, metric, rcond=None)[0]


@pytest.mark.parametrize(
    "system", ["cubic", "hexagonal", "tetragonal", "orthorhombic", "monoclinic"]
)
def test_parameters_and_shift_are_recovered(system):
    kind, true = true_parameters(system)
    lines = lines_at(two_theta_of(LATTICES[system, "P"]) + 0.02, sigma=0.001)
    starts = true * np.array([[1.002], [0.999]])
    found, zero = refine(kind, starts, lines, WIDTHS, usual_zero=0.05)
    assert found == pytest.approx(np.array([true, true]), rel=3e-4, abs=1e-6)
    assert zero == pytest.approx([0.02, 0.02], abs=3e-3)


def test_without_a_zero_shift_there_is_none():
    kind, true = true_parameters("cubic")
    lines = lines_at(two_theta_of(LATTICES["cubic", "P"]) + 0.02)
    _, zero = refine(kind, true[None], lines, WIDTHS, usual_zero=0.0)
    assert abs(zero[0]) < 1e-5


def test_nearest_reflections_as_by_hand():
    kind, true = true_parameters("cubic")
    lines = lines_at([10.0, 14.1, 89.0])
    nearest, off = assigned(kind.families[:20], true[None], np.zeros(1), lines)
    distances = np.abs(kind.families[:20] @ true - lines.q2[:, None])
    assert nearest[0].tolist() == distances.argmin(1).tolist()
    assert np.abs(off[0]) * lines.slope == pytest.approx(distances.min(1))


def test_families_within_the_lines():
    kind, true = true_parameters("orthorhombic")
    lines = lines_at(two_theta_of(LATTICES["orthorhombic", "P"]))
    within = families_within(kind.families, true[None], lines)
    assert (within @ true < 1.1 * lines.q2[-1]).all()
    assert len(within) >= len(lines)
