"""`identify --report`: the page holds what the table on the screen holds."""

import re

import numpy as np
import pytest
from html_tables import Page
from mixed_scans import known_structures, mixed_scan
from report_page import drawn_page

from xrdmatch._cli import main
from xrdmatch._commands import question
from xrdmatch._commands.certainty import Certainty, ProbablePhase
from xrdmatch.retrieval import make_powder_retriever, save_library

LARGEST = 3_000_000  # bytes
SECOND = "document.querySelectorAll('details')[1]"  # a comparison that is drawn when it is opened
STATE = f"{SECOND}.querySelector('figure').dataset.state"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Rock salts, one of them twice, and tungsten; rutile is not there."""
    known = known_structures()
    known.pop("TiO2")
    twin = known["NaCl"].copy()
    twin.scale_lattice(twin.volume * 1.003)
    path = tmp_path_factory.mktemp("library") / "minerals"
    labels = [*known, "twin"]
    about = {"source": "<b>made here</b>"}
    retriever = make_powder_retriever().fit([*known.values(), twin], labels=labels)
    save_library(retriever, path, about=about)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Mixtures of halite and sylvite, the last with rutile."""
    known, path = known_structures(), tmp_path_factory.mktemp("scans")
    parts = [known["NaCl"], known["KCl"], known["TiO2"]]
    for i, weights in enumerate([(0.0, 1.0, 0.0), (0.4, 0.6, 0.0), (0.4, 0.3, 0.3)], start=1):
        scan = mixed_scan(parts, weights, seed=i)
        np.savetxt(path / f"run_{i}.xy", np.column_stack([scan.two_theta, scan.counts]), "%.3f %d")
    return path


@pytest.fixture
def identify(library, tmp_path, capsys):
    """Function of arguments: what the command says, and the page."""

    def run(*arguments, at=library):
        options = ["--library", at, "--wavelength", "CuKa", "--report", tmp_path / "out.html"]
        main(["identify", *map(str, [*arguments, *options])])
        return capsys.readouterr().out, (tmp_path / "out.html").read_text(encoding="utf-8")

    return run


def columns(line):
    return re.split(r" {2,}", line.strip())


def test_phases_are_those_of_the_table(identify, folder):
    said, html = identify(folder / "run_3.xy")
    lines = re.findall(r"^ +[\d.]+ +[\d.]+  .*$", said, re.MULTILINE)
    rows = Page(html).table("phases")
    assert len(lines) == len(rows) >= 2
    for line, row in zip(lines, rows, strict=True):
        assert columns(line) == [text for text in row if text]
    text = Page(html).text
    for sentence in said.splitlines()[-5:-2]:
        assert sentence in text
    assert "NaCl, Fm-3m: 2 entries" in text
    assert re.search(r"^Report: /.*out\.html$", said, re.MULTILINE)


def test_candidates_are_those_of_the_table(identify, folder):
    said, html = identify(folder / "run_2.xy", "--phases", 1)
    lines = [line for line in said.splitlines() if re.match(r"^ +\d+  ", line)]
    rows = Page(html).table("candidates")
    assert len(lines) == len(rows) == 6
    for line, row in zip(lines, rows, strict=True):
        assert columns(line) == [text for text in row if text]
    assert html.count('data-picture="comparison"') == 3
    assert "fits better" in html
    assert len(Page(html).table("cells")) == 6


def test_question_scan_and_library_are_told(identify, folder, library):
    _, html = identify(folder / "run_2.xy", "--elements", "Na,K,Cl,F")
    text = " ".join(Page(html).text.split())
    assert "each is made of Na,K,Cl,F only" in text
    assert "wavelength CuKa" in text
    assert str(folder / "run_2.xy") in text
    assert "7 structures" in text
    assert str(library) in text
    assert "<b>made here</b>" in text
    assert "Nothing was said about the elements" not in text


def test_where_the_standards_are_searched_that_and_their_source_are_told(folder, tmp_path):
    line = ["identify", str(folder / "run_1.xy"), "--wavelength", "CuKa", "-k", "2"]
    main([*line, "--report", str(tmp_path / "out.html")])
    text = Page((tmp_path / "out.html").read_text(encoding="utf-8")).text
    assert "only the shipped standards, common phases" in text
    assert "CC BY 4.0" in text


def test_several_scans(identify, folder, tmp_path):
    (tmp_path / "empty.xy").write_text("")
    said, html = identify(folder, tmp_path / "empty.xy", "--series")
    rows = Page(html).table("overview")
    assert [row[1] for row in rows] == ["run_1", "run_2", "run_3", "empty"]
    shares = re.findall(r"^ +([\d.]+) +[\d.]+  ", said, re.MULTILINE)
    assert re.findall(r"([\d.]+) %", " ".join(row[2] for row in rows[:3])) == shares
    assert "the file is empty" in rows[3][2]
    assert html.count('data-picture="series"') == 1
    assert len(html.encode()) < LARGEST


def test_a_calibrated_library(identify, folder, monkeypatch):
    phases = [
        ProbablePhase("KCl", "Fm-3m", ("KCl",), 1, 0.83, True),
        ProbablePhase("MnO", "Fm-3m", ("MnO",), 3, 0.001, False),
    ]
    known = Certainty(phases, 0.16, False, "40 simulated queries", "Between KCl and MnO: <b>")
    monkeypatch.setattr(question, "find_certainty", lambda *a: known)
    said, html = identify(folder / "run_1.xy", "-k", 3)
    page = Page(html)
    assert page.table("candidates")[0][7] == "83 % *"
    assert {row[7] for row in page.table("candidates")[1:]} == {"under 1 %"}
    for sentence in ("Not in the library: 16 %.", "Set of 90 %: KCl, Fm-3m (83 %)."):
        assert sentence in said
        assert sentence in page.text
    assert "Between KCl and MnO: <b>" in page.text
    assert "as probably in the library as not" in page.text


def test_names_of_files_are_shown_as_text(identify, folder, tmp_path):
    bad = tmp_path / "<script>alert(1)<|script>.xy"
    bad.write_bytes((folder / "run_1.xy").read_bytes())
    _, html = identify(bad)
    assert "<script>alert" not in html
    assert "<script>alert(1)<|script>" in Page(html).text


def test_no_phase(identify, tmp_path):
    x = np.arange(15, 80, 0.05)
    counts = np.random.default_rng(1).poisson(80, len(x))
    np.savetxt(tmp_path / "noise.xy", np.column_stack([x, counts]), "%.3f %d")
    _, html = identify(tmp_path / "noise.xy")
    assert "No phase of the library explains the scan" in Page(html).text
    assert html.count('data-picture="profile"') == 1


def test_other_endings_are_refused(identify, folder, tmp_path, capsys):
    line = ["identify", str(folder), "--library", "x", "--report", str(tmp_path / "out.pdf")]
    with pytest.raises(SystemExit) as stop:
        main(line)
    assert stop.value.code == 2
    assert "--report: the file's name ends in .html" in capsys.readouterr().err


@pytest.mark.parametrize("width", [1280, 400])
def test_in_a_browser(browser, identify, folder, tmp_path, width):
    _, html = identify(folder / "run_2.xy", "--phases", 1)
    said = drawn_page(browser, html, width, tmp_path)
    assert said["states"] == ["drawn"] * 2  # the best, and it beside the second
    assert said["needed"] <= said["width"] == width
    assert browser.look(f"{STATE} ?? 'not drawn'") == "not drawn"
    browser.look(f"{SECOND}.open = true, {SECOND}.scrollIntoView()")
    assert browser.wait_for(STATE) == "drawn"
    assert not browser.complaints()
