"""The door: what it takes, in which order it answers, and what it says of what it left out."""

import bz2
import gzip
import lzma
import os
import shutil
import warnings

import pytest
from pymatgen.core import IStructure, Lattice, Molecule, Structure

from xrdmatch.io import (
    DoubtfulStructureWarning,
    SkippedStructureWarning,
    doubts_about,
    read_structures,
)


@pytest.fixture
def folder(tmp_path, triclinic, disordered):
    """Three good files and a truncated one between them."""
    (tmp_path / "deep").mkdir()
    triclinic.to(filename=str(tmp_path / "b.cif"))
    triclinic.to(filename=str(tmp_path / "d.json"))
    disordered.to(filename=str(tmp_path / "deep" / "e.cif"))
    text = triclinic.to(fmt="cif")
    (tmp_path / "c.cif").write_text(text[: text.index("_atom_site_fract_x")])
    return tmp_path


def names(structures):
    return [structure.properties["name"] for structure in structures]


def test_one_bad_file_is_named_and_the_good_ones_come_back(folder):
    with pytest.warns(SkippedStructureWarning) as caught:
        structures = read_structures(folder)
    assert names(structures) == ["b", "d", "e"]
    (warning,) = caught
    assert str(warning.message) == (
        f"Skipped 1 of 4 structures: {folder / 'c.cif'} (no data block has atoms with fractional "
        "coordinates)."
    )
    assert warning.filename == __file__


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_raise_stops_at_the_first(folder, n_jobs):
    with pytest.raises(ValueError, match=r"Cannot read .*c\.cif \(no data block has atoms"):
        read_structures(folder, on_error="raise", n_jobs=n_jobs)


def test_processes_change_nothing(folder):
    (folder / "c.cif").unlink()
    alone, together = read_structures(folder), read_structures(folder, n_jobs=2)
    assert alone == together
    assert names(alone) == names(together)


def test_a_mixture_keeps_its_order(folder, triclinic):
    other = Structure(Lattice.cubic(3), ["Po"], [[0, 0, 0]], properties={"name": "polonium"})
    items = [triclinic, str(folder / "d.json"), other, folder / "deep", folder / "b.cif"]
    structures = read_structures(items)
    assert names(structures) == ["structure-0", "d", "polonium", "e", "b"]
    assert structures[2].properties["source"] is None


def test_what_comes_in_is_copied(triclinic):
    triclinic.properties = {"doi": "10.1000/1"}
    (read,) = read_structures([triclinic])
    assert read == Structure.from_sites(
        list(triclinic), properties={"doi": "10.1000/1", "name": "structure-0", "source": None}
    )
    read[0] = "W"
    assert triclinic.properties == {"doi": "10.1000/1"}
    assert triclinic[0].species_string == "Mo"


def test_one_object_need_not_stand_in_a_list(triclinic, assert_same):
    for item in (triclinic, IStructure.from_sites(list(triclinic)), iter([triclinic])):
        (read,) = read_structures(item)
        assert_same(read, triclinic)


def test_nothing_of_the_parsers_leaks(folder):
    (folder / "c.cif").unlink()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(read_structures(folder)) == 3


def test_ten_are_named_and_the_rest_counted(tmp_path, triclinic):
    for i in range(13):
        (tmp_path / f"bad{i:02d}.cif").touch()
    with pytest.warns(SkippedStructureWarning) as caught:
        read_structures([tmp_path, triclinic])
    text = str(caught[0].message)
    assert text.startswith("Skipped 13 of 14 structures: ")
    assert text.endswith("; and 3 more.")
    assert "bad09.cif" in text
    assert "bad10.cif" not in text


def test_bad_items_of_a_list_are_named(tmp_path, triclinic):
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").touch()
    molecule = Molecule(["H"], [[0, 0, 0]])
    items = [7, molecule, tmp_path / "gone.cif", tmp_path / "empty", tmp_path / "notes.txt"]
    with pytest.warns(SkippedStructureWarning) as caught:
        assert names(read_structures([*items, triclinic])) == ["structure-5"]
    for part in (
        "structure-0 (neither a path nor a structure nor Atoms but int)",
        "structure-1 (neither a path nor a structure nor Atoms but Molecule)",
        "gone.cif (there is no such file)",
        "empty (the folder has none of the files that are read: .cif, ",
        "notes.txt (files called *.txt have no reader, only these have: .cif, ",
    ):
        assert part in str(caught[0].message)


