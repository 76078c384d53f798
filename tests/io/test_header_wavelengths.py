"""Wavelengths in headers: their units and places, and what cannot be one."""

import warnings

import pytest
import scan_files as files

from xrdmatch.crystallography import as_radiation
from xrdmatch.io import ScanWarning, read_pattern
from xrdmatch.io._header_wavelengths import find_wavelengths
from xrdmatch.io._wavelengths import DoubtfulWavelength

DOUBLET = ((1.5406, 1.0), (1.5444, 0.5))


@pytest.mark.parametrize(
    ("text", "wavelength"),
    [
        ("# Wavelength: 7.1e-11", 0.71),
        ("# Wavelength: 7.1e-11 m", 0.71),
        ("wavelength [m] = 7.1e-11", 0.71),
        ("# wavelength 0.071 nm", 0.71),
        ("wavelength_nm=0.154056", 1.54056),
        ("Wavelength (nm): 0.071", 0.71),
        ("lambda = 71 pm", 0.71),
        ("# Calibrated wavelength = 0.413909", 0.413909),
        ("lambda= 1.8857, T= 10.0, dT=0.02", 1.8857),
        ("# lambda: 0,7000 Å", 0.7),
        ("# lambda 0.15406 A", 0.15406),
        ("Wavelength,0.7 Angstrom", 0.7),
        ("λ = 0.7 Å", 0.7),
        ("# energy: 17.4 keV", 12.398419843320026 / 17.4),
        ("Photon energy (eV): 17400", 12.398419843320026 / 17.4),
        ("lambda=0.126514    energy=98.0010    polartype=2", 0.126514),
    ],
)
def test_one_wavelength(text, wavelength):
    radiation = find_wavelengths(text)
    assert radiation.lines == ((pytest.approx(wavelength, rel=1e-9), 1.0),)


@pytest.mark.parametrize(
    "text",
    [
        "K-Alpha1 wavelength,1.5406\nK-Alpha2 wavelength,1.5444\nRatio K-Alpha2/K-Alpha1,0.5",
        "K-Alpha1 [Å]: 1.5406\nK-Alpha2 [Å]: 1.5444\nK-A2 / K-A1 Ratio: 0.5\nK-Beta [Å]: 1.39225",
        "Wavelength: 1.5406 1.5444",
        "_WL1=1.5406\n_WL2=1.5444\n_WLRATIO=0.5",
        "# Ka1 0.15406 nm, Ka2 0.15444 nm",
    ],
)
def test_the_doublet(text):
    for (line, weight), (true, share) in zip(find_wavelengths(text).lines, DOUBLET, strict=True):
        assert line == pytest.approx(true, abs=1e-9)
        assert weight == share


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Radiation: Mo", "MoKa"),
        ("# X-ray source: Cu Kα1", "CuKa1"),
        ("Anode material,Co", "CoKa"),
        ("Wavelength: CuKa", "CuKa"),
        ("# wavelength 1.5418", "CuKa"),
    ],
)
def test_lines_by_name(text, name):
    assert find_wavelengths(text) == as_radiation(name)


@pytest.mark.parametrize(
    "text",
    [
        "# Wavelength calibration done on 12.03.2024",
        "Used wavelength: K-Alpha1",
        "target: none",
        "energy = 98.0010",
        "wavelength: -1",
        "sin(theta)/lambda(1/A) I",
        "wavelength " * 2000,
    ],
)
def test_no_wavelength(text):
    assert find_wavelengths(text) is None


@pytest.mark.parametrize(
    ("text", "doubt"),
    [
        ("# wavelength 0.15406", "has no unit and is Cu K-alpha if it is in nm"),
        ("Wavelength: 70.932", "has no unit and is Mo K-alpha if it is in pm"),
        ("wavelength: 1e300", r"no scan is taken with the wavelength of 1e\+300 Å"),
        ("Ka1: 1.5406\nKa2: 15.444 Å", "K-alpha 1 of 1.5406 Å and K-alpha 2 of 15.444 Å are not"),
        ("wavelength 1.5406\nwavelength 0.7107", "states wavelengths that differ, 1.5406 and 0.71"),
    ],
)
def test_doubts_are_said_and_nothing_is_taken(tmp_path, text, doubt):
    with pytest.warns(DoubtfulWavelength, match=doubt):
        assert find_wavelengths(text) is None
    path = tmp_path / "scan.xy"
    header = "".join(f"# {line}\n" for line in text.splitlines())
    path.write_bytes(header.encode() + files.xy())
    with pytest.raises(ValueError, match=rf"wavelength, and .* none that can be used: .*{doubt}"):
        read_pattern(path)
    with pytest.warns(ScanWarning, match=doubt):
        assert read_pattern(path, wavelength="CuKa").radiation == as_radiation("CuKa")


def test_lines_that_differ_tenfold_in_a_vendors_file(tmp_path):
    path = tmp_path / "scan.xrdml"
    path.write_bytes(files.xrdml().replace(b"1.544426", b"0.1544426"))
    with pytest.raises(ValueError, match=r"K-alpha 2 of 0\.154443 Å are not of one tube"):
        read_pattern(path)


def test_the_wavelength_in_a_gsas_comment(tmp_path):
    path = tmp_path / "scan.fxye"
    title, bank, *rows = files.gsas().split(b"\n")
    path.write_bytes(b"\n".join([title, b"# Calibrated wavelength = 0.413909", bank, *rows]))
    assert read_pattern(path).radiation.lines == ((0.413909, 1.0),)


@pytest.mark.parametrize("intended", ["K-Alpha 1", "K-Alpha"])
@pytest.mark.parametrize(
    ("optics", "n_lines"),
    [
        ("<filter><material>Ni</material></filter>", 2),
        ("<monochromator><crystal>Graphite</crystal></monochromator>", 2),
        ('<monochromator name="Johansson K-Alpha 1"><crystal>X</crystal></monochromator>', 1),
        ("<monochromator><crystal>Ge</crystal></monochromator>", 1),
    ],
)
def test_only_a_crystal_parts_the_doublet(tmp_path, intended, optics, n_lines):
    content = files.xrdml(files.xrdml_scan(optics=optics))
    path = tmp_path / "scan.xrdml"
    path.write_bytes(content.replace(b'intended="K-Alpha"', f'intended="{intended}"'.encode()))
    assert len(read_pattern(path).radiation.lines) == n_lines


NEUTRONS = b"_diffrn_radiation_probe neutron\n_diffrn_radiation_wavelength 1.5418\n"


def test_neutrons_stay_neutrons(tmp_path):
    path = tmp_path / "scan.cif"
    path.write_bytes(files.cif(lines=False).replace(b"data_quartz\n", b"data_quartz\n" + NEUTRONS))
    scan = read_pattern(path)
    assert (scan.radiation.kind, scan.radiation.lines) == ("neutron", ((1.5418, 1.0),))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ScanWarning)
        assert read_pattern(path, wavelength=1.9).radiation.kind == "neutron"


def test_neutrons_by_request(tmp_path):
    path = tmp_path / "scan.xy"
    path.write_bytes(b"# lambda 1.5418\n" + files.xy())
    radiation = read_pattern(path, radiation="neutron").radiation
    assert radiation.kind == "neutron"
    assert [weight for _, weight in radiation.lines] == [1.0]
    assert radiation.wavelength == pytest.approx(1.5418, abs=1e-4)
    with pytest.raises(ValueError, match="Radiation must be one of 'xray', 'electron', 'neutron'"):
        read_pattern(path, radiation="muon")
