"""Labels of files that share their names."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from xrdmatch._commands.index_labels import ENDINGS, WRAPPERS, distinct_names, label_of
from xrdmatch.io._decoding import _WRAPPERS
from xrdmatch.io._files import READERS


def labels(*paths, entry=""):
    """Labels of one structure of each file, as the readers name them."""
    names = distinct_names([Path(path) for path in paths])
    bare = [Path(p.removesuffix(".gz")) for p in paths]
    own = [path.stem if path.suffix in ENDINGS else path.name for path in bare]
    return [
        label_of(SimpleNamespace(properties={"name": name + entry, "source": path}), names)
        for name, path in zip(own, paths, strict=True)
    ]


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        (["/db/a/SiO2.cif", "/db/b/ZnO.cif"], ["SiO2", "ZnO"]),
        (["/db/a/SiO2.cif", "/db/b/SiO2.cif", "/db/ZnO.cif"], ["a/SiO2", "b/SiO2", "ZnO"]),
        # as many folders as are needed, file by file
        (["/1/a/q.cif", "/2/a/q.cif", "/2/b/q.cif"], ["1/a/q", "2/a/q", "b/q"]),
        (["/db/q.cif", "/db/a/q.cif"], ["db/q", "a/q"]),
        (["/q.cif", "/a/q.cif"], ["/q", "a/q"]),
        # only the ending differs
        (["/db/q.cif", "/db/q.vasp"], ["q.cif", "q.vasp"]),
        (["/a/q.cif", "/a/q.vasp", "/b/q.cif"], ["a/q.cif", "q.vasp", "b/q.cif"]),
        (["/db/q.cif.gz", "/db/q.cif"], ["q.cif.gz", "q.cif"]),
        (["/a/q.cif.gz", "/b/q.mcif"], ["a/q", "b/q"]),
        # of VASP's files the folder says what they are
        (["/runs/Si/POSCAR", "/runs/Ge/POSCAR"], ["Si/POSCAR", "Ge/POSCAR"]),
        (["/runs/a/POSCAR.Si", "/runs/b/POSCAR.Ge"], ["POSCAR.Si", "POSCAR.Ge"]),
        (["/runs/a/POSCAR.Si", "/runs/b/POSCAR.Si"], ["a/POSCAR.Si", "b/POSCAR.Si"]),
    ],
)
def test_names_are_told_apart_by_what_is_needed(paths, expected):
    assert labels(*paths) == expected
    assert labels(*reversed(paths)) == expected[::-1]
    assert len(set(expected)) == len(paths)


def test_entries_keep_their_numbers():
    assert labels("/a/films.cif", "/b/films.cif", entry="-2") == ["a/films-2", "b/films-2"]


def test_identifiers_of_databases_stay():
    names = distinct_names([Path("/a/table.parquet"), Path("/b/table.parquet")])
    row = SimpleNamespace(properties={"name": "mp-149", "source": "/a/table.parquet"})
    assert label_of(row, names) == "mp-149"


def test_a_file_that_is_given_twice_is_one_file():
    assert labels("/a/q.cif", "/a/q.cif") == ["q", "q"]


def test_all_endings_that_are_read_are_known():
    assert set(READERS) == ENDINGS
    assert set(_WRAPPERS) == WRAPPERS
