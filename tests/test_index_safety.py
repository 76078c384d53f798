"""`index` loses nothing: kills, other runs, full disks, structures that are too large."""

import json
import os
import signal
import subprocess
import sys
import time
from multiprocessing import current_process

import numpy as np
import pytest
from killed_processes import in_a_copy
from pymatgen.core import Lattice, Structure

from xrdmatch._cli import main
from xrdmatch._commands import index_portions, index_scheduling, index_task
from xrdmatch._commands.index_scheduling import in_order
from xrdmatch._commands.index_worker import PartMaker
from xrdmatch.retrieval import (
    library_remarks,
    load_library,
    only_writer,
    verify_library,
)
from xrdmatch.simulation import Q_MAX

METALS = {"Cr": 2.885, "Fe": 2.866, "Mo": 3.147, "V": 3.024, "W": 3.165}


@pytest.fixture
def cifs(tmp_path):
    """Five metals and a broken file."""
    folder = tmp_path / "cifs"
    folder.mkdir()
    for element, a in METALS.items():
        Structure.from_prototype("bcc", [element], a=a).to(filename=str(folder / f"{element}.cif"))
    (folder / "Nb.cif").write_text("data_Nb\n_cell_length_a 3.3\n")
    return folder


def index(*arguments):
    return main(["index", *map(str, arguments), "--quiet"])


