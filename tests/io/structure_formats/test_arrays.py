"""A structure from three arrays."""

import numpy as np
import pytest

from xrdmatch.io._structure_formats.arrays import structure_from_arrays


def test_flat_and_shaped_arrays_say_the_same(triclinic):
    lattice, coords = triclinic.lattice.matrix, triclinic.frac_coords
    numbers = np.array(triclinic.atomic_numbers, dtype=np.uint8)
    shaped = structure_from_arrays(lattice, numbers, coords)
    flat = structure_from_arrays(lattice.ravel(), numbers, coords.ravel(), {"name": "x"})
    assert shaped == triclinic
    assert flat.properties == {"name": "x"}
    np.testing.assert_array_equal(flat.frac_coords, shaped.frac_coords)


@pytest.mark.parametrize("number", [0, 119, 6.5, -1])
def test_what_is_no_element_is_refused(number):
    with pytest.raises(ValueError, match="atomic numbers are whole and run from 1 to 118"):
        structure_from_arrays(np.eye(3), [number], [0, 0, 0])
