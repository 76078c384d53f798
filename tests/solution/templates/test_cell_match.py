"""Cells agree whatever axes are chosen, and only those of one lattice do."""

import numpy as np
import pytest
from pymatgen.core import Lattice

from xrdmatch.solution import FoundCell
from xrdmatch.solution._templates.cell_match import (
    cell_costs,
    cell_lists,
    cell_parameters,
    differences,
)

LATTICES = [
    Lattice.cubic(4.0),
    Lattice.hexagonal(5.0, 8.0),
    Lattice.from_parameters(5.1, 6.2, 7.4, 80, 75, 85),
]
REDUCED = [lattice.get_niggli_reduced_lattice() for lattice in LATTICES]
PARAMETERS = np.array([lattice.parameters for lattice in REDUCED])
VOLUMES = np.array([lattice.volume for lattice in LATTICES])


def test_parameters_are_pymatgens():
    vectors = np.array([lattice.matrix for lattice in LATTICES])
    expected = [lattice.parameters for lattice in LATTICES]
    np.testing.assert_allclose(cell_parameters(vectors), expected)


@pytest.mark.parametrize("i", range(3))
@pytest.mark.parametrize(
    "axes", [np.eye(3), [[1, 1, 0], [0, 1, 0], [0, 0, 1]], [[2, 1, 0], [1, 1, 0], [3, 0, 1]]]
)
def test_any_axes_of_a_lattice_agree_with_it_alone(i, axes):
    found = differences(axes @ LATTICES[i].matrix, PARAMETERS, VOLUMES)
    assert found[i] < 1e-6
    assert (np.delete(found, i) > 0.05).all()


def test_a_difference_is_the_largest_of_six():
    longer = Lattice.from_parameters(5.1 * 1.03, 6.2, 7.4 * 0.98, 80, 75, 85)
    found = differences(longer.matrix, PARAMETERS, VOLUMES)
    assert found[2] == pytest.approx(1 - 1 / 1.03, abs=0.001)


def test_two_choices_of_nearly_equal_axes_agree():
    """Niggli's cell jumps from angles below 90 degrees to angles above; the lattice does not."""
    below, above = (Lattice.from_parameters(6, 7, 8, 90, 90, 90 + off) for off in (-1.0, 1.0))
    cell = np.array([below.get_niggli_reduced_lattice().parameters])
    assert differences(above.matrix, cell, np.array([below.volume]))[0] < 0.025


def test_costs_by_rank():
    cell = LATTICES[2]
    found = FoundCell(cell, cell, "triclinic", "P", 50.0, 0, 0.0)
    np.testing.assert_allclose(
        cell_costs([LATTICES[1], found], PARAMETERS, VOLUMES), [1.5, 0.0, 0.2]
    )
    assert cell_costs([found, *[LATTICES[1]] * 20], PARAMETERS, VOLUMES)[1] == pytest.approx(0.2)
    with pytest.raises(TypeError, match="A cell is a FoundCell or a primitive Lattice, got float"):
        cell_costs([3.9], PARAMETERS, VOLUMES)


def test_lists_of_cells():
    cell = LATTICES[0]
    assert cell_lists(None, 2) == [[], []]
    assert cell_lists([cell], 1) == [[cell]]
    assert cell_lists([[cell], []], 2) == [[cell], []]
    assert cell_lists([], 1) == [[]]
    with pytest.raises(ValueError, match="one list for each query, got 1 for 2 queries"):
        cell_lists([[cell]], 2)
