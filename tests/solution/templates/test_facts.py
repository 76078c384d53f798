"""Facts of crystals do not depend on the cell."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch.solution._templates.facts import facts_of

CORUNDUM = Structure.from_spacegroup(
    "R-3c",
    Lattice.hexagonal(4.76, 12.99),
    ["Al", "O"],
    [[0, 0, 0.3522], [0.3063, 0, 0.25]],
)


@pytest.mark.parametrize("structure", [CORUNDUM, CORUNDUM.get_primitive_structure(), CORUNDUM * 2])
def test_corundum(structure):
    facts = facts_of(structure)
    assert facts[:3] == ("A2B3", 10, 167)
    assert facts.volume_per_atom == pytest.approx(CORUNDUM.volume / 30)
    expected = Lattice(CORUNDUM.get_primitive_structure().lattice.matrix)
    expected = expected.get_niggli_reduced_lattice().parameters
    np.testing.assert_allclose(facts.reduced_cell, expected, rtol=1e-4)


def test_atoms_in_one_place_have_no_symmetry_that_is_found():
    twice = Structure(Lattice.cubic(3), ["Fe", "Fe"], [[0, 0, 0], [0, 0, 0]])
    facts = facts_of(twice)
    assert facts[:3] == ("A", 2, 1)
    np.testing.assert_allclose(facts.reduced_cell, [3, 3, 3, 90, 90, 90])