def test_a_missing_path_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"There is no file or folder '.*gone\.cif'"):
        read_structures(tmp_path / "gone.cif")
    with pytest.raises(FileNotFoundError, match=r"Cannot read .*gone\.cif \(there is no such file"):
        read_structures([tmp_path / "gone.cif"], on_error="raise")


def test_an_empty_folder_is_an_error(tmp_path):
    with pytest.raises(ValueError, match="the folder has none of the files that are read"):
        read_structures(tmp_path)


def test_an_empty_list_is_an_error():
    with pytest.raises(ValueError, match="There is nothing to read"):
        read_structures([])


def test_a_folder_without_a_readable_file_is_an_error(tmp_path):
    (tmp_path / "a.cif").touch()
    (tmp_path / "b.vasp").touch()
    with pytest.raises(ValueError, match=r"No structure could be read: .*a\.cif.*b\.vasp \(Empty"):
        read_structures(tmp_path)


def test_no_processes_at_all_is_an_error(folder):
    with pytest.raises(ValueError, match="n_jobs == 0"):
        read_structures(folder, n_jobs=0)


def test_an_unknown_option_is_an_error(triclinic):
    with pytest.raises(ValueError, match=r"on_error must be one of .*; got 'ignore'"):
        read_structures([triclinic], on_error="ignore")


@pytest.mark.parametrize("path", [7, None])
def test_an_unknown_type_is_an_error(path):
    with pytest.raises(TypeError, match=f"path must be a path, a structure or .*; got {path}"):
        read_structures(path)


def test_compressed_files_and_other_encodings_are_the_same(tmp_path, triclinic, assert_same):
    cif, poscar = triclinic.to(fmt="cif"), triclinic.to(fmt="poscar")
    (tmp_path / "a.cif.gz").write_bytes(gzip.compress(cif.encode()))
    (tmp_path / "b.cif").write_bytes(cif.encode("utf-16"))
    (tmp_path / "c.json.xz").write_bytes(lzma.compress(triclinic.to_json().encode("utf-8-sig")))
    (tmp_path / "POSCAR.bz2").write_bytes(bz2.compress(poscar.encode("utf-16-le")))
    structures = read_structures(tmp_path)
    assert names(structures) == ["POSCAR", "a", "b", "c"]
    for structure in structures:
        assert_same(structure, triclinic)


def test_a_file_whose_name_is_no_text_is_named(tmp_path, triclinic):
    triclinic.to(filename=str(tmp_path / "good.cif"))
    try:
        shutil.copy(tmp_path / "good.cif", os.fsencode(tmp_path / "b") + b"\xff.cif")
    except OSError:
        pytest.skip("this file system has no such names")
    with pytest.warns(SkippedStructureWarning, match="is no valid text; rename it") as caught:
        assert names(read_structures(tmp_path)) == ["good"]
    str(caught[0].message).encode()


def test_doubts_travel_with_the_structure(tmp_path, triclinic):
    text = triclinic.to(fmt="cif").replace("'Mo1 S2 O1'", "'Mo1 S2 O2'")
    (tmp_path / "odd.cif").write_text(text)
    (tmp_path / "two.cif").write_text(text + text.replace("data_", "data_second_"))
    with pytest.warns(DoubtfulStructureWarning, match=r"Read with doubts 3 of 3 .*two-second"):
        structures = read_structures(tmp_path)
    (doubt,) = doubts_about(structures[0])
    assert doubt.item == str(tmp_path / "odd.cif")
    assert doubt.reason == "; ".join(structures[0].properties["doubts"])
    assert doubts_about(read_structures(triclinic)[0]) == []


@pytest.mark.parametrize("n", [3, 2147483648, -1])
def test_an_xyz_file_that_says_more_atoms_than_it_has(tmp_path, n):
    """Nothing is made ready for atoms that are not there."""
    pytest.importorskip("ase")
    cell = 'Lattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3'
    (tmp_path / "a.xyz").write_text(f"{n}\n{cell}\nNa 0 0 0\nCl 2 2 2\n")
    with pytest.raises(ValueError, match=rf"says that there are {n} atoms, and 2 lines follow"):
        read_structures(tmp_path / "a.xyz")
