"""ASE's Atoms and tables of tokens where structures are expected."""

import numpy as np
import pandas as pd
import pytest
from ase import Atoms
from ase.build import bulk
from pymatgen.core import Structure
from pymatgen.io.ase import AseAtomsAdaptor

from xrdmatch.crystallography import as_structures, site_table, structure_from_atoms
from xrdmatch.datasets import load_monolayers

LAYERS = load_monolayers()[:4]
ATOMS = [AseAtomsAdaptor.get_atoms(layer) for layer in LAYERS]


def test_agrees_with_pymatgens_own_adaptor():
    for atoms in (*ATOMS, bulk("NaCl", "rocksalt", a=5.64)):
        assert structure_from_atoms(atoms) == AseAtomsAdaptor.get_structure(atoms)


def test_atoms_become_structures_and_structures_stay():
    mixed = as_structures([ATOMS[0], LAYERS[1]])
    assert isinstance(mixed[0], Structure)
    assert mixed[1] is LAYERS[1]
    assert as_structures(LAYERS) is LAYERS
    assert as_structures(pd.Series(LAYERS, index=list("abcd"))) == LAYERS


def test_a_table_becomes_an_array():
    numbers = np.arange(6.0).reshape(2, 3)
    np.testing.assert_array_equal(as_structures(pd.DataFrame(numbers)), numbers)
    assert as_structures(numbers) is numbers


def test_sites_are_those_of_the_structures():
    of_atoms, of_layers = site_table(ATOMS), site_table(LAYERS)
    np.testing.assert_allclose(of_atoms.lattice, of_layers.lattice)
    np.testing.assert_array_equal(of_atoms.numbers, of_layers.numbers)


def test_molecules_are_refused_with_their_place():
    with pytest.raises(ValueError, match="Atoms at position 1 are no structure: a crystal needs"):
        site_table([ATOMS[0], Atoms("H2", positions=[[0, 0, 0], [0, 0, 0.7]])])


def test_one_crystal_is_no_list():
    with pytest.raises(TypeError, match=r"in a list, got a single .*Atoms; write \[structure\]"):
        site_table(ATOMS[0])
