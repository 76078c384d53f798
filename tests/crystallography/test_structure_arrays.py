"""A structure from three arrays."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch.crystallography import structure_from_arrays


@pytest.fixture
def triclinic():
    """Four atoms of three elements in a general cell, none at a special place."""
    lattice = Lattice.from_parameters(4.1, 5.3, 6.7, 81, 97, 104)
    coords = [[0.013, 0.027, 0.041], [0.51, 0.26, 0.33], [0.23, 0.61, 0.79], [0.87, 0.44, 0.15]]
    return Structure(lattice, ["Mo", "S", "S", "O"], coords)


def test_flat_and_shaped_arrays_say_the_same(triclinic):
    lattice, coords = triclinic.lattice.matrix, triclinic.frac_coords
    numbers = np.array(triclinic.atomic_numbers, dtype=np.uint8)
    shaped = structure_from_arrays(lattice, numbers, coords)
    flat = structure_from_arrays(lattice.ravel(), numbers, coords.ravel(), {"name": "x"})
    assert shaped == triclinic
    assert flat.properties == {"name": "x"}
    np.testing.assert_array_equal(flat.frac_coords, shaped.frac_coords)


def test_cartesian_coordinates(triclinic):
    arrays = triclinic.lattice.matrix, triclinic.atomic_numbers, triclinic.cart_coords
    built = structure_from_arrays(*arrays, cartesian=True)
    np.testing.assert_allclose(built.frac_coords, triclinic.frac_coords, atol=1e-12)
    with pytest.raises(ValueError, match="a crystal needs a cell of three vectors"):
        structure_from_arrays(np.zeros((3, 3)), [6], [0, 0, 0], cartesian=True)


@pytest.mark.parametrize("number", [0, 119, 6.5, -1])
def test_what_is_no_element_is_refused(number):
    with pytest.raises(ValueError, match="atomic numbers are whole and run from 1 to 118"):
        structure_from_arrays(np.eye(3), [number], [0, 0, 0])
