"""Bonds by covalent radii."""

import numpy as np
from pymatgen.core import Lattice, Molecule, Structure

from xrdmatch.solution._templates.bond_graph import bond_graph, molecule_graph, neighbours


def test_diamond_has_four_bonds_an_atom():
    diamond = Structure.from_prototype("diamond", ["C"], a=3.567)
    i, j, images = neighbours(diamond)
    assert np.bincount(i).tolist() == [4] * 8
    points = diamond.lattice.get_cartesian_coords(diamond.frac_coords[j] + images)
    lengths = np.linalg.norm(points - diamond.cart_coords[i], axis=1)
    np.testing.assert_allclose(lengths, 3.567 * np.sqrt(3) / 4)


def test_metals_are_no_nodes(salt):
    graph = bond_graph(salt(4.21, "Mg", "O"))
    assert (len(graph), graph.number_of_edges()) == (4, 0)


def test_an_atom_may_be_bonded_to_its_own_image():
    chain = Structure(Lattice.orthorhombic(1.5, 8, 8), ["C"], [[0, 0, 0]])
    assert bond_graph(chain).number_of_edges() == 2


def test_hydrogen_is_left_out_of_molecules():
    methanol = Molecule(["C", "O", "H"], [[0, 0, 0], [1.43, 0, 0], [1.75, 0.9, 0]])
    graph = molecule_graph(methanol)
    assert dict(graph.nodes(data="number")) == {0: 6, 1: 8}
    assert list(graph.edges) == [(0, 1)]
    assert len(molecule_graph(Molecule(["H", "H"], [[0, 0, 0], [0, 0, 0.74]]))) == 2
