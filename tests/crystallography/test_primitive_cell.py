"""The primitive cell: a basis of all translations, in the axes of the cell as given."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch.crystallography._primitive_cell import primitive_cell

SALT = Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0] * 3, [0.5] * 3])


def test_translations_of_a_face_centred_cell():
    basis, sites = primitive_cell(SALT)
    assert abs(np.linalg.det(basis)) == pytest.approx(1 / 4)
    centred = np.array([[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0], [1, 0, 0]])
    whole = centred @ np.linalg.inv(basis)
    np.testing.assert_allclose(whole, np.round(whole), atol=1e-12)
    assert sorted(SALT[i].specie.symbol for i in sites) == ["Cl", "Na"]


@pytest.mark.parametrize("times", [(2, 1, 1), (1, 2, 3)])
def test_supercells_have_the_cell_that_they_are_made_of(times):
    basis, sites = primitive_cell(SALT * times)
    assert abs(np.linalg.det(basis)) == pytest.approx(1 / 4 / np.prod(times))
    assert len(sites) == 2


def test_left_handed_axes_stay_where_they_are():
    cell = Lattice(SALT.lattice.matrix[[1, 0, 2]])
    left = Structure(cell, SALT.species, SALT.frac_coords[:, [1, 0, 2]])
    basis, _ = primitive_cell(left)
    whole = np.array([[0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0]]) @ np.linalg.inv(basis)
    np.testing.assert_allclose(whole, np.round(whole), atol=1e-12)


def test_atoms_that_coincide_leave_the_cell_as_it_is():
    double = Structure(Lattice.cubic(3), ["C", "C"], [[0, 0, 0], [0, 0, 0]])
    basis, sites = primitive_cell(double)
    np.testing.assert_array_equal(basis, np.eye(3))
    assert sites.tolist() == [0, 1]


def test_what_is_no_crystal():
    flat = Structure(Lattice([[3, 0, 0], [0, 3, 0], [3, 3, 0]]), ["C"], [[0, 0, 0]])
    with pytest.raises(ValueError, match="A cell must have a volume, got three vectors in one pl"):
        primitive_cell(flat)
    with pytest.raises(TypeError, match="must be pymatgen Structures, got str"):
        primitive_cell("MoO3.cif")
