"""JSON as pymatgen and monty write it."""

import json

import pytest
from monty.serialization import dumpfn
from pymatgen.core import Molecule
from pymatgen.entries.computed_entries import ComputedStructureEntry

from xrdmatch.io import SkippedStructureWarning, read_structures


def test_round_trip(tmp_path, triclinic, assert_same):
    triclinic.to(filename=str(tmp_path / "one.json"))
    (read,) = read_structures(tmp_path / "one.json")
    assert_same(read, triclinic)
    assert read.properties["name"] == "one"


def test_list_of_structures_and_entries(tmp_path, triclinic, disordered, assert_same):
    entry = ComputedStructureEntry(disordered, energy=-1.0)
    dumpfn([triclinic, disordered, entry], tmp_path / "many.json")
    structures = read_structures(tmp_path / "many.json")
    for read, written in zip(structures, [triclinic, disordered, disordered], strict=True):
        assert_same(read, written)
    assert [s.properties["name"] for s in structures] == ["many-0", "many-1", "many-2"]


def test_what_a_structure_says_of_itself_is_kept(tmp_path, triclinic):
    triclinic.properties = {"name": "mine", "doi": "10.1000/1", "source": "a paper"}
    triclinic.to(filename=str(tmp_path / "one.json"))
    (read,) = read_structures(tmp_path / "one.json")
    assert read.properties == {
        "name": "mine",
        "doi": "10.1000/1",
        "source": str(tmp_path / "one.json"),
        "original_source": "a paper",
    }


def test_no_class_of_the_files_choosing_is_made(tmp_path, triclinic):
    entry = triclinic.as_dict() | {"@module": "subprocess", "@class": "Popen", "args": ["false"]}
    (tmp_path / "odd.json").write_text(json.dumps(entry))
    assert len(read_structures(tmp_path / "odd.json")[0]) == len(triclinic)


def test_bad_entries_are_named(tmp_path, triclinic):
    molecule = Molecule(["H", "H"], [[0, 0, 0], [0, 0, 0.7]]).as_dict()
    (tmp_path / "mixed.json").write_text(json.dumps([7, molecule, triclinic.as_dict()]))
    with pytest.warns(SkippedStructureWarning) as caught:
        assert len(read_structures(tmp_path / "mixed.json")) == 1
    (text,) = (str(warning.message) for warning in caught)
    assert "entry mixed-0 (a structure is a JSON object; got int)" in text
    assert "entry mixed-1 (a structure has a lattice and sites; this entry lacks lattice)" in text


def test_a_file_of_something_else_is_named_once(tmp_path, triclinic):
    (tmp_path / "results.json").write_text(json.dumps([{"energy": i} for i in range(40)]))
    with pytest.warns(SkippedStructureWarning) as caught:
        read_structures([tmp_path / "results.json", triclinic])
    assert "1 of 2 structures" in str(caught[0].message)
    assert "none of its 40 entries is a structure" in str(caught[0].message)


@pytest.mark.parametrize(
    ("text", "reason"), [("{", "Expecting property name"), ("[]", "the file holds no structure")]
)
def test_broken_files_say_why(tmp_path, text, reason):
    (tmp_path / "x.json").write_text(text)
    with pytest.raises(ValueError, match=rf"x\.json \({reason}"):
        read_structures(tmp_path / "x.json")


@pytest.mark.parametrize("charge", ["2+", [0]])
def test_a_charge_that_is_no_number_is_named(tmp_path, triclinic, charge):
    odd = triclinic.as_dict() | {"charge": charge}
    (tmp_path / "two.json").write_text(json.dumps([odd, triclinic.as_dict()]))
    with pytest.warns(SkippedStructureWarning, match=r"two-0 \(a charge is a number; this entry's"):
        assert len(read_structures(tmp_path / "two.json")) == 1


def test_a_name_that_is_no_text_is_named(tmp_path, triclinic):
    odd = triclinic.as_dict() | {"properties": {"name": "\ud800"}}
    (tmp_path / "two.json").write_text(json.dumps([odd, triclinic.as_dict()]))
    with pytest.warns(SkippedStructureWarning, match=r"its name '.+ud800' is no valid text"):
        assert len(read_structures(tmp_path / "two.json")) == 1
