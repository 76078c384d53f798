"""One at a time: the same as at once, from anywhere on, and what was skipped with its reason."""

import pytest
from pymatgen.core import Structure

from xrdmatch.io import (
    SkippedStructure,
    SkippedStructureWarning,
    find_structure_files,
    read_structures,
    stream_structures,
)


@pytest.fixture
def folder(tmp_path, triclinic, disordered):
    """A good file, a broken one, a table of three, and one that nobody reads."""
    triclinic.to(filename=str(tmp_path / "a.cif"))
    (tmp_path / "b.cif").write_text("data_empty\n")
    entries = [s.to_json() for s in (triclinic, disordered)]
    (tmp_path / "c.json").write_text(f"[{entries[0]}, 7, {entries[1]}]")
    (tmp_path / "notes.txt").write_text("")
    return tmp_path


def told(pairs):
    """Places with what is there: a name, or the reason why nothing is."""
    return [
        (place, found.reason if isinstance(found, SkippedStructure) else found.properties["name"])
        for place, found in pairs
    ]


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_places_names_and_reasons(folder, n_jobs):
    assert told(stream_structures(folder, n_jobs=n_jobs)) == [
        ((0, 0), "a"),
        ((1, 0), "no data block has atoms with fractional coordinates"),
        ((2, 0), "c-0"),
        ((2, 1), "a structure is a JSON object; got int"),
        ((2, 2), "c-2"),
    ]


def test_the_same_as_at_once(folder):
    with pytest.warns(SkippedStructureWarning, match="Skipped 2 of 5"):
        at_once = read_structures(folder)
    streamed = [s for _, s in stream_structures(folder) if isinstance(s, Structure)]
    assert streamed == at_once
    assert [s.properties for s in streamed] == [s.properties for s in at_once]


@pytest.mark.parametrize("n_jobs", [None, 2])
@pytest.mark.parametrize("n_before", range(6))
def test_goes_on_where_it_is_told(folder, n_before, n_jobs):
    whole = told(stream_structures(folder))
    start = whole[n_before][0] if n_before < 5 else (3, 0)
    assert told(stream_structures(folder, start, n_jobs)) == whole[n_before:]


def test_nothing_before_the_start_is_built(folder, monkeypatch):
    built = []
    decode = Structure.from_dict
    monkeypatch.setattr(Structure, "from_dict", lambda d: built.append(1) or decode(d))
    assert len(list(stream_structures(folder, (2, 2)))) == len(built) == 1


def test_objects_are_copied(triclinic):
    ((place, copy),) = stream_structures(triclinic)
    assert place == (0, 0)
    assert copy.sites == triclinic.sites
    assert copy is not triclinic


def test_files_found(folder):
    assert [file.name for file in find_structure_files(folder)] == ["a.cif", "b.cif", "c.json"]


def test_nothing_there_is_an_error(tmp_path):
    with pytest.raises(FileNotFoundError, match="There is no file or folder"):
        next(stream_structures(tmp_path / "none"))
    with pytest.raises(FileNotFoundError, match="There is no file or folder"):
        find_structure_files(tmp_path / "none")
