"""Which elements are metals, and shares of elements."""

import numpy as np
from pymatgen.core import Element

from xrdmatch.solution._templates.metals import IS_METAL, class_fractions


def test_metals():
    assert IS_METAL[[Element(s).Z for s in ("Na", "Ti", "Al", "Zn", "Pb", "U")]].all()
    assert not IS_METAL[[Element(s).Z for s in ("H", "C", "O", "Si", "As", "I", "Xe")]].any()
    assert not IS_METAL[0]


def test_shares():
    found = class_fractions(np.array([0, 0, 0, 2]), np.array([11, 19, 8, 6]), 3)
    np.testing.assert_allclose(found[0, [0, 8]], [2 / 3, 1 / 3])
    assert found[2, 6] == 1
    assert not found[1].any()
