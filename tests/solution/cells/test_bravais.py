"""Kinds of lattice: reflections against pymatgen's distances, centrings, and multiplicities."""

import numpy as np
import pytest
from pymatgen.core import Lattice

from xrdmatch.solution._cells.bravais import (
    KINDS,
    PRIMITIVE,
    Bravais,
    cell_vectors,
    determinants,
    half_space,
    products,
)

ALL = [kind for kinds in KINDS.values() for kind in kinds]
CELLS = {
    "cubic": Lattice.cubic(4.0),
    "tetragonal": Lattice.tetragonal(4.0, 5.7),
    "hexagonal": Lattice.hexagonal(4.0, 6.1),
    "trigonal": Lattice.hexagonal(4.0, 13.1),
    "orthorhombic": Lattice.orthorhombic(4.0, 5.1, 7.3),
    "monoclinic": Lattice.monoclinic(4.0, 5.1, 7.3, 101),
    "triclinic": Lattice.from_parameters(4.0, 5.1, 7.3, 85, 97, 101),
}


def metric_of(lattice):
    a, b, c = lattice.inv_matrix.T
    return np.array([a @ a, b @ b, c @ c, 2 * b @ c, 2 * a @ c, 2 * a @ b])


def parameters_of(kind):
    """Parameters of a cell, by least squares from its metric."""
    return np.linalg.lstsq(kind.metric.T, metric_of(CELLS[kind.system]), rcond=None)[0]


@pytest.mark.parametrize("kind", ALL, ids=str)
def test_families_are_the_points_of_the_primitive_reciprocal_lattice(kind):
    """Every reflection of small length, and no other; the primitive cell knows no extinction."""
    primitive = PRIMITIVE[kind.centring] @ CELLS[kind.system].matrix
    reciprocal = np.linalg.inv(primitive).T
    expected = ((half_space(6) @ reciprocal) ** 2).sum(1)
    calculated = kind.families @ parameters_of(kind)
    end = 0.5
    assert np.allclose(
        np.unique(calculated[calculated < end].round(9)),
        np.unique(expected[expected < end].round(9)),
    )


@pytest.mark.parametrize("kind", ALL, ids=str)
def test_primitive_cells_hold_one_point(kind):
    volume = np.linalg.det(PRIMITIVE[kind.centring])
    assert volume * kind.multiplicity == pytest.approx(1)
    assert kind.multiplicity == {"P": 1, "C": 2, "I": 2, "F": 4, "R": 3}[kind.centring]


def test_there_are_fourteen():
    """Monoclinic C stands in two settings: the reduced axes of its plane may make it I."""
    assert len(ALL) == 14 + 1
    assert Bravais("monoclinic", "I") in ALL


@pytest.mark.parametrize("system", CELLS)
def test_metric_and_cell(system):
    metric = metric_of(CELLS[system])
    lattice = Lattice(cell_vectors(metric))
    assert lattice.parameters == pytest.approx(CELLS[system].parameters)
    assert determinants(metric) == pytest.approx(CELLS[system].volume ** -2)


def test_metrics_that_are_none():
    bad = np.array([[1, 1, 1, 0, 0, 2.1], [1, -1, 1, 0, 0, 0], [1, 1, 1, 1.9, 1.9, -1.9]])
    assert (determinants(bad) == 0).all()


def test_half_space_has_one_of_each_pair():
    hkl = half_space(2)
    assert len(hkl) == (5**3 - 1) / 2
    assert {tuple(v) for v in hkl}.isdisjoint({tuple(-v) for v in hkl})
    assert len(half_space((1, 0, 2))) == (3 * 5 - 1) / 2
    assert products(np.array([[1, 2, 3]])).tolist() == [[1, 4, 9, 6, 3, 2]]
