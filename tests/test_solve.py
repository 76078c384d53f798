"""The command `solve`: structures as files, reasons, and what goes wrong."""

import numpy as np
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Structure
from solved_crystals import cadmium_iodide, fluorite, rutile, scan_of

from xrdmatch._cli import main
from xrdmatch.retrieval import make_powder_retriever, save_library

MNF2 = rutile(4.8738, 3.3107, 0.305, ("Mn", "F"))


@pytest.fixture(scope="module")
def cifs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cifs")
    for name, crystal in (("rutile", rutile()), ("fluorite", fluorite())):
        crystal.to(filename=str(folder / f"{name}.cif"))
    return folder


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    path = tmp_path_factory.mktemp("scans") / "unknown.xy"
    measured = scan_of(MNF2, counts=5000)
    np.savetxt(path, np.column_stack([measured.two_theta, measured.counts]), fmt="%.4f")
    return path


def solve(*arguments):
    return main(["solve", *map(str, arguments), "--wavelength", "CuKa"])


def test_the_answer_is_written(scan, cifs, tmp_path, capsys):
    assert solve(scan, "--library", cifs, "--formula", "MnF2", "-o", tmp_path / "out") == 0
    said = capsys.readouterr().out
    assert "unknown: solved" in said
    written = sorted(path.name for path in (tmp_path / "out").iterdir())
    assert written == ["unknown.cif", "unknown.png", "unknown.txt"]
    found = Structure.from_file(tmp_path / "out" / "unknown.cif")
    assert StructureMatcher(ltol=0.01, stol=0.02).fit(found, MNF2)
    reasons = (tmp_path / "out" / "unknown.txt").read_text()
    assert "MnF2 from rutile (template)" in reasons
    assert "refinement" in reasons


def test_where_it_abstains_candidates_are_written_as_such(scan, tmp_path, capsys):
    library = tmp_path / "library"
    structures = [fluorite(), cadmium_iodide()]
    save_library(make_powder_retriever().fit(structures, labels=["fluorite", "CdI2"]), library)
    out = tmp_path / "out"
    assert solve(scan, "--library", library, "--formula", "MnF2", "-o", out, "-k", 2) == 0
    assert "less than 0.90" in capsys.readouterr().out
    names = {path.name for path in out.glob("*.cif")}
    assert names == {"unknown-candidate-1.cif", "unknown-candidate-2.cif"}
    assert "cells found from the peaks" in (out / "unknown.txt").read_text()


def test_one_bad_scan_does_not_sink_the_others(scan, cifs, tmp_path, capsys):
    bad = tmp_path / "bad.xy"
    bad.write_text("no numbers here\n")
    out = tmp_path / "out"
    assert solve(bad, scan, "--library", cifs, "--formula", "MnF2", "-o", out) == 1
    assert "bad.xy: not solved" in capsys.readouterr().out
    assert (out / "unknown.cif").exists()


@pytest.mark.parametrize(
    ("options", "match"),
    [
        (("--formula", "MnXq2"), "known elements and whole numbers of atoms"),
        (("--formula", "Mn2F7"), "no template has the anonymous formula"),
        (("--formula", "MnF2", "--min-probability", "2"), "above 0 and at most 1, got '2'"),
    ],
)
def test_mistakes_are_said_in_one_sentence(options, match, scan, cifs, tmp_path, capsys):
    with pytest.raises(SystemExit) as stop:
        solve(scan, "--library", cifs, "-o", tmp_path / "out", *options)
    assert stop.value.code == 2
    assert match in capsys.readouterr().err