def content(folder):
    """Everything below a folder, by name."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(folder.rglob("*"))
        if file.is_file()
    }


def sentence(capsys, *arguments, code=2):
    """The one sentence that a run ends in."""
    with pytest.raises(SystemExit) as stop:
        index(*arguments)
    assert stop.value.code == code
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return said


def killed(cifs, tmp_path, whole, at):
    """Kill a run at one of its file events, go on, and compare; whether it was killed at all."""
    library = tmp_path / f"killed at {at}"
    code = in_a_copy(lambda: index(cifs, "-o", library), library, kill_at=at)
    assert code in (0, -9)
    assert in_a_copy(lambda: index(cifs, "-o", library), library) == 0
    assert content(library) == whole
    return code == -9


@pytest.fixture
def whole(cifs, tmp_path, monkeypatch):
    """What a run leaves that nothing disturbs, in parts of two."""
    monkeypatch.setattr(index_portions, "PART", 2)
    index(cifs, "-o", tmp_path / "whole")
    return content(tmp_path / "whole")


def test_killed_at_some_file_events(cifs, tmp_path, whole):
    assert killed(cifs, tmp_path, whole, 1)
    assert all(killed(cifs, tmp_path, whole, at) for at in (7, 30, 55, 80, 105))


@pytest.mark.slow
def test_killed_at_every_file_event(cifs, tmp_path, whole):
    at = 1
    while killed(cifs, tmp_path, whole, at):
        at += 1
    assert at > 100


def test_two_runs_into_one_folder(cifs, tmp_path, capsys):
    """One wins whole; the other says so."""
    library = tmp_path / "library"
    with only_writer(library):
        script = "from xrdmatch._cli import main; import sys; sys.exit(main(sys.argv[1:]))"
        command = [sys.executable, "-c", script, "index", cifs, "-o", library, "--quiet"]
        other = subprocess.run(command, capture_output=True, text=True)
    assert other.returncode == 2
    assert "One process at a time writes a library, and another one is writing" in other.stderr
    assert other.stderr.count("\n") == 1
    index(cifs, "-o", library)
    assert verify_library(library) == 5


def test_folders_of_the_user_are_left_alone(cifs, tmp_path):
    for name in ("library.parts", "library.unfinished"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "thesis.txt").write_text("all of it")
    index(cifs, "-o", tmp_path / "library")
    assert (tmp_path / "library.parts" / "thesis.txt").read_text() == "all of it"
    assert (tmp_path / "library.unfinished" / "thesis.txt").read_text() == "all of it"


def test_a_full_disk(cifs, tmp_path, capsys, monkeypatch, whole):
    library, save = tmp_path / "library", index_task.save_library
    done = []

    def full(retriever, folder):
        if done:
            raise OSError(28, "No space left on device")
        done.append(save(retriever, folder))

    with monkeypatch.context() as patch:
        patch.setattr(index_task, "save_library", full)
        said = sentence(capsys, cifs, "-o", library)
    assert "stays and has room, got [Errno 28] No space left on device for" in said
    assert "what is finished is kept" in said
    index(cifs, "-o", library)
    assert "Going on behind 2 structures" in capsys.readouterr().out
    assert content(library) == whole


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_must_not_be_written(cifs, tmp_path, capsys):
    (tmp_path / "library").mkdir(mode=0o500)
    assert "Permission denied" in sentence(capsys, cifs, "-o", tmp_path / "library")


def test_a_huge_cell_is_skipped(cifs, tmp_path):
    """What would take minutes and gigabytes is named and left out."""
    sites = [[i / 15, j / 15, k / 15] for i in range(15) for j in range(15) for k in range(15)]
    huge = Structure(Lattice.cubic(60), ["Si"] * len(sites), sites)
    huge.to(filename=str(cifs / "huge.cif"))
    index(cifs, "-o", tmp_path / "library")
    (_, (item, reason)) = library_remarks(tmp_path / "library")["skipped"]
    assert "huge" in item
    n_reflections = 4 / 3 * np.pi * Q_MAX**3 * 60**3
    assert reason == (
        f"its cell of 60 x 60 x 60 Å has about {n_reflections:.2g} reflections where at most "
        "500000 are taken; check its unit, or --max-reflections takes more"
    )
    assert len(load_library(tmp_path / "library").gallery_) == 5


def test_limits_are_settable(cifs, tmp_path, capsys):
    (cifs / "Nb.cif").unlink()
    index(cifs, "-o", tmp_path / "library", "--max-reflections", 90)
    assert load_library(tmp_path / "library").classes_.tolist() == ["Cr", "Fe"]
    said = sentence(capsys, cifs, "-o", tmp_path / "other", "--max-atoms", 1)
    assert "its cell has 2 atoms where at most 1 are taken; --max-atoms takes more" in said
    assert not (tmp_path / "other").exists()


def test_nothing_but_what_is_skipped_in_a_part(cifs, tmp_path, monkeypatch):
    """A part without a structure stops nothing."""
    for i in range(5):
        (cifs / f"A{i}.cif").write_text("nothing")
    monkeypatch.setattr(index_portions, "PART", 2)
    index(cifs, "-o", tmp_path / "library")
    assert len(load_library(tmp_path / "library").gallery_) == 5
    assert len(library_remarks(tmp_path / "library")["skipped"]) == 6


def test_a_library_grows_and_shrinks(cifs, tmp_path, capsys):
    library, more = tmp_path / "library", tmp_path / "more"
    more.mkdir()
    for name in ("W.cif", "V.cif"):
        (cifs / name).rename(more / name)
    index(cifs, "-o", library)
    (more / "Fe.cif").write_text((cifs / "Fe.cif").read_text())
    index(more, "--add-to", library)
    assert load_library(library).classes_.tolist() == ["Cr", "Fe", "Mo", "V", "W"]
    assert [reason for _, reason in library_remarks(library)["skipped"]][1:] == [
        "the library has an entry called 'Fe' already"
    ]
    assert {item.name for item in library.iterdir()} == {".lock", "data-2", "library.json"}
    index("Fe", "V", "--remove-from", library)
    assert load_library(library).classes_.tolist() == ["Cr", "Mo", "W"]
    assert "3 structures in the library" in capsys.readouterr().out
    assert "got 'Fe'; load_library" in sentence(capsys, "Fe", "--remove-from", library)
    said = sentence(capsys, more, "--add-to", library, "--radiation", "neutron")
    assert "grows by what it was made for, got other --radiation" in said
    assert verify_library(library) == 3


def test_verify_says_what_is_damaged(cifs, tmp_path, capsys):
    library = tmp_path / "library"
    index(cifs, "-o", library)
    capsys.readouterr()
    assert index("--verify", library) == 0
    assert capsys.readouterr().out.endswith(
        "is sound: 5 structures, every file as it was written.\n"
    )
    file = library / "data-1" / "encoded-rows.npy"
    file.write_bytes(file.read_bytes()[::-1])
    assert index("--verify", library) == 1
    said = capsys.readouterr().err
    assert "encoded-rows.npy has been altered" in said
    assert said.count("\n") == 1
    assert index("--verify", tmp_path / "none") == 1
    capsys.readouterr()
    assert "--verify and --skipped take no PATH, got" in sentence(capsys, cifs, "--verify", library)
    assert "A library is made of at least one PATH, got none" in sentence(capsys, "-o", library)


def test_what_was_skipped_can_be_listed_later(cifs, tmp_path, capsys):
    index(cifs, "-o", tmp_path / "library")
    capsys.readouterr()
    assert index("--skipped", tmp_path / "library") in (0, None)
    said = capsys.readouterr().out
    assert said.startswith(f"1 skipped:\n  {cifs / 'Nb.cif'}: no data block has atoms")
    assert said.endswith("0 doubtful\n")


def deadly(items, names):
    """Count letters of words; one of them ends the process."""
    if "deadly" in items and in_a_worker():
        os.kill(os.getpid(), signal.SIGKILL)
    return [len(item) for item in items]


def in_a_worker():
    return current_process().name != "MainProcess"


@pytest.mark.parametrize("place", [pytest.param(0, marks=pytest.mark.slow), 3])
def test_an_item_that_ends_its_process_is_given_up_alone(place):
    words = ["a", "bb", "ccc", "dddd", "eeeee", "ffffff"]
    words.insert(place, "deadly")
    jobs = [(words[i : i + 2], {}) for i in range(0, len(words), 2)]
    made = [pair for pairs in in_order(deadly, iter(jobs), 2) for pair in pairs]
    assert [item for items, _ in made for item in items] == words
    assert [items for items, one in made if one is None] == [["deadly"]]
    assert all(one is None or one == [len(i) for i in items] for items, one in made)


def test_a_structure_that_ends_its_process_is_named(cifs, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(index_portions, "PART", 2)
    monkeypatch.setattr(index_task, "PartMaker", EndsAtMolybdenum)
    index(cifs, "-o", tmp_path / "library", "--n-jobs", 2)
    assert load_library(tmp_path / "library").classes_.tolist() == ["Cr", "Fe", "V", "W"]
    skipped = dict(library_remarks(tmp_path / "library")["skipped"])
    assert skipped.keys() == {str(cifs / "Mo.cif"), str(cifs / "Nb.cif")}
    assert "ended the process that did so" in skipped[str(cifs / "Mo.cif")]


class EndsAtMolybdenum(PartMaker):
    def __call__(self, items, names):
        if in_a_worker() and any(item.stem == "Mo" for item in items):
            os.kill(os.getpid(), signal.SIGKILL)
        return super().__call__(items, names)


@pytest.fixture
def cluster(tmp_path):
    """A scheduler and two workers, processes of their own."""
    pytest.importorskip("distributed")
    command = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--port", "0"]
    address = tmp_path / "scheduler.json"
    options = ["--scheduler-file", address]
    scheduler = subprocess.Popen(
        [*command, "--no-dashboard", *options], stderr=subprocess.DEVNULL, cwd=tmp_path
    )
    command = [sys.executable, "-m", "distributed.cli.dask_worker", "--no-nanny", "--nthreads", "1"]
    started = [
        subprocess.Popen(
            [*command, "--no-dashboard", *options], stderr=subprocess.DEVNULL, cwd=tmp_path
        )
        for _ in range(2)
    ]
    while not address.exists() or not address.read_text().endswith("}"):
        time.sleep(0.1)
    yield json.loads(address.read_text())["address"], started
    for process in (*started, scheduler):
        process.kill()
        process.wait()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_a_worker_of_a_cluster_is_killed(cluster, cifs, tmp_path, monkeypatch, capsys):
    """The others do its work: the same bytes, nothing lost or doubled."""
    address, workers = cluster
    for i in range(40):
        (cifs / f"X{i}.cif").write_text((cifs / "W.cif").read_text())
    monkeypatch.setattr(index_portions, "PART", 2)
    index(cifs, "-o", tmp_path / "alone")
    save, n_saved = index_task.save_library, 0

    def kill_after_three(retriever, folder):
        nonlocal n_saved
        save(retriever, folder)
        n_saved += 1
        if n_saved == 3:
            workers[0].kill()

    monkeypatch.setattr(index_task, "save_library", kill_after_three)
    index(cifs, "-o", tmp_path / "shared", "--scheduler", address)
    assert content(tmp_path / "shared") == content(tmp_path / "alone")
    assert verify_library(tmp_path / "shared") == 45
    assert workers[0].wait() == -signal.SIGKILL


def test_no_scheduler_answers(cifs, tmp_path, capsys, monkeypatch):
    pytest.importorskip("distributed")
    monkeypatch.setattr(index_scheduling, "PATIENCE", 0.5)
    said = sentence(capsys, cifs, "-o", tmp_path / "library", "--scheduler", "tcp://127.0.0.1:9")
    assert "A Dask scheduler answers at its address, got 'tcp://127.0.0.1:9', where none" in said
