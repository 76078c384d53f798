"""The command `identify` on several scans: progress, failures, a series, JSON and CSV."""

import json
import re

import numpy as np
import pandas as pd
import pytest
from mixed_scans import known_structures, mixed_scan

from xrdmatch._cli import main
from xrdmatch.retrieval import make_powder_retriever, save_library

SHARES = (0.0, 0.3, 0.6)  # of halite beside sylvite


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    known = known_structures()
    path = tmp_path_factory.mktemp("library") / "minerals"
    save_library(make_powder_retriever().fit([*known.values()], labels=[*known]), path)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Sylvite that turns into halite; numbers of two digits, which letters put elsewhere."""
    known, path = known_structures(), tmp_path_factory.mktemp("series")
    for i, share in zip((1, 2, 10), SHARES, strict=True):
        scan = mixed_scan([known["NaCl"], known["KCl"]], [share, 1 - share], seed=i)
        columns = np.column_stack([scan.two_theta, scan.counts])
        np.savetxt(path / f"run_{i}.xy", columns, fmt="%.3f %d")
    return path


@pytest.fixture
def identify(library, capsys):
    """Function of arguments: exit code and what the command says."""

    def run(*arguments):
        options = ["--library", str(library), "--wavelength", "CuKa"]
        code = main(["identify", *map(str, arguments), *options])
        return code, capsys.readouterr()

    return run


@pytest.mark.parametrize("by", ["folder", "pattern", "files"])
def test_all_scans_are_answered_in_their_order(identify, folder, by):
    files = [folder / f"run_{i}.xy" for i in (1, 2, 10)]
    sources = {"folder": [folder], "pattern": [folder / "run_*.xy"], "files": files}[by]
    code, said = identify(*sources)
    assert code == 0
    assert re.findall(r"^\[(\d)/3\] .*run_(\d+)\.xy$", said.out, re.M) == [
        ("1", "1"), ("2", "2"), ("3", "10"),
    ]  # fmt: skip
    assert said.out.count("2 phases explain the scan") == 2
    assert said.out.count("One phase explains the scan") == 1


def test_a_bad_scan_stops_no_other(identify, folder, tmp_path):
    (tmp_path / "empty.xy").write_text("")
    code, said = identify(tmp_path / "empty.xy", tmp_path / "none.xy", folder / "run_1.xy")
    assert code == 1
    assert "One phase explains the scan" in said.out
    assert said.out.count("not answered: ") == 2
    end = said.out[said.out.index("2 of 3 scans were not answered:") :]
    assert end.count("empty.xy") == end.count("none.xy") == 1


def test_where_no_scan_is_answered_it_is_a_mistake(identify, tmp_path, capsys):
    for name in ("a.xy", "b.xy"):
        (tmp_path / name).write_text("")
    with pytest.raises(SystemExit) as stop:
        identify(tmp_path / "a.xy", tmp_path / "b.xy")
    assert stop.value.code == 2
    assert "None of 2 scans was answered; the first of them: " in capsys.readouterr().err
    (tmp_path / "nothing").mkdir()
    with pytest.raises(SystemExit):
        identify(tmp_path / "nothing")
    assert "There are no files" in capsys.readouterr().err


def test_answers_as_data(identify, folder, tmp_path):
    (tmp_path / "empty.xy").write_text("")
    files = {name: tmp_path / f"out.{name}" for name in ("json", "csv")}
    code, _ = identify(
        folder, tmp_path / "empty.xy", "--json", files["json"], "--csv", files["csv"]
    )
    assert code == 1
    data = json.loads(files["json"].read_text())
    assert [len(one.get("phases", [])) for one in data] == [1, 2, 2, 0]
    assert "the file is empty" in data[3]["error"]
    halite = next(p for p in data[2]["phases"] if p["label"] == "NaCl")
    assert halite["weight_fraction"] == pytest.approx(SHARES[2], abs=0.03)
    assert halite["lattice"][:3] == pytest.approx([5.64] * 3, abs=0.005)
    assert data[0]["scan"] == "run_1"
    assert data[0]["wavelength"] == pytest.approx(1.5418, abs=2e-4)
    assert data[0]["unexplained"]["peaks"] == []
    assert data[0]["broad"] == {"share": 0.0, "two_theta": [], "fwhm": []}
    table = pd.read_csv(files["csv"])
    assert table["scan"].tolist() == ["run_1", "run_2", "run_2", "run_10", "run_10"]
    np.testing.assert_allclose(table.groupby("scan")["weight_fraction"].sum(), 1.0)
    assert set(table["a"].round(1)) == {5.6, 6.3}


def test_a_ranking_as_data(identify, folder, tmp_path):
    files = tmp_path / "out.json", tmp_path / "out.csv"
    identify(folder / "run_1.xy", "-k", 3, "--json", files[0], "--csv", files[1])
    (one,) = json.loads(files[0].read_text())
    assert one["candidates"][0]["label"] == "KCl"
    assert pd.read_csv(files[1])["rank"].tolist() == [1, 2, 3]


def test_a_series_is_drawn_and_keeps_its_phases(identify, folder, tmp_path):
    picture = tmp_path / "series.png"
    code, said = identify(folder, "--series", "--plot", picture)
    assert code == 0
    assert f"Picture of the fractions: {picture}" in said.out
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_each_of_several_scans_is_drawn(identify, folder, tmp_path):
    identify(folder / "run_1.xy", folder / "run_2.xy", "--plot", tmp_path / "best.png")
    assert {path.name for path in tmp_path.glob("*.png")} == {"best-run_1.png", "best-run_2.png"}


def test_a_series_is_no_ranking(identify, folder, capsys):
    with pytest.raises(SystemExit):
        identify(folder, "--series", "-k", 3)
    assert "leave out -k and --phases 1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "name"), [("--json", "out.txt"), ("--csv", "out.json"), ("--json", "none/out.json")]
)
def test_files_that_cannot_be_written(identify, folder, tmp_path, capsys, option, name):
    with pytest.raises(SystemExit) as stop:
        identify(folder, option, tmp_path / name)
    assert stop.value.code == 2
    assert capsys.readouterr().err.startswith(f"xrdmatch identify: argument {option}: the file")


def test_processes_answer_as_one_does(identify, folder, tmp_path):
    (tmp_path / "notes.xy").write_text("no scan at all\n")
    said = {}
    for n_jobs in (1, 2):
        answers = tmp_path / f"{n_jobs}.json"
        code, out = identify(folder, tmp_path / "notes.xy", "--n-jobs", n_jobs, "--json", answers)
        assert code == 1
        said[n_jobs] = out.out, json.loads(answers.read_text(encoding="utf-8"))
    assert said[1] == said[2]
    assert "1 of 4 scans were not answered" in said[2][0]


def test_a_series_is_answered_by_one_process(identify, folder):
    with pytest.raises(SystemExit):
        identify(folder, "--series", "--n-jobs", 2)
