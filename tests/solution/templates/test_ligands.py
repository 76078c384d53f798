"""Templates with ligands before those without."""

import numpy as np
import pytest
from pymatgen.core import Molecule

from xrdmatch.solution._templates.ligands import ligand_list, with_ligands_first

OXIDE = Molecule(["O"], [[0, 0, 0]])


def test_lists():
    assert ligand_list(None) == []
    assert ligand_list(OXIDE) == [OXIDE]
    assert ligand_list([OXIDE]) == [OXIDE]
    with pytest.raises(TypeError, match="got int"):
        ligand_list([3])


def test_both_groups_keep_their_order(crystals):
    """Of these only magnesia and strontium titanate have single oxygen atoms."""
    indices, distances = np.array([0, 2, 4, 6, -1]), np.array([0.1, 0.2, 0.3, 0.4, np.inf])
    found = with_ligands_first(distances, indices, crystals, [OXIDE], 4)
    np.testing.assert_array_equal(found, [[0.2, 0.4, 0.1, 0.3], [2, 6, 0, 4]])
