"""Atoms, copies and bonds, counted by hand."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch.datasets import load_monolayers
from xrdmatch.inspection._plot.atoms import atoms_of, bonds_between, covalent_radii, element_colour


@pytest.fixture(scope="module")
def by_name():
    return {layer.properties["name"]: layer for layer in load_monolayers()}


def bonds_of_each(atoms):
    return np.bincount(atoms.bonds.ravel(), minlength=len(atoms.numbers))


def test_inner_atoms_of_graphene_have_three_bonds_of_one_length(by_name):
    atoms = atoms_of(by_name["graphene"], (4, 4))
    counts = bonds_of_each(atoms)
    assert counts.max() == 3
    first, second = atoms.positions[atoms.bonds].swapaxes(0, 1)
    lengths = np.linalg.norm(first - second, axis=1)
    np.testing.assert_allclose(lengths, by_name["graphene"].lattice.a / np.sqrt(3), rtol=1e-6)


def test_molybdenum_has_six_sulfur_neighbours_and_no_metal(by_name):
    atoms = atoms_of(by_name["MoS2-2H"], (4, 4))
    assert bonds_of_each(atoms)[atoms.numbers == 42].max() == 6
    assert {tuple(sorted(pair)) for pair in atoms.numbers[atoms.bonds]} == {(16, 42)}


def test_atoms_on_faces_are_on_both():
    square = Structure(Lattice.tetragonal(3, 20), ["Fe"], [[0, 0, 0.5]])
    atoms = atoms_of(square, (2, 3))
    expected = {(3 * i, 3 * j) for i in range(3) for j in range(4)}
    assert {tuple(xy) for xy in atoms.positions[:, :2].round(6).tolist()} == expected
    assert atoms.is_first.sum() == 4
    inside = Structure(Lattice.tetragonal(3, 20), ["Fe"], [[0.5, 0.5, 0.5]])
    assert len(atoms_of(inside, (2, 3)).numbers) == 6


@pytest.mark.parametrize("hair", [1e-9, -1e-9])
def test_a_hair_does_not_move_atoms_from_one_face_to_the_other(hair):
    square = Structure(Lattice.tetragonal(3, 20), ["Fe"], [[hair, -hair, 0.5]])
    assert len(atoms_of(square, (1, 1)).numbers) == 4


def test_layers_that_the_boundary_cuts_are_whole(by_name):
    layer = by_name["MoS2-2H"]
    cut = layer.copy().translate_sites(range(len(layer)), [0, 0, 0.48], to_unit_cell=True)
    assert np.ptp(cut.cart_coords[:, 2]) > 10  # it is cut indeed
    whole, mended = atoms_of(layer, (2, 2)), atoms_of(cut, (2, 2))
    for atoms in (whole, mended):
        assert atoms.is_layer
        z = atoms.positions[:, 2]
        np.testing.assert_allclose([z.min(), z.max()], [-1.565, 1.565], atol=0.05)
        assert z.min() == pytest.approx(-z.max())
    assert len(whole.bonds) == len(mended.bonds)


def test_a_crystal_is_no_layer_and_has_both_ends_of_c():
    salt = Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    )
    atoms = atoms_of(salt, (1, 1))
    assert not atoms.is_layer
    assert (atoms.numbers == 11).sum() == 14  # corners and faces
    assert (atoms.numbers == 17).sum() == 13  # edges and the middle
    assert bonds_of_each(atoms).max() == 6


def test_cells_cover_nine_angstrom_but_are_no_more_than_four():
    small = Structure(Lattice.orthorhombic(2.0, 5.0, 20), ["Fe"], [[0.5, 0.5, 0.5]])
    assert len(atoms_of(small).numbers) == 4 * 2


def test_colours_and_radii_are_those_of_the_tables():
    assert element_colour(6) == pytest.approx((144 / 255,) * 3)
    assert element_colour(8) == pytest.approx((1, 13 / 255, 13 / 255))
    assert len(element_colour(118)) == 3  # not in the table
    np.testing.assert_allclose(covalent_radii([1, 6, 42]), [0.31, 0.76, 1.54], atol=0.03)


def test_species_of_one_site_have_no_bond():
    positions = np.array([[0.0, 0, 0], [0, 0, 0], [0, 0, 2.0]])
    bonds = bonds_between(positions, np.array([26, 27, 8]))
    assert {tuple(sorted(pair)) for pair in bonds.tolist()} == {(0, 2), (1, 2)}


@pytest.mark.parametrize("n_cells", [3, (2, 0), (1.5, 2), (1, 2, 3)])
def test_cells_are_two_whole_numbers(n_cells, by_name):
    with pytest.raises(ValueError, match=r"two whole numbers of at least 1, got .* write"):
        atoms_of(by_name["graphene"], n_cells)
