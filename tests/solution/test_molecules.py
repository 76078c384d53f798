"""Molecules, ligands and rings of crystals whose bonds are known."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Molecule, Structure

from xrdmatch.solution import benzene_rings, contains_ligand, molecules_in

BOX = Lattice.orthorhombic(9.0, 10.0, 11.0)
ANGLES = np.radians(60 * np.arange(6))
RING = np.column_stack([np.cos(ANGLES), np.sin(ANGLES), 0 * ANGLES])
WATER = Molecule(["O", "H", "H"], [[0, 0, 0], [0.76, 0.59, 0], [-0.76, 0.59, 0]])
BENZENE = Molecule(["C"] * 6 + ["H"] * 6, np.vstack([1.39 * RING, 2.48 * RING]))
HEXANE_RING = Molecule(["C"] * 6, 1.5 * RING + [[0, 0, 0.25 * (-1) ** k] for k in range(6)])


def crystal_of(molecule, at=(0.0, 0.0, 0.0), lattice=BOX, turn=None):
    points = molecule.cart_coords if turn is None else molecule.cart_coords @ turn
    points = points + lattice.get_cartesian_coords(at)
    return Structure(lattice, molecule.species, points, coords_are_cartesian=True)


@pytest.fixture
def turn():
    return np.linalg.qr(np.random.default_rng(0).normal(size=(3, 3)))[0]


@pytest.mark.parametrize("at", [(0, 0, 0), (0.5, 0.5, 0.5), (0.99, 0.01, 0.5)])
@pytest.mark.parametrize("molecule", [WATER, BENZENE])
def test_a_molecule_is_found_wherever_the_cell_cuts_it(molecule, at, turn):
    crystal = crystal_of(molecule, at, turn=turn)
    crystal.translate_sites(range(len(crystal)), [0, 0, 0], to_unit_cell=True)
    (found,) = molecules_in(crystal)
    np.testing.assert_allclose(
        np.sort(found.distance_matrix.ravel()), np.sort(molecule.distance_matrix.ravel()), atol=1e-6
    )
    assert contains_ligand(crystal, molecule)


def test_an_oxide_has_single_atoms_and_quartz_none():
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    magnesia = Structure.from_spacegroup("Fm-3m", Lattice.cubic(4.21), ["Mg", "O"], sites)
    assert [m.formula for m in molecules_in(magnesia)] == ["O1"] * 4
    diamond = Structure.from_prototype("diamond", ["C"], a=3.567)
    assert molecules_in(diamond) == []


def test_a_supercell_has_as_many_molecules_as_cells():
    crystal = crystal_of(WATER) * (2, 1, 3)
    assert [m.composition.reduced_formula for m in molecules_in(crystal)] == ["H2O"] * 6


def test_bonds_count_not_hydrogen_nor_elements_alone():
    crystal = crystal_of(BENZENE)
    assert contains_ligand(crystal, Molecule(["C"] * 6, 1.39 * RING))
    chain = Molecule(["C"] * 6, [[1.4 * k, 0, 0] for k in range(6)])
    pyridine = Molecule(["N"] + ["C"] * 5, 1.39 * RING)
    assert not contains_ligand(crystal, chain)
    assert not contains_ligand(crystal, pyridine)
    assert not contains_ligand(crystal, WATER)
    hydrogen = Molecule(["H", "H"], [[0, 0, 0], [0, 0, 0.74]])
    assert not contains_ligand(crystal, hydrogen)
    assert contains_ligand(crystal_of(hydrogen), hydrogen)


def test_metals_belong_to_no_molecule():
    crystal = crystal_of(BENZENE)
    crystal.append("Zn", [0.2, 0.2, 0.0])
    assert [m.formula for m in molecules_in(crystal)] == ["H6 C6"]


@pytest.mark.parametrize("at", [(0, 0, 0), (0.25, 0.5, 0.75)])
def test_a_ring_has_its_centre_where_it_is(at, turn):
    np.testing.assert_allclose(benzene_rings(crystal_of(BENZENE, at, turn=turn)), [at], atol=1e-3)


def test_rings_of_naphthalene():
    shift = np.array([1.39 * np.sqrt(3), 0, 0])
    ring = RING[:, [1, 0, 2]] * 1.39
    points = np.unique(np.round(np.vstack([ring, ring + shift]), 3), axis=0)
    crystal = crystal_of(Molecule(["C"] * len(points), points))
    assert (len(points), len(benzene_rings(crystal))) == (10, 2)


def test_what_is_no_benzene_ring():
    assert benzene_rings(crystal_of(HEXANE_RING)).shape == (0, 3)
    boron = Molecule(["B", "N"] * 3, 1.44 * RING)
    assert benzene_rings(crystal_of(boron)).shape == (0, 3)


def test_a_ligand_is_a_molecule():
    with pytest.raises(TypeError, match="A ligand is given as a pymatgen Molecule, got str"):
        contains_ligand(crystal_of(WATER), "H2O")
