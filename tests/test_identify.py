"""The command `identify`: the right crystal first, what is said about it, and what goes wrong."""

import json
import re
import shutil
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch._cli import main
from xrdmatch.crystallography import Radiation
from xrdmatch.datasets import load_monolayers
from xrdmatch.inspection import ProfileDisplay
from xrdmatch.retrieval import (
    PatternMatcher,
    calibrate_library,
    load_library,
    make_powder_retriever,
    save_library,
)
from xrdmatch.simulation import PowderProfile

ROCKSALT = {"LiF": 4.03, "MgO": 4.21, "NaF": 4.63, "NaCl": 5.64, "KCl": 6.29, "AgCl": 5.55}
SITES = [[0, 0, 0], [0.5, 0.5, 0.5]]
STRETCH, ZERO_SHIFT = 1.006, 0.05  # the cell's lengths; [degrees]
ROW = r"^ +(\d+) +(\S+) +(\S+) +(\S+) +(-?[\d.]+) +([\d.]+) +([+-][\d.]+)$"


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    """Six salts of one kind, and iron."""
    structures = [
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), re.findall("[A-Z][a-z]?", name), SITES)
        for name, a in ROCKSALT.items()
    ]
    structures.append(Structure.from_prototype("bcc", ["Fe"], a=2.866))
    path = tmp_path_factory.mktemp("library") / "salts"
    save_library(make_powder_retriever().fit(structures, labels=[*ROCKSALT, "iron"]), path)
    return path


def halite(radiation="CuKa"):
    """Noisy counts of halite, its cell and the instrument's zero a little off."""
    cell = Lattice.cubic(5.64 * STRETCH)
    salt = Structure.from_spacegroup("Fm-3m", cell, ["Na", "Cl"], SITES)
    profile = PowderProfile(
        np.arange(15, 80, 0.03), fwhm=0.12, zero_shift=ZERO_SHIFT, background=(0.1, -0.04)
    )
    (scan,) = DiffractionSimulator("powder", radiation, profile=profile).transform([salt])
    counts = np.random.default_rng(0).poisson(2000 * scan.counts / scan.counts.max())
    return np.column_stack([scan.two_theta, counts])


@pytest.fixture(scope="module")
def scan(tmp_path_factory):
    """A file with two columns."""
    path = tmp_path_factory.mktemp("scans") / "unknown.xy"
    np.savetxt(path, halite(), fmt="%.3f %d")
    return path


@pytest.fixture
def identify(scan, library, capsys):
    """Function of further arguments: what the command says."""

    def run(*arguments, path=scan):
        main(["identify", str(path), "--library", str(library), *map(str, arguments)])
        return capsys.readouterr()

    return run


def rows(text):
    return re.findall(ROW, text, re.MULTILINE)


def test_table(identify):
    said = identify("--wavelength", "CuKa", "-k", "3")
    table = rows(said.out)
    assert [int(row[0]) for row in table] == [1, 2, 3]
    assert table[0][1:4] == ("NaCl", "NaCl", "Fm-3m")
    scores = [float(row[4]) for row in table]
    assert scores == sorted(scores, reverse=True)
    r_wp, change = float(table[0][5]), float(table[0][6])
    assert 0 < r_wp < min(float(row[5]) for row in table[1:])
    assert change == pytest.approx(100 * (STRETCH - 1), abs=0.05)
    assert "among 7 structures" in said.out


def test_other_wavelengths(tmp_path, identify):
    np.savetxt(tmp_path / "cobalt.xy", halite("CoKa"), fmt="%.3f %d")
    first = rows(identify("--wavelength", "CoKa", "-k", 2, path=tmp_path / "cobalt.xy").out)[0]
    assert first[1] == "NaCl"
    one_line = identify("--wavelength", "1.79", "-k", 2, path=tmp_path / "cobalt.xy").out
    assert rows(one_line)[0][1] == "NaCl"


def test_more_than_there_are(identify):
    assert len(rows(identify("--wavelength", "CuKa", "-k", "50").out)) == 7


def test_known_elements(identify):
    table = rows(identify("--wavelength", "CuKa", "--elements", "Na,K,Cl", "-k", 5).out)
    assert {row[1] for row in table} == {"NaCl", "KCl"}
    assert table[0][1] == "NaCl"


