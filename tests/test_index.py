"""The command `index`: what is read, what is skipped, and going on where it was stopped."""

import json
import os
import sys

import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch._cli import main
from xrdmatch._commands import index_portions, index_report, index_task
from xrdmatch.retrieval import library_remarks, load_library

METALS = {"Cr": 2.885, "Fe": 2.866, "Mo": 3.147, "V": 3.024, "W": 3.165}


@pytest.fixture
def folder(tmp_path):
    """Five metals, a broken file between them, and one whose cell is too small for any peak."""
    folder = tmp_path / "cifs"
    folder.mkdir()
    for element, a in METALS.items():
        Structure.from_prototype("bcc", [element], a=a).to(filename=str(folder / f"{element}.cif"))
    (folder / "Nb.cif").write_text("data_Nb\n_cell_length_a 3.3\n")
    Structure(Lattice.cubic(0.5), ["H"], [[0, 0, 0]]).to(filename=str(folder / "H.cif"))
    return folder


@pytest.fixture
def index(folder, tmp_path, capsys):
    """Function of further arguments: what the command says."""

    def run(*arguments, code=0):
        assert main(["index", str(folder), "-o", str(tmp_path / "library"), *arguments]) == code
        return capsys.readouterr()

    return run


def test_what_can_be_read_is_in_it(index, tmp_path):
    said = index("--quiet")
    library = load_library(tmp_path / "library")
    assert library.classes_.tolist() == sorted(METALS)
    assert [s.reduced_formula for s in library.gallery_] == sorted(METALS)
    assert "5 structures in the library" in said.out
    assert said.err == ""


def test_files_of_the_same_name_have_labels_of_their_own(index, tmp_path, folder):
    for name, element in (("low", "Cr"), ("high", "W")):
        (folder / name).mkdir()
        (folder / f"{element}.cif").rename(folder / name / "metal.cif")
    index("--quiet")
    library = load_library(tmp_path / "library")
    found = dict(zip(library.classes_, (s.reduced_formula for s in library.gallery_), strict=True))
    assert found == {"high/metal": "W", "low/metal": "Cr", "Fe": "Fe", "Mo": "Mo", "V": "V"}


def test_what_was_skipped_is_said_and_kept(index, tmp_path, folder):
    said = index("--quiet").out
    skipped = library_remarks(tmp_path / "library")["skipped"]
    assert [item for item, _ in skipped] == [
        str(folder / "Nb.cif"), f"{folder / 'H.cif'}, entry H",
    ]  # fmt: skip
    assert skipped[0][1] == "no data block has atoms with fractional coordinates"
    assert "no reflection within q_max" in skipped[1][1]
    assert "2 skipped:" in said
    for item, reason in skipped:
        assert f"  {item}: {reason}" in said


def test_long_lists_of_skipped_files_are_cut_short(index, tmp_path, folder, monkeypatch):
    monkeypatch.setattr(index_report, "N_NAMED", 1)
    said = index("--quiet").out
    assert f"and 1 more, all of `xrdmatch index --skipped {tmp_path / 'library'}`" in said
    assert "H.cif" not in said


def test_progress(index):
    said = index().err
    assert "5 structures" in said
    assert "file 7 of 7" in said


@pytest.mark.parametrize("n_jobs", ["1", "2"])
@pytest.mark.parametrize("part", [1, 2, 5])
def test_parts_make_no_difference(index, tmp_path, monkeypatch, part, n_jobs):
    monkeypatch.setattr(index_portions, "PART", part)
    index("--quiet", "--n-jobs", n_jobs)
    library = load_library(tmp_path / "library")
    assert library.classes_.tolist() == sorted(METALS)
    assert len(library_remarks(tmp_path / "library")["skipped"]) == 2
    assert {file.name for file in tmp_path.iterdir()} == {"cifs", "library"}


@pytest.mark.parametrize("n_done", [0, 1, 2])
def test_an_interrupted_build_goes_on(index, tmp_path, monkeypatch, n_done):
    monkeypatch.setattr(index_portions, "PART", 2)
    save, saved = index_task.save_library, []

    def interrupted(retriever, folder):
        if len(saved) == n_done:
            raise KeyboardInterrupt
        saved.append(folder)
        save(retriever, folder)

    monkeypatch.setattr(index_task, "save_library", interrupted)
    said = index("--quiet", code=130)
    assert "run the same command again" in said.err
    read = []
    decode = Structure.from_str
    monkeypatch.setattr(Structure, "from_str", lambda *a, **k: read.append(1) or decode(*a, **k))
    monkeypatch.setattr(
        index_task, "save_library", lambda *args: saved.append(args[1]) or save(*args)
    )
    said = index("--quiet").out
    assert ("Going on behind" in said) == (n_done > 0)
    assert len(saved) == len(set(saved))  # none was done twice
    library = load_library(tmp_path / "library")
    assert library.classes_.tolist() == sorted(METALS)
    assert len(library_remarks(tmp_path / "library")["skipped"]) == 2


def test_a_complete_library_is_left_alone(index, tmp_path):
    index("--quiet")
    before = (tmp_path / "library" / "library.json").stat().st_mtime_ns
    assert "nothing to do" in index("--quiet").out
    assert (tmp_path / "library" / "library.json").stat().st_mtime_ns == before


def mistake(capsys, *arguments):
    """The sentence that a mistake ends in."""
    with pytest.raises(SystemExit) as stop:
        main(["index", *map(str, arguments)])
    said = capsys.readouterr()
    assert stop.value.code == 2
    assert said.err.count("\n") == 1
    return said.err


