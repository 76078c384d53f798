"""Lattices laid onto cells."""

import numpy as np
import pytest
from pymatgen.core import Lattice

from xrdmatch.solution._screening.lattice_mappings import (
    MOST_ANGLE,
    MOST_LENGTH,
    _bases,
    lengths_and_angles,
    mappings,
    metric,
)

LATTICE = np.array([[4.0, 0, 0], [0.3, 5.0, 0], [-0.4, 0.5, 6.1]])


def test_metrics_of_all_bases_are_those_of_their_vectors():
    bases, of_metric = _bases()
    for i in (0, 77, 1234, -1):
        assert of_metric[i] @ metric(LATTICE) == pytest.approx(metric(bases[i] @ LATTICE))


def test_every_basis_spans_the_same_lattice():
    bases, _ = _bases()
    assert np.linalg.det(bases.astype(float)) == pytest.approx(np.ones(len(bases)))


def test_lengths_and_angles_of_a_hexagonal_cell():
    hexagonal = np.array([[3, 0, 0], [-1.5, 1.5 * 3**0.5, 0], [0, 0, 5]])
    lengths, angles = lengths_and_angles(metric(hexagonal)[None])
    assert lengths[0] == pytest.approx([3, 3, 5])
    assert angles[0] == pytest.approx([90, 90, 120])


def test_a_deformed_lattice_of_other_axes_is_found_again():
    deformed = LATTICE @ (np.eye(3) + np.diag([0.03, -0.04, 0.02]))
    cell = np.array([[1, 1, 0], [0, 1, 0], [0, 0, 1]]) @ deformed
    best = mappings(LATTICE, cell)[0]
    assert metric(best) == pytest.approx(metric(deformed))


def test_what_is_too_far_off_is_not_laid_on():
    assert mappings(LATTICE, np.diag([3.0, 5.0, 8.2])) == []


def test_equal_deformations_are_listed_once():
    cubic = np.eye(3) * 4
    assert len(mappings(cubic, np.eye(3) * 4.1)) == 1


def test_the_nearest_is_that_of_all_bases():
    """Against one basis after the other, by pymatgen's lengths and angles."""
    cell = Lattice(LATTICE @ (np.eye(3) + np.diag([0.05, -0.02, 0.03])))
    bases, _ = _bases()
    off = [_off(Lattice(basis @ LATTICE), cell) for basis in bases.astype(float)]
    best = np.linalg.solve(bases[np.argmin(off)].astype(float), cell.matrix)
    assert metric(mappings(LATTICE, cell.matrix)[0]) == pytest.approx(metric(best))


def _off(lattice, cell):
    lengths = np.abs(np.log(np.divide(lattice.abc, cell.abc))).max()
    angles = np.abs(np.subtract(lattice.angles, cell.angles)).max()
    return max(lengths / MOST_LENGTH, angles / MOST_ANGLE)