def test_picture(identify, tmp_path, monkeypatch):
    drawn = []
    save = ProfileDisplay.save
    monkeypatch.setattr(ProfileDisplay, "save", lambda *a, **k: drawn.append(save(*a, **k)))
    options = ("--wavelength", "CuKa", "--phases", "1", "--plot", tmp_path / "best.png")
    said = identify(*options).out
    assert str(tmp_path / "best.png") in said
    assert (tmp_path / "best.png").read_bytes().startswith(b"\x89PNG")
    ax = drawn[0].ax_
    assert ax.get_title() == "unknown: NaCl, Fm-3m (NaCl)"  # the scan, and what it is
    assert any("{wp}" in text.get_text() for text in ax.get_legend().get_texts())
    lines = {line.get_label().partition(",")[0]: line for line in ax.lines}
    observed, calculated = (lines[name].get_ydata() for name in ("observed", "calculated"))
    assert np.corrcoef(observed, calculated)[0, 1] > 0.98
    (marks,) = ax.collections
    angle = 2 * np.degrees(np.arcsin(1.5418 / (5.64 * STRETCH)))  # of 200, d = a / 2
    assert np.abs([x[0, 0] - angle - ZERO_SHIFT for x in marks.get_segments()]).min() < 0.02


def test_warnings_have_a_line_each(identify, tmp_path):
    short = halite()
    np.savetxt(tmp_path / "short.xy", short[short[:, 0] < 35], fmt="%.3f %d")
    said = identify("--wavelength", 1.5418, "-k", 2, path=tmp_path / "short.xy")
    (line,) = said.err.splitlines()
    assert line.startswith("note: ")
    assert "covers too little of q" in line
    assert "mean of a K-alpha doublet" in line


def mistake(identify, *arguments, **settings):
    """The sentence that a mistake ends in."""
    with pytest.raises(SystemExit) as stop:
        identify(*arguments, **settings)
    assert stop.value.code == 2


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ([], "needs its wavelength, and .* states none; .* .--wavelength CuKa"),
        (["--wavelength", "NoKa"], "got 'NoKa'"),
        (["--wavelength", "-1"], r"pairs of positive numbers|expected one argument"),
        (["--wavelength", "CuKa", "--elements", "Xx"], "Elements are given by their symbols"),
        (["--wavelength", "CuKa", "--elements", "U,O"], "No structure .* is made of U,O only"),
        (["--wavelength", "CuKa", "-k", "0"], "-k: must be a whole number from 1"),
        (["--wavelength", "CuKa", "--plot", "best.txt"], "--plot: a picture's name ends in .png"),
        (["--wavelength", "CuKa", "--scan", "b"], "has no scan 'b'"),
    ],
)
def test_mistakes_end_in_one_sentence(arguments, sentence, identify, capsys):
    mistake(identify, *arguments)
    said = capsys.readouterr()
    assert re.search(sentence, said.err)
    assert said.err.count("\n") == 1
    assert said.out == ""


def test_what_is_no_scan_or_no_library(identify, library, scan, tmp_path, capsys):
    mistake(identify, path=tmp_path / "none.xy")
    assert "There is no file" in capsys.readouterr().err
    (tmp_path / "empty.xy").write_text("")
    mistake(identify, path=tmp_path / "empty.xy")
    assert "the file is empty" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["identify", str(scan), "--wavelength", "CuKa", "--library", str(tmp_path / "none")])
    assert "There is no library" in capsys.readouterr().err


def test_several_scans_in_a_file(identify, tmp_path):
    block = "data_{}\n_diffrn_radiation_wavelength 1.5406\nloop_\n_pd_meas_2theta_scan\n"
    block += "_pd_meas_counts_total\n{}\n"
    counts = "\n".join(f"{x:.3f} {y:.0f}" for x, y in halite("CuKa1"))
    path = tmp_path / "two.cif"
    path.write_text("".join(block.format(name, counts) for name in ("first", "second")))
    mistake(identify, path=path)
    assert rows(identify("--scan", "second", "-k", 2, path=path).out)[0][1] == "NaCl"


