"""Which files are looked for, and in what order."""

from pathlib import Path

import pytest

from xrdmatch.io._files import find_reader, structure_files


@pytest.mark.parametrize(
    "name",
    ["a.cif", "A.CIF", "a.b.json", "POSCAR", "poscar", "CONTCAR.relaxed", "POSCAR-1", "a.parquet"],
)
def test_structure_files_have_a_reader(name):
    assert find_reader(Path(name)) is not None


@pytest.mark.parametrize("name", ["a.txt", "cif", "POTCAR", "MYPOSCAR", "POSCARS", "a.cif.bak"])
def test_other_files_have_none(name):
    assert find_reader(Path(name)) is None


def test_folders_are_searched_in_sorted_order(tmp_path):
    names = ["b.cif", "a/z.cif", "a/POSCAR", "c/d/e.json", "README.md", ".hidden.cif", ".h/x.cif"]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    (tmp_path / "folder.cif").mkdir()
    found = [path.relative_to(tmp_path).as_posix() for path in structure_files(tmp_path)]
    assert found == ["a/POSCAR", "a/z.cif", "b.cif", "c/d/e.json"]
