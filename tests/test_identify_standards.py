"""The command `identify` without a library: the shipped standards answer, and that is said."""

import re

import numpy as np
import pytest

from xrdmatch import DiffractionSimulator
from xrdmatch._cli import main
from xrdmatch._commands.libraries import Libraries
from xrdmatch.crystallography import Radiation
from xrdmatch.datasets import load_standards
from xrdmatch.simulation import PowderProfile

STANDARDS = load_standards()
N_COMPUTED = sum(standard.properties["cells"] == "computed" for standard in STANDARDS)
STRETCH = 1.01  # of the cell's lengths
SAID = re.compile(
    rf"^Only the {len(STANDARDS)} shipped standards are searched: common phases, {N_COMPUTED} of "
    r"them with computed cells\. For structures of your own: `xrdmatch index my-cifs/ -o LIBRARY`, "
    r"then `--library LIBRARY`\.$",
    re.MULTILINE,
)


def scan_of(name, path, radiation="CuKa"):
    """Write noisy counts of a standard whose cell is a little larger."""
    (standard,) = (s for s in STANDARDS if s.properties["name"] == name)
    crystal = standard.copy().apply_strain(STRETCH - 1)
    profile = PowderProfile(np.arange(15, 90, 0.03), fwhm=0.12, background=(0.1,))
    (scan,) = DiffractionSimulator("powder", radiation, profile=profile).transform([crystal])
    counts = np.random.default_rng(0).poisson(2000 * scan.counts / scan.counts.max())
    np.savetxt(path, np.column_stack([scan.two_theta, counts]), fmt="%.3f %d")
    return path


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    return scan_of("corundum Al2O3", tmp_path_factory.mktemp("scans") / "unknown.xy")


@pytest.fixture
def identify(capsys, monkeypatch, tmp_path):
    """Function of arguments: what the command says, called where no folder is."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        assert main(["identify", *map(str, arguments)]) == 0
        return capsys.readouterr()

    return run


@pytest.mark.parametrize("library", [(), ("--library", "standards")])
def test_the_phase_is_found_and_what_was_searched_is_said(identify, scan, library):
    said = identify(scan, "--wavelength", "CuKa", *library).out
    (row,) = re.findall(r"^ +100\.0 .*$", said, re.MULTILINE)
    assert "corundum Al2O3" in row
    assert SAID.search(said)


def test_a_ranking_says_it_too(identify, scan):
    said = identify(scan, "--wavelength", "CuKa", "-k", 2, "--elements", "Al,O,Fe").out
    assert re.search(r"^ +1  corundum Al2O3 +Al2O3 +R-3c ", said, re.MULTILINE)
    assert re.search(r"\+1\.0\d$", said, re.MULTILINE)
    assert SAID.search(said)


def test_it_is_said_once_for_several_scans(identify, scan):
    said = identify(scan, scan, "--wavelength", "CuKa", "-k", 1).out
    assert len(SAID.findall(said)) == 1


def test_neutrons_find_standards_too(identify, tmp_path):
    path = scan_of("corundum Al2O3", tmp_path / "n.xy", Radiation("neutron", ((1.54, 1.0),)))
    said = identify(path, "--radiation", "neutron", "--wavelength", "1.54", "-k", 2)
    assert re.search(r"^ +1  corundum Al2O3 ", said.out, re.MULTILINE)
    assert "simulating its" in said.err


@pytest.mark.parametrize("kind", ["xray", "neutron"])
def test_cells_are_taken_as_each_standard_states(kind):
    retriever = Libraries(None, None, 1).retriever(kind)
    assert retriever.cells == "stated"
    assert retriever.retriever.comparison == "strained_profile"
    assert list(retriever.classes_) == [s.properties["name"] for s in STANDARDS]


def test_a_folder_of_that_name_is_a_library_like_others(scan, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "standards").mkdir()
    with pytest.raises(SystemExit):
        main(["identify", str(scan), "--wavelength", "CuKa", "--library", "standards"])
    assert "A library is a folder with a library.json" in capsys.readouterr().err