def test_neutrons_are_compared_as_neutrons(identify, tmp_path, library):
    """Titanium scatters neutrons in the other phase than carbon: weak X-ray lines are strong."""
    carbide = Structure.from_spacegroup("Fm-3m", Lattice.cubic(4.33), ["Ti", "C"], SITES)
    structures = [carbide, *load_library(library).gallery_]
    path = tmp_path / "library"
    save_library(make_powder_retriever().fit(structures, labels=["carbide", *range(7)]), path)
    profile = PowderProfile(np.arange(15, 120, 0.05), fwhm=0.3, background=(0.1,))
    radiation = Radiation("neutron", ((1.54, 1.0),))
    (scan,) = DiffractionSimulator("powder", radiation, profile=profile).transform([carbide])
    counts = np.random.default_rng(0).poisson(2000 * scan.counts / scan.counts.max())
    table = "\n".join(f"{x:.3f} {y}" for x, y in zip(scan.two_theta, counts, strict=True))
    head = "_diffrn_radiation_probe neutron\n_diffrn_radiation_wavelength 1.54\nloop_\n"
    tags = "_pd_meas_2theta_scan\n_pd_meas_counts_total\n"
    (tmp_path / "scan.cif").write_text(f"data_x\n{head}{tags}{table}\n")
    (tmp_path / "scan.xy").write_text(table)
    for name, options in (
        ("scan.cif", []),
        ("scan.xy", ["--wavelength", "1.54", "--radiation", "neutron"]),
    ):
        said = identify("--library", path, "-k", 2, *options, path=tmp_path / name)
        first = rows(said.out)[0]
        assert first[1] == "carbide"
        assert float(first[5]) < 15
        assert "not made for neutrons; simulating its 8 structures anew" in said.err
    as_xrays = identify("--library", path, "-k", 2, "--wavelength", "1.54", path=tmp_path / name)
    assert float(rows(as_xrays.out)[0][5]) > float(first[5]) + 5


def test_a_library_of_layers_is_a_mistake(scan, tmp_path, capsys):
    save_library(PatternMatcher().fit(load_monolayers()[:5]), tmp_path / "layers")
    with pytest.raises(SystemExit) as stop:
        main([
            "identify", str(scan), "--wavelength", "CuKa", "--library", str(tmp_path / "layers"),
        ])  # fmt: skip
    assert stop.value.code == 2
    assert capsys.readouterr().err.startswith("xrdmatch identify: The library is of ")


def test_without_matplotlib_all_but_the_picture(identify, monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    said = identify("--wavelength", "CuKa", "-k", 2, "--plot", tmp_path / "best.png")
    assert len(rows(said.out)) == 2
    assert "pip install xrdmatch[plot]" in said.err


def test_torch_is_not_imported(scan, library, tmp_path):
    """It takes longer to import than the scan to identify."""
    line = ["identify", str(scan), "--library", str(library), "--wavelength", "CuKa", "-k", "2"]
    line += ["--plot", str(tmp_path / "best.png")]
    code = f"import sys, xrdmatch._cli as cli; cli.main({line}); print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert rows(said.stdout)[0][1] == "NaCl"
    modules = said.stdout.splitlines()[-1].split()
    assert "matplotlib.pyplot" in modules
    assert {"torch", "skorch"}.isdisjoint(modules)


@pytest.fixture(scope="module")
def mixture(tmp_path_factory):
    """Halite and sylvite, equal in weight: scales go by what a cell weighs and how large it is."""
    salts = {"NaCl": (5.64, 58.44), "KCl": (6.29, 74.55)}
    profile = PowderProfile(np.arange(15, 80, 0.03), fwhm=0.12)
    counts = 0.0
    for name, (a, mass) in salts.items():
        species = re.findall("[A-Z][a-z]?", name)
        salt = Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), species, SITES)
        (scan,) = DiffractionSimulator("powder", "CuKa", profile=profile).transform([salt])
        counts = counts + scan.counts / (mass * a**3)
    noisy = np.random.default_rng(0).poisson(60 + 2500 * counts / counts.max())
    path = tmp_path_factory.mktemp("mixtures") / "salts.xy"
    np.savetxt(path, np.column_stack([scan.two_theta, noisy]), fmt="%.3f %d")
    return path


def test_phases_and_their_fractions(identify, mixture, tmp_path):
    picture = tmp_path / "phases.png"
    options = ("--wavelength", "CuKa", "--phases", "auto", "--plot", picture)
    said = identify(*options, path=mixture).out
    found = re.findall(r"^ +([\d.]+) +([\d.]+)  (\S+) +(\S+) +Fm-3m", said, re.MULTILINE)
    assert {label: formula for *_, label, formula in found} == {"NaCl": "NaCl", "KCl": "KCl"}
    assert all(abs(float(weight) - 50) < 5 for weight, *_ in found)
    assert "2 phases explain the scan: R_wp " in said
    assert "unexplained: another phase" not in said
    assert picture.stat().st_size > 10_000


