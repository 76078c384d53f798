"""What the process that answers does, without the process."""

from types import SimpleNamespace

import pytest
from mixed_scans import known_structures, mixed_scan
from scan_page import save_minerals, scan_file

from xrdmatch._cli import main
from xrdmatch._commands.server.answering import Answering
from xrdmatch._commands.server.headlines import headline
from xrdmatch._commands.server.uploads import read_upload
from xrdmatch._commands.server.wishes import read_wishes
from xrdmatch.crystallography import Radiation, Scan


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    path = tmp_path_factory.mktemp("library") / "minerals"
    save_minerals(path)
    return path


@pytest.fixture(scope="module")
def scan():
    known = known_structures()
    return mixed_scan([known["NaCl"], known["KCl"]], [0.3, 0.7], name="salt.xy")


def test_the_report_is_that_of_identify(library, tmp_path, capsys):
    file, page = tmp_path / "salt.xy", tmp_path / "salt.html"
    file.write_bytes(scan_file())
    options = ["--library", library, "--wavelength", "CuKa", "--elements", "Na,K,Cl"]
    assert main(["identify", *map(str, [file, *options, "--report", page])]) == 0
    reading, asked = read_wishes({"wavelength": "CuKa", "elements": "Na,K,Cl"})
    (found,) = read_upload("salt.xy", scan_file(), reading)
    report = Answering(library).answer(found.source, found.scan, asked, reading).report
    assert report == page.read_text(encoding="utf-8").replace(str(file), "salt.xy")


def test_questions_of_different_sizes_share_the_library(library, scan, monkeypatch):
    answering = Answering(library)
    two = answering.answer(("salt.xy", None), scan, {"phases": 2, "known": {}}, {}).headline
    first = answering._libraries.decomposition("xray")
    one = answering.answer(("salt.xy", None), scan, {"phases": 1, "known": {}}, {}).headline
    auto = answering.answer(("salt.xy", None), scan, {"phases": None, "known": {}}, {}).headline
    assert two == auto
    assert one.startswith("Nearest: ")
    assert answering._libraries.decomposition("xray") is first


def test_other_radiation_is_simulated_once(library, scan, capsys):
    answering = Answering(library)
    neutrons = Radiation("neutron", ((1.54, 1.0),))
    same = Scan(scan.two_theta, scan.counts, radiation=neutrons, name="salt.xy")
    for phases in (1, 2):
        answering.answer(("salt.xy", None), same, {"phases": phases, "known": {}}, {})
    assert capsys.readouterr().err.count("simulating its 7 structures anew") == 1


def test_without_a_library_the_standards_are_searched(scan):
    answering = Answering(None)
    assert answering.facts["name"] == "the shipped standards"
    assert answering.facts["n_structures"] > 100
    assert "standards" in answering.facts["remark"]
    report = answering.answer(("salt.xy", None), scan, {"phases": 2, "known": {}}, {}).report
    assert "only the shipped standards, common phases" in report


@pytest.mark.parametrize("name", ["none.json", "salt.xy"])
def test_an_instrument_that_cannot_be_read_is_a_mistake(library, tmp_path, name):
    (tmp_path / "salt.xy").write_text("20 1\n")
    with pytest.raises((ValueError, OSError), match=name):
        Answering(library, tmp_path / name)


def found(n_phases):
    names = ["NaCl", "KCl", "MgO", "LiF", "W"][:n_phases]
    return SimpleNamespace(
        n_phases=n_phases,
        weight_fraction=[1 / n_phases] * n_phases if n_phases else [],
        formulas=names,
        space_groups=["Fm-3m"] * n_phases,
        r_wp=0.065,
    )


@pytest.mark.parametrize(
    ("n_phases", "line"),
    [
        (0, "No phase of the library explains the scan"),
        (1, "100.0 % NaCl (Fm-3m); R_wp 6.5 %"),
        (2, "50.0 % NaCl (Fm-3m), 50.0 % KCl (Fm-3m); R_wp 6.5 %"),
    ],
)
def test_a_headline_names_the_phases(n_phases, line):
    answer = SimpleNamespace(phases=found(n_phases), candidates=None, certainty=None)
    assert headline(answer) == line


def test_a_headline_counts_what_it_does_not_name():
    said = headline(SimpleNamespace(phases=found(5), candidates=None, certainty=None))
    assert said.count("20.0 %") == 4
    assert said.endswith("20.0 % LiF (Fm-3m), 1 more; R_wp 6.5 %")


def test_a_headline_says_how_probable_another_crystal_is():
    known = SimpleNamespace(unknown=0.12)
    said = headline(SimpleNamespace(phases=found(1), candidates=None, certainty=known))
    assert said == "100.0 % NaCl (Fm-3m); R_wp 6.5 %; not in the library: 12 %"
