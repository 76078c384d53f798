"""The command `calibrate`, and what `identify` makes of its file."""

import re

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch._cli import main
from xrdmatch.refinement import InstrumentProfile
from xrdmatch.retrieval import make_powder_retriever, save_library
from xrdmatch.simulation import PowderProfile

ZERO_SHIFT = 0.22  # [degrees] nearly four times what is expected of an unknown instrument
FWHM = 0.09  # [degrees]
SITES = [[0, 0, 0], [0.5, 0.5, 0.5]]


def written(structure, path, two_theta):
    profile = PowderProfile(two_theta, fwhm=FWHM, eta=0.2, zero_shift=ZERO_SHIFT, background=0.03)
    (scan,) = DiffractionSimulator("powder", "CuKa", profile=profile).transform([structure])
    counts = np.random.default_rng(0).poisson(8000 * scan.counts / scan.counts.max())
    np.savetxt(path, np.column_stack([two_theta, counts]), fmt="%.3f %d")
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A standard's scan and CIF."""
    folder = tmp_path_factory.mktemp("standard")
    silicon = Structure.from_spacegroup("Fd-3m", Lattice.cubic(5.4311), ["Si"], [[0, 0, 0]])
    silicon.to(str(folder / "si.cif"))
    written(silicon, folder / "si.xy", np.arange(20, 120, 0.02))
    return folder


@pytest.fixture
def calibrate(folder, capsys):
    """Function of a file's name and further arguments: what the command says."""

    def run(output, *arguments, scan="si.xy", structure="si.cif"):
        main([
            "calibrate", str(folder / scan), "--structure", str(folder / structure),
            "--wavelength", "CuKa", "--output", str(output), *arguments,
        ])  # fmt: skip
        return capsys.readouterr()

    return run


def test_widths_and_zero_are_written_and_said(calibrate, tmp_path):
    said = calibrate(tmp_path / "d8.json").out
    instrument = InstrumentProfile.from_json(tmp_path / "d8.json")
    assert instrument.zero_shift == pytest.approx(ZERO_SHIFT, abs=0.003)
    np.testing.assert_allclose(instrument.fwhm([40, 80]), FWHM, rtol=0.05)
    assert float(re.search(r"zero shift (-?[\d.]+)", said)[1]) == pytest.approx(
        ZERO_SHIFT, abs=4e-3
    )
    rows = re.findall(r"^ +([\d.]+) +([\d.]+) +([\d.]+)$", said, re.MULTILINE)
    assert len(rows) == 5
    for angle, width, _ in rows:
        assert float(width) == pytest.approx(float(instrument.fwhm(float(angle))), abs=1e-3)
    assert str(tmp_path / "d8.json") in said


@pytest.mark.parametrize(("ending", "start"), [(".instprm", "#GSAS-II"), (".irf", "si: Res=1")])
def test_files_of_other_programs(calibrate, tmp_path, ending, start):
    calibrate(tmp_path / f"d8{ending}")
    assert (tmp_path / f"d8{ending}").read_text(encoding="utf-8").startswith(start)


def test_a_monochromator(calibrate, tmp_path):
    calibrate(tmp_path / "d8.json", "--monochromator", "26.6")
    assert InstrumentProfile.from_json(tmp_path / "d8.json").monochromator == 26.6


def test_identify_knows_the_instrument(calibrate, folder, tmp_path, capsys):
    """Cells that differ as the zero shift moves lines: once it is known, the right one is first."""
    halite, other = (
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), ["Na", "Cl"], SITES)
        for a in (5.64, 5.60)
    )
    save_library(
        make_powder_retriever().fit([halite, other], labels=["right", "other"]), tmp_path / "salts"
    )
    scan = written(halite, tmp_path / "halite.xy", np.arange(25, 50, 0.02))
    calibrate(tmp_path / "d8.json")
    arguments = [str(scan), "--library", str(tmp_path / "salts"), "--wavelength", "CuKa"]
    arguments += ["-k", "2", "--all"]
    changes = {}
    for known in ([], ["--instrument", str(tmp_path / "d8.json")]):
        assert main(["identify", *arguments, *known]) == 0
        table = re.findall(
            r"^ +\d+ +(right|other) .* ([+-][\d.]+)$", capsys.readouterr().out, re.MULTILINE
        )
        changes[bool(known)] = {label: float(change) for label, change in table}, table[0][0]
    assert changes[True][1] == "right"
    assert abs(changes[True][0]["right"]) < 0.1 < abs(changes[False][0]["right"])


@pytest.mark.parametrize(
    ("output", "options", "message"),
    [
        ("d8.txt", {}, r"an instrument's name ends in .json, .instprm, .irf, got '.*d8.txt'"),
        ("d8.json", {"scan": "none.xy"}, r"none.xy"),
        ("d8.json", {"structure": "none.cif"}, r"none.cif"),
        ("d8.json", {"structure": "two"}, r"A standard is one structure, got 2 in .*two"),
    ],
)
def test_mistakes_get_one_sentence(calibrate, folder, tmp_path, capsys, output, options, message):
    (folder / "two").mkdir(exist_ok=True)
    for name in "ab":
        (folder / "two" / f"{name}.cif").write_bytes((folder / "si.cif").read_bytes())
    with pytest.raises(SystemExit) as stop:
        calibrate(tmp_path / output, **options)
    assert stop.value.code == 2
    said = capsys.readouterr().err
    assert re.search(message, said)
    assert said.count("\n") == 1


def test_what_is_no_instrument(folder, tmp_path, capsys):
    (tmp_path / "x.json").write_text("{}")
    iron = Structure.from_prototype("bcc", ["Fe"], a=2.866)
    save_library(make_powder_retriever().fit([iron]), tmp_path / "iron")
    with pytest.raises(SystemExit) as stop:
        main([
            "identify", str(folder / "si.xy"), "--library", str(tmp_path / "iron"),
            "--wavelength", "CuKa", "--instrument", str(tmp_path / "x.json"),
        ])  # fmt: skip
    assert stop.value.code == 2
    assert "An instrument is JSON that `xrdmatch calibrate`" in capsys.readouterr().err