def test_what_no_phase_explains_is_said(identify, mixture):
    said = identify("--wavelength", "CuKa", "--elements", "Na,Cl", path=mixture).out
    assert "One phase explains the scan: " in said
    assert re.search(r"^Peaks at [\d., ]+ degrees are unexplained: another phase", said, re.M)


def test_candidates_are_rivals_and_that_is_said(identify):
    said = identify("--wavelength", "CuKa", "--phases", "1").out
    assert len(rows(said)) == 7
    assert "rivals for one phase; --phases auto looks" in said


def test_phases_are_what_is_asked_unless_a_ranking_is(identify, mixture):
    said = identify("--wavelength", "CuKa", path=mixture).out
    assert "2 phases explain the scan" in said
    assert "rivals" not in said


def test_noise_has_no_phase(identify, tmp_path):
    x = np.arange(15, 80, 0.05)
    counts = np.random.default_rng(1).poisson(80, len(x))
    np.savetxt(tmp_path / "noise.xy", np.column_stack([x, counts]), fmt="%.3f %d")
    options = ("--wavelength", "CuKa", "--plot", tmp_path / "best.png")
    said = identify(*options, path=tmp_path / "noise.xy").out
    assert re.search(r"^No picture of .*noise.xy: no phase was found.$", said, re.M)
    assert "No phase of the library explains the scan; --phases 1 lists" in said


# Known elements --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "labels"),
    [
        (["--must", "Cl"], {"NaCl", "KCl", "AgCl"}),
        (["--must", "Cl", "--cannot", "Ag"], {"NaCl", "KCl"}),
        (["--any", "K,Ag"], {"KCl", "AgCl"}),
        (["--elements", "Na,Cl,K,F", "--must", "Na"], {"NaCl", "NaF"}),
    ],
)
def test_what_must_may_and_cannot_be_there(identify, options, labels):
    table = rows(identify("--wavelength", "CuKa", "--phases", "1", *options).out)
    assert {row[1] for row in table} == labels


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--must", "U"], "No structure of the library has all of U; allow more elements."),
        (["--must", "Na", "--cannot", "Na"], "Na must be there and is not allowed"),
        (["--elements", "Cl", "--must", "Na"], "or add it to --elements"),
        (["--any", "Xx"], "Elements are given by their symbols"),
    ],
)
@pytest.mark.parametrize("phases", ["1", "auto"])
def test_elements_that_leave_nothing(identify, capsys, options, sentence, phases):
    mistake(identify, "--wavelength", "CuKa", "--phases", phases, *options)
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.out == ""


# Twins in one line -----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """Halite three times, its cells a little different, and sylvite."""
    cells = {"halite": 5.64, "rock salt": 5.645, "NaCl": 5.635}
    structures = [
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), ["Na", "Cl"], SITES)
        for a in cells.values()
    ]
    structures.append(Structure.from_spacegroup("Fm-3m", Lattice.cubic(6.29), ["K", "Cl"], SITES))
    path = tmp_path_factory.mktemp("twins") / "library"
    save_library(make_powder_retriever().fit(structures, labels=["a", "b", "c", "KCl"]), path)
    return path


def test_twins_share_a_line_unless_all_are_asked_for(identify, twins):
    options = ("--wavelength", "CuKa", "--library", twins)
    grouped = identify(*options, "--phases", "1").out
    assert "NaCl, Fm-3m: 3 entries" in grouped
    assert len(re.findall(r"^ +\d+  ", grouped, re.M)) == 2
    assert len(rows(identify(*options, "--phases", "1", "--all").out)) == 4
    (line,) = re.findall(r"^ +100\.0 .*$", identify(*options).out, re.M)
    assert line.endswith("NaCl, Fm-3m: 3 entries")
    (line,) = re.findall(r"^ +100\.0 .*$", identify(*options, "--all").out, re.M)
    assert sorted(re.findall(r"\b[abc]\b", line)) == ["a", "b", "c"]