def test_a_library_of_other_files_is_not_replaced(index, folder, tmp_path, capsys):
    index("--quiet")
    (folder / "Nb.cif").unlink()
    said = mistake(capsys, folder, "-o", tmp_path / "library", "--quiet")
    assert "There is a library at" in said
    assert "remove it, name another folder, or let it grow with --add-to" in said
    assert load_library(tmp_path / "library").classes_.tolist() == sorted(METALS)


def test_unfinished_work_on_other_files_is_not_mixed_in(folder, tmp_path, capsys):
    parts = tmp_path / "library" / ".unfinished"
    parts.mkdir(parents=True)
    (parts / "origin.txt").write_text("others")
    said = mistake(capsys, folder, "-o", tmp_path / "library", "--quiet")
    assert "Unfinished work in" in said
    assert "remove that folder to begin anew" in said


def test_nothing_that_can_be_taken(folder, tmp_path, capsys):
    said = mistake(
        capsys, folder / "Nb.cif", folder / "H.cif", "-o", tmp_path / "library", "--quiet"
    )
    assert "No structure could be taken into the library, " in said
    assert "Nb.cif: no data block has atoms" in said
    assert not list(tmp_path.glob("library*"))


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["no/such", "-o", "x"], "There is no file or folder 'no/such'"),
        (["."], "one of the arguments -o/--output --add-to --remove-from --verify --skipped is"),
        ([".", "-o", "x", "--n-jobs", "0"], "--n-jobs: must be a whole number from 1 on, or -1"),
        ([".", "-o", "/dev/null/x"], "-o/--output: this goes into a folder that can be made"),
    ],
)
def test_mistakes_end_in_one_sentence(arguments, sentence, capsys):
    assert sentence in mistake(capsys, *arguments)


def test_a_folder_with_something_else_is_left_alone(folder, tmp_path, capsys):
    other = tmp_path / "thesis"
    other.mkdir()
    (other / "chapter.txt").write_text("all of it")
    assert "a folder of its own" in mistake(capsys, folder, "-o", other)
    assert [file.name for file in other.iterdir()] == ["chapter.txt"]


def test_without_pyarrow_tables_are_skipped_with_the_way_out(folder, monkeypatch, index):
    (folder / "table.parquet").write_bytes(b"")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    assert "pip install xrdmatch[io]" in index("--quiet").out


def test_the_card_is_json(index, tmp_path):
    index("--quiet")
    card = json.loads((tmp_path / "library" / "library.json").read_text(encoding="utf-8"))
    assert card["n_structures"] == 5
    assert card["about"]["files"] == 7


def test_what_is_doubtful_is_said_and_kept(index, tmp_path, folder):
    text = (folder / "Fe.cif").read_text()
    (folder / "Fe.cif").write_text(text.replace("   Fe2\n", "   Fe3\n"))
    said = index("--quiet").out
    ((item, reason),) = library_remarks(tmp_path / "library")["doubtful"]
    assert item == str(folder / "Fe.cif")
    assert reason == "the cell holds Fe2 where the file's formula says Fe6"
    assert f"1 doubtful:\n  {item}: {reason}" in said
    assert "Fe" in load_library(tmp_path / "library").classes_


def test_files_that_state_no_symmetry_or_have_no_proper_name_are_skipped(index, tmp_path, folder):
    text = (folder / "W.cif").read_text()
    (folder / "W.cif").write_text(text.replace("_symmetry", "_unknown"))
    try:
        with open(os.fsencode(folder / "V") + b"\xff.cif", "w") as file:
            file.write(text)
    except OSError:
        pass  # this file system has no such names
    said = index("--quiet").out
    reasons = dict(library_remarks(tmp_path / "library")["skipped"])
    assert "it states no symmetry" in reasons[str(folder / "W.cif")]
    assert f"  {folder / 'W.cif'}: it states no symmetry" in said


def test_a_library_for_neutrons(index, tmp_path):
    """Of the same files, but simulated for another kind of radiation: it is another library."""
    index("--radiation", "neutron")
    loaded = load_library(tmp_path / "library")
    assert loaded.simulator_.radiation.kind == "neutron"


def test_a_library_can_be_calibrated_when_it_is_made_or_later(tmp_path, capsys):
    """Rock salts of six sizes."""
    folder = tmp_path / "cifs"
    folder.mkdir()
    for metal, a in {"Li": 5.13, "Na": 5.64, "K": 6.29, "Rb": 6.58, "Ag": 5.55, "Cs": 7.0}.items():
        sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
        salt = Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), [metal, "Cl"], sites)
        salt.to(str(folder / f"{metal}Cl.cif"))
    asked = ["index", str(folder), "-o", str(tmp_path / "library"), "--quiet"]
    main(asked)
    assert "Calibrated" not in capsys.readouterr().out
    main([*asked, "--calibrate", "40", "--cells", "measured"])
    said = capsys.readouterr().out
    assert "nothing to do" in said
    assert "Calibrated on 40 simulated queries among 6 structures." in said
    calibrated = load_library(tmp_path / "library")
    assert calibrated.cells == "measured"
    assert calibrated.calibration_.n_gallery == 6


def test_too_few_queries_are_a_mistake(capsys):
    with pytest.raises(SystemExit):
        main(["index", "cifs", "-o", "library", "--calibrate", "5"])
    assert "must be a whole number from 40" in capsys.readouterr().err
