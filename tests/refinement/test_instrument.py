"""An instrument's widths: closed forms, files of other programs read back, what is refused."""

import json

import numpy as np
import pytest

from xrdmatch.crystallography import as_radiation
from xrdmatch.refinement import InstrumentProfile
from xrdmatch.simulation import PowderProfile

ANGLES = np.array([20.0, 45.0, 90.0, 130.0])
TAN = np.tan(np.radians(ANGLES / 2))
COS = np.cos(np.radians(ANGLES / 2))
PRINTED = 1e-5  # relative: seven digits in a file
INSTRUMENT = InstrumentProfile(
    "CuKa", (0.012, -0.006, 0.005), (0.031, 0.017), 0.021, 0.001, (15, 140), 26.6, 0.08, "D8"
)


def thompson_cox_hastings(gauss, lorentz):
    """Full width of the pseudo-Voigt, as the paper prints it."""
    terms = (1, 2.69269, 2.42843, 4.47163, 0.07842, 1)
    return sum(c * gauss ** (5 - k) * lorentz**k for k, c in enumerate(terms)) ** 0.2


def test_widths_are_caglioti_s_and_the_lorentzian_s():
    gauss, lorentz = INSTRUMENT.widths(ANGLES)
    np.testing.assert_allclose(gauss**2, 0.012 * TAN**2 - 0.006 * TAN + 0.005)
    np.testing.assert_allclose(lorentz, 0.031 / COS + 0.017 * TAN)
    np.testing.assert_allclose(INSTRUMENT.fwhm(ANGLES), thompson_cox_hastings(gauss, lorentz))


def test_pure_shapes():
    fwhm, eta = InstrumentProfile("CuKa", (0, 0, 0.01)).shape(50.0)
    assert (float(fwhm), float(eta)) == pytest.approx((0.1, 0.0))
    fwhm, eta = InstrumentProfile("CuKa", (0, 0, 0), (0.1, 0.0)).shape(0.0)
    assert (float(fwhm), float(eta)) == pytest.approx((0.1, 1.0), rel=1e-2)


def test_the_gaussian_is_the_simulator_s():
    """PowderProfile takes the same U, V, W."""
    instrument = InstrumentProfile("CuKa", (0.012, -0.006, 0.008))
    PowderProfile(ANGLES, fwhm=instrument.caglioti)  # positive everywhere
    np.testing.assert_allclose(
        instrument.fwhm(ANGLES) ** 2, np.polyval(instrument.caglioti, TAN), rtol=1e-6
    )


def test_beyond_its_range_the_widths_of_the_ends_count():
    assert INSTRUMENT.fwhm(1.0) == INSTRUMENT.fwhm(15.0)
    assert INSTRUMENT.fwhm(179.0) == INSTRUMENT.fwhm(140.0)


def test_json_brings_all_back(tmp_path):
    INSTRUMENT.to_json(tmp_path / "d8.json")
    assert InstrumentProfile.from_json(tmp_path / "d8.json") == INSTRUMENT


def read_gsas(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#GSAS-II instrument parameter file; do not add/delete items!"
    return dict(line.split(":") for line in lines[1:])


def gsas_fwhm(values):
    """As GSAS-II computes it: a standard deviation and a width, in centidegrees."""
    u, v, w, x, y, z = (float(values[name]) for name in "UVWXYZ")
    sigma = np.sqrt(u * TAN**2 + v * TAN + w)
    gamma = z + x / COS + y * TAN
    return thompson_cox_hastings(np.sqrt(8 * np.log(2)) * sigma, gamma) / 100


def test_gsas_has_the_same_widths(tmp_path):
    INSTRUMENT.to_gsas(tmp_path / "d8.instprm")
    values = read_gsas(tmp_path / "d8.instprm")
    np.testing.assert_allclose(gsas_fwhm(values), INSTRUMENT.fwhm(ANGLES), rtol=PRINTED)
    (first, one), (second, half) = as_radiation("CuKa").lines
    assert float(values["Lam1"]) == pytest.approx(first, abs=1e-6)
    assert float(values["Lam2"]) == pytest.approx(second, abs=1e-6)
    assert float(values["I(L2)/I(L1)"]) == half / one
    assert (values["Type"], float(values["Zero"])) == ("PXC", 0.021)
    assert values["Source"] == "CuKa"


@pytest.mark.parametrize(("angle", "share"), [(0.0, 0.5), (90.0, 1.0)])
def test_gsas_has_the_same_polarisation(tmp_path, angle, share):
    """Its factor is (1 - P) cos^2 2 theta + P, ours 1 + cos^2 2 theta_m cos^2 2 theta."""
    instrument = InstrumentProfile(0.41, (0, 0, 1e-4), monochromator=angle)
    instrument.to_gsas(tmp_path / "one.instprm")
    values = read_gsas(tmp_path / "one.instprm")
    assert float(values["Polariz."]) == pytest.approx(share)
    assert float(values["Lam"]) == 0.41
    assert not {"Lam1", "Source"} & set(values)


def test_fullprof_has_the_same_widths(tmp_path):
    INSTRUMENT.to_fullprof(tmp_path / "d8.irf")
    title, first, second = (tmp_path / "d8.irf").read_text(encoding="utf-8").splitlines()
    assert first == second
    assert "Lambda1=1.540593" in title
    assert "Zero=0.02100" in title
    u, v, w, x, y, z = map(float, first.split())
    gauss = np.sqrt((u * TAN + v) * TAN + w)
    lorentz = x * TAN + y / COS + z
    np.testing.assert_allclose(
        thompson_cox_hastings(gauss, lorentz), INSTRUMENT.fwhm(ANGLES), rtol=PRINTED
    )


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("CuKa", (0.1, 0.2)), r"caglioti are 3 finite numbers, got \(0.1, 0.2\)"),
        (("CuKa", (0, 0, np.nan)), "caglioti are 3 finite numbers"),
        (("CuKa", (0, 0, 1), (1,)), "lorentzian are 2 finite numbers"),
        (("CuKa", (0, 0, 1), (0, 0), np.inf), "zero_shift are 2 finite numbers"),
        (("CuKa", (0, 0, 1), (0, 0), 0, 0, (90, 20)), "range rises .* got two_theta=.90.0, 20.0"),
        (("xray", (0, 0, 1)), "has a wavelength, got a radiation without lines; give 'CuKa'"),
    ],
)
def test_what_is_no_instrument(arguments, message):
    with pytest.raises(ValueError, match=message):
        InstrumentProfile(*arguments)


@pytest.mark.parametrize("content", ["{", "[]", "{}", json.dumps({"radiation": {"kind": "x"}})])
def test_a_file_that_holds_something_else(tmp_path, content):
    (tmp_path / "x.json").write_text(content, encoding="utf-8")
    with pytest.raises(
        ValueError, match=r"An instrument is JSON .* got something else in .*x.json"
    ):
        InstrumentProfile.from_json(tmp_path / "x.json")
