"""Conventional cells and their symmetry of primitive ones."""

import numpy as np
import pytest
from lattice_lines import LATTICES
from pymatgen.core import Lattice

from xrdmatch.solution._cells.bravais import PRIMITIVE
from xrdmatch.solution._cells.candidates import Candidate
from xrdmatch.solution._cells.lattice_symmetry import conventional_cell, found_cell
from xrdmatch.solution._cells.reduction import reduced_cell


@pytest.mark.parametrize("kind", LATTICES, ids=str)
def test_what_was_centred_is_found_centred(kind):
    system, centring = kind
    primitive = reduced_cell(PRIMITIVE[centring] @ LATTICES[kind].matrix)
    vectors, found, letter = conventional_cell(primitive)
    assert (found, letter) == kind
    assert Lattice(vectors).volume == pytest.approx(LATTICES[kind].volume)
    if system not in ("triclinic", "monoclinic", "orthorhombic"):
        assert Lattice(vectors).parameters == pytest.approx(LATTICES[kind].parameters, abs=1e-6)


def test_candidates_become_cells():
    primitive = reduced_cell(PRIMITIVE["F"] @ Lattice.cubic(5.64).matrix)
    candidate = Candidate(primitive, 1, 0.01, 50.0, 99.5, np.int64(2))
    cell = found_cell(candidate)
    assert (cell.crystal_system, cell.centring) == ("cubic", "F")
    assert (cell.figure_of_merit, cell.n_unexplained, cell.zero_shift) == (99.5, 2, 0.01)
    assert cell.volume == pytest.approx(5.64**3 / 4)
