"""Columns of the periodic table, by hand."""

import numpy as np
import pytest
from pymatgen.core import Composition, Lattice, Structure

from xrdmatch.crystallography import site_table
from xrdmatch.inspection._chemistry import ion_groups

IONS = {
    "PrSe3": ([16], [3]),
    "UCl3": ([17], [3]),
    "BN": ([15], [13]),
    "MoTe2": ([16], [6]),  # molybdenum attracts electrons more strongly than tellurium
    "BiTeI": ([16, 17], [15]),
    "MgO2H2": ([16], [1, 2]),
    "Ti2C": ([14], [4]),
    "C": ([14], []),
    "NeC": ([14], [18]),  # neon has no electronegativity
}


@pytest.mark.parametrize("formula", IONS)
def test_ion_groups(formula):
    elements = list(Composition(formula))
    places = [[i / 10, 0, 0] for i in range(len(elements))]
    anions, cations = ion_groups(site_table([Structure(Lattice.cubic(20), elements, places)]))
    assert (np.flatnonzero(anions[0]).tolist(), np.flatnonzero(cations[0]).tolist()) == IONS[
        formula
    ]