# Wavelengths that cannot be --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("MoKa", "states 1.5406 Å, and --wavelength gives 0.71"),
        ("0.1542", "would reach planes 0.12 Å apart, where no powder has lines"),
        ("154", "Scans are taken with 0.01 to 30 Å, got --wavelength 154"),
    ],
)
def test_a_wavelength_that_cannot_be_is_refused(identify, tmp_path, capsys, given, sentence):
    path = tmp_path / "stated.cif"
    head = "data_x\n_diffrn_radiation_wavelength 1.5406\n" if given == "MoKa" else "data_x\n"
    counts = "\n".join(f"{x:.3f} {y:.0f}" for x, y in halite("CuKa1"))
    tags = "loop_\n_pd_meas_2theta_scan\n_pd_meas_counts_total\n"
    path.write_text(f"{head}{tags}{counts}\n")
    mistake(identify, "--wavelength", given, path=path)
    said = capsys.readouterr()
    assert sentence in said.err
    assert said.err.count("\n") == 1
    assert "NaCl" in identify(*([] if given == "MoKa" else ["--wavelength", "CuKa"]), path=path).out


@pytest.fixture(scope="module")
def calibrated(library, tmp_path_factory):
    """The same library, calibrated."""
    path = tmp_path_factory.mktemp("calibrated") / "salts"
    shutil.copytree(library, path)
    calibrate_library(path, n_queries=40)
    return path


def test_a_calibrated_library_says_how_probable_it_is(identify, calibrated):
    said = identify("--library", calibrated, "--wavelength", "CuKa", "-k", 3).out
    assert "probability" in said
    first = next(line for line in said.splitlines() if "NaCl" in line)
    assert first.endswith("% *")
    assert re.search(r"^Not in the library: \d+ %\.$", said, re.MULTILINE)
    assert re.search(r"^Set of 90 %: NaCl, Fm-3m \(\d+ %\)\.", said, re.MULTILINE)


def test_so_is_the_one_phase_of_a_scan(identify, calibrated):
    said = identify("--library", calibrated, "--wavelength", "CuKa").out
    (share,) = re.findall(r"Probability that the phase is NaCl, Fm-3m: (\d+) %\.", said)
    assert int(share) > 60


def test_an_uncalibrated_library_says_nothing_of_it(identify):
    said = identify("--wavelength", "CuKa", "-k", 3).out
    assert "robab" not in said
    assert "Not in the library" not in said


def test_a_crystal_that_is_not_there_is_not_named(identify, calibrated, tmp_path):
    """Corundum among rock salts and iron."""
    corundum = Structure.from_spacegroup(
        "R-3c", Lattice.hexagonal(4.759, 12.993), ["Al", "O"], [[0, 0, 0.352], [0.306, 0, 0.25]]
    )
    profile = PowderProfile(np.arange(15, 80, 0.03), fwhm=0.12, background=(0.1,))
    (scan,) = DiffractionSimulator("powder", "CuKa", profile=profile).transform([corundum])
    counts = np.random.default_rng(0).poisson(2000 * scan.counts / scan.counts.max())
    path = tmp_path / "corundum.xy"
    np.savetxt(path, np.column_stack([scan.two_theta, counts]), fmt="%.3f %d")
    options = ("--library", calibrated, "--wavelength", "CuKa", "-k", 3)
    said = identify(*options, "--json", tmp_path / "out.json", path=path).out
    assert re.search(r"^Probably not in the library: (\d+|over 99) %\.$", said, re.MULTILINE)
    assert "No phase of the library is probable enough" in said
    (answer,) = json.loads((tmp_path / "out.json").read_text())
    certainty = answer["certainty"]
    assert certainty["rejected"]
    assert certainty["not_in_library"] > 0.8
    total = certainty["not_in_library"] + sum(p["probability"] for p in certainty["phases"])
    assert total == pytest.approx(1, abs=0.1)
    assert certainty["learned_from"] == "40 simulated queries"


def test_a_table_has_the_probabilities(identify, calibrated, tmp_path):
    options = ("--library", calibrated, "--wavelength", "CuKa", "-k", 3)
    identify(*options, "--csv", tmp_path / "out.csv")
    table = pd.read_csv(tmp_path / "out.csv")
    assert table["probability"].iloc[0] > 0.6
    assert table["probability"].iloc[0] + table["not_in_library"].iloc[0] <= 1
