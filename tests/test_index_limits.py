"""`index` with structures that take too much time or memory: named, left out, nothing else lost."""

import re
import sys

import numpy as np
import pytest
from pymatgen.core import Structure

from xrdmatch._cli import main
from xrdmatch._commands import index_encoding
from xrdmatch.retrieval import library_remarks, load_library, verify_library

METALS = {"Cr": 2.885, "Fe": 2.866, "Mo": 3.147, "V": 3.024, "W": 3.165}
TOO_LONG = "it takes more than 1 s; --max-seconds gives it more"
TOO_LARGE = "it takes more than 100 MB of memory; --max-memory gives it more"


@pytest.fixture
def metals(tmp_path):
    folder = tmp_path / "cifs"
    folder.mkdir()
    for element, a in METALS.items():
        Structure.from_prototype("bcc", [element], a=a).to(filename=str(folder / f"{element}.cif"))
    return folder


LARGER = ("--max-reflections", 20_000_000)  # by their number it would be taken


def write_glass(folder):
    """Write a glass that is simulated for seconds and takes most of a gigabyte."""
    sites = np.random.default_rng(0).random((1000, 3))
    rows = "\n".join(" ".join(map(str, row)) for row in sites)
    cell = "140 0 0\n0 140 0\n0 0 140"
    (folder / "Glass.vasp").write_text(f"glass\n1\n{cell}\nSi\n{len(sites)}\nDirect\n{rows}\n")


def index(*arguments):
    return main(["index", *map(str, arguments), "--quiet"])


def data(library):
    """The entries of a library as bytes, by file."""
    folder = next(library.glob("data-*"))
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and "remarks" not in file.name
    }


def skipped(library):
    return [tuple(item) for item in library_remarks(library)["skipped"]]


def test_a_structure_that_really_takes_long(metals, tmp_path, capsys):
    """It is named, and for the others all is as if it was not there, to the byte."""
    index(metals, "-o", tmp_path / "alone")
    write_glass(metals)
    library = tmp_path / "beside"
    index(metals, "-o", library, "--max-seconds", 1, *LARGER)
    place = f"{metals / 'Glass.vasp'}, entry Glass"
    assert skipped(library) == [(place, TOO_LONG)]
    assert f"1 skipped:\n  {place}: {TOO_LONG}" in capsys.readouterr().out
    index("--skipped", library)
    assert f"{place}: {TOO_LONG}" in capsys.readouterr().out
    assert verify_library(library) == 5
    assert data(library) == data(tmp_path / "alone")


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux")
def test_a_structure_that_really_takes_much_memory(metals, tmp_path):
    write_glass(metals)
    index(metals, "-o", tmp_path / "library", "--max-memory", 100, "--n-jobs", 2, *LARGER)
    assert [reason for _, reason in skipped(tmp_path / "library")] == [TOO_LARGE]
    assert load_library(tmp_path / "library").classes_.tolist() == sorted(METALS)


@pytest.mark.slow
def test_with_enough_of_both_it_is_taken(metals, tmp_path):
    write_glass(metals)
    index(metals, "-o", tmp_path / "library", *LARGER)
    assert "Glass" in load_library(tmp_path / "library").classes_
    assert skipped(tmp_path / "library") == []


@pytest.mark.parametrize("kind", [(), ("--spots",), ("--zones", "1")])
def test_entries_one_by_one_are_those_of_a_block(metals, tmp_path, monkeypatch, kind):
    """The bytes of a library do not tell whether some block of it needed more than a limit."""
    index(metals, "-o", tmp_path / "together", *kind)
    monkeypatch.setattr(index_encoding, "BLOCKS", (1,))
    index(metals, "-o", tmp_path / "apart", *kind)
    assert data(tmp_path / "together") == data(tmp_path / "apart")


def test_an_error_of_one_structure_sinks_no_other(metals, tmp_path, monkeypatch):
    """Whatever goes wrong within a simulation."""
    encoded = index_encoding._encoded

    def fails_at_molybdenum(retriever, entries):
        if any(label == "Mo" for _, label in entries):
            raise KeyError("no form factor")
        return encoded(retriever, entries)

    monkeypatch.setattr(index_encoding, "_encoded", fails_at_molybdenum)
    index(metals, "-o", tmp_path / "library")
    ((item, reason),) = skipped(tmp_path / "library")
    assert "Mo.cif" in item
    assert reason == "KeyError: 'no form factor'"
    assert load_library(tmp_path / "library").classes_.tolist() == ["Cr", "Fe", "V", "W"]


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning")
def test_workers_of_a_cluster_keep_the_limits(metals, tmp_path):
    """They work in threads other than their first."""
    write_glass(metals)
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=1, threads_per_worker=2, dashboard_address=None
    ) as cluster:
        for name, option, reason in (
            ("long", ("--max-seconds", 1), TOO_LONG),
            ("large", ("--max-memory", 100), TOO_LARGE),
        ):
            library = tmp_path / name
            command = (metals, "-o", library, *option, *LARGER)
            index(*command, "--scheduler", cluster.scheduler_address)
            assert [said for _, said in skipped(library)] == [reason]
            assert load_library(library).classes_.tolist() == sorted(METALS)


def test_limits_have_defaults_that_help_states(capsys):
    with pytest.raises(SystemExit):
        main(["index", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert re.search(r"--max-seconds N .*?\(default: 60\)", said)
    assert re.search(r"--max-memory N .*?\(default: 4000\)", said)
