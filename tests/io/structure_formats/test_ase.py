"""Atoms, extended xyz and databases that ASE wrote."""

import sqlite3
import sys
from contextlib import closing

import numpy as np
import pytest
from pymatgen.io.ase import AseAtomsAdaptor

from xrdmatch.io import read_structures

ase = pytest.importorskip("ase")
ase_db = pytest.importorskip("ase.db")
ase_io = pytest.importorskip("ase.io")


@pytest.fixture
def atoms(triclinic):
    cell = triclinic.lattice.matrix
    numbers = triclinic.atomic_numbers
    return ase.Atoms(numbers=numbers, cell=cell, scaled_positions=triclinic.frac_coords, pbc=True)


def test_atoms(atoms, triclinic, assert_same):
    atoms.info = {"name": "layer", "n": np.int64(3), "table": {"left": "out"}}
    (read,) = read_structures(atoms)
    assert_same(read, triclinic)
    np.testing.assert_allclose(read.lattice.matrix, triclinic.lattice.matrix, atol=1e-12)
    assert read.properties == {"name": "layer", "n": 3, "source": None}


def test_agrees_with_pymatgens_own_adaptor(atoms, assert_same):
    assert_same(read_structures([atoms])[0], AseAtomsAdaptor.get_structure(atoms))


def test_the_cell_decides_not_the_flags(atoms, triclinic, assert_same):
    atoms.pbc = (True, True, False)
    (read,) = read_structures(atoms)
    assert_same(read, triclinic)
    assert read.lattice.pbc == (True, True, True)


def test_occupancies_that_ase_read_are_kept(tmp_path, disordered, assert_same):
    disordered.to(filename=str(tmp_path / "mixed.cif"))
    atoms = ase_io.read(tmp_path / "mixed.cif", fractional_occupancies=True)
    assert_same(read_structures(atoms)[0], disordered)


def test_xyz_round_trip(tmp_path, atoms, triclinic, assert_same):
    ase_io.write(tmp_path / "one.xyz", atoms, format="extxyz")
    ase_io.write(tmp_path / "two.extxyz", [atoms, atoms * (2, 1, 1)], format="extxyz")
    one, *two = read_structures(tmp_path)
    assert_same(one, triclinic)
    assert [len(structure) for structure in two] == [4, 8]
    assert [s.properties["name"] for s in (one, *two)] == ["one", "two-0", "two-1"]


@pytest.mark.parametrize("cell", [None, [[3, 0, 0], [0, 3, 0], [0, 0, 0]]])
def test_atoms_without_a_full_cell_are_refused(tmp_path, cell):
    molecule = ase.Atoms("H2", positions=[[0, 0, 0], [0, 0, 0.7]], cell=cell)
    ase_io.write(tmp_path / "h2.xyz", molecule, format="extxyz")
    for item in (molecule, tmp_path / "h2.xyz"):
        with pytest.raises(ValueError, match="a crystal needs a cell of three vectors"):
            read_structures(item)


@pytest.mark.parametrize(
    ("text", "reason"),
    [("", "the file holds no structure"), ("hello\n", "XYZError: .*Expected xyz header")],
)
def test_broken_xyz_says_why(tmp_path, text, reason):
    (tmp_path / "x.xyz").write_text(text)
    with pytest.raises(ValueError, match=rf"x\.xyz \({reason}"):
        read_structures(tmp_path / "x.xyz")


@pytest.mark.parametrize("suffix", ["db", "json"])
def test_database_round_trip(tmp_path, atoms, triclinic, assert_same, suffix):
    path = tmp_path / f"crystals.{suffix}"
    database = ase_db.connect(path)
    database.write(atoms, spacegroup=1, origin="made here")
    database.write(ase.Atoms("H"))
    database.write(atoms)
    with pytest.warns(UserWarning, match=r"Skipped 1 of 3 .*, entry 2 \(a crystal needs a cell"):
        structures = read_structures(path)
    for read in structures:
        assert_same(read, triclinic)
    assert [read.properties["name"] for read in structures] == ["1", "3"]
    assert structures[0].properties["spacegroup"] == 1
    assert structures[0].properties["origin"] == "made here"


def test_somebody_elses_database_is_left_as_it_was(tmp_path):
    path = tmp_path / "thumbs.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE pictures (id INTEGER)")
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(ValueError, match="the file is not an ASE database"):
        read_structures(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_broken_database_says_so(tmp_path, content):
    path = tmp_path / "x.db"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"x\.db \(the file is not an ASE database\)"):
        read_structures(path)
    assert path.read_bytes() == content


def test_without_ase_the_sentence_says_how_to_install_it(tmp_path, atoms, monkeypatch):
    ase_io.write(tmp_path / "one.xyz", atoms, format="extxyz")
    monkeypatch.setitem(sys.modules, "ase.db", None)
    with pytest.raises(
        ImportError, match=r"needs ase; install it with `pip install xrdmatch\[io\]"
    ):
        read_structures(tmp_path / "one.xyz")
