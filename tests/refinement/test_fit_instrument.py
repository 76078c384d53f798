"""Instruments measured on standards: simulated ones of which all is known, and a real one."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Scan
from xrdmatch.io import read_pattern
from xrdmatch.preprocessing import PeakFinder
from xrdmatch.refinement import fit_instrument, refine_scan
from xrdmatch.simulation import PowderProfile, broadened, sample_fwhm

CERTIFIED = 4.15689  # [Å] LaB6, NIST SRM 660b, at 22.5 degrees Celsius
NOISE = 0.03  # relative error of widths, from counting
SHAPES = 0.15  # a real line's width depends on the shape that is fitted to it
LABORATORY = np.arange(18, 130, 0.015)
ANGLES = np.array([30.0, 60.0, 90.0, 110.0])


def lab6(a=CERTIFIED):
    return Structure.from_spacegroup(
        "Pm-3m", Lattice.cubic(a), ["La", "B"], [[0, 0, 0], [0.1993, 0.5, 0.5]]
    )


def scan_of(radiation="CuKa", two_theta=LABORATORY, seed=0, **options):
    profile = PowderProfile(two_theta, background=(0.05, -0.02), **options)
    (scan,) = DiffractionSimulator("powder", radiation, profile=profile).transform([lab6()])
    rng = np.random.default_rng(seed)
    counts = rng.poisson(20000 * scan.counts / scan.counts.max())
    return Scan(scan.two_theta, counts, radiation=radiation, name="standard")


def test_known_widths_and_zero_come_back():
    """Gaussian of U, V, W, with a Lorentzian as that of small, strained crystals."""
    caglioti, size, strain = (0.008, -0.004, 0.006), 4000.0, 2e-4
    scan = scan_of(fwhm=caglioti, eta=0.0, size=size, strain=strain, zero_shift=-0.034)
    instrument = fit_instrument(scan, lab6())
    tangent = np.tan(np.radians(ANGLES / 2))
    lorentz = sample_fwhm(tangent, scan.radiation.wavelength, size, strain)
    expected, eta = broadened(np.sqrt(np.polyval(caglioti, tangent)), 0.0, lorentz)
    fwhm, share = instrument.shape(ANGLES)
    np.testing.assert_allclose(fwhm, expected, rtol=NOISE)
    np.testing.assert_allclose(share, eta, atol=0.1)
    assert abs(instrument.zero_shift + 0.034) < max(4 * instrument.zero_shift_sigma, 1e-3)
    assert instrument.zero_shift_sigma < 0.002
    assert (instrument.radiation, instrument.name) == (scan.radiation, "standard")
    assert 20 < instrument.two_theta[0] < 22
    assert instrument.r_wp < 0.05


def test_a_displaced_sample_is_no_zero_shift():
    scan = scan_of(fwhm=0.08, zero_shift=0.02, displacement=0.1, goniometer_radius=240.0)
    assert fit_instrument(scan, lab6()).zero_shift == pytest.approx(0.02, abs=0.003)


def test_texture_and_sites_do_not_matter():
    wrong = Structure(lab6().lattice, lab6().species[:1], [[0, 0, 0]])
    scan = scan_of(fwhm=0.08, eta=0.0, texture=0.7, texture_axis=(1, 1, 1))
    right, other = fit_instrument(scan, lab6()), fit_instrument(scan, wrong)
    np.testing.assert_allclose(right.fwhm(ANGLES), other.fwhm(ANGLES), rtol=1e-3)
    np.testing.assert_allclose(right.fwhm(ANGLES), 0.08, rtol=NOISE)


def test_a_synchrotron():
    x = np.arange(4, 40, 0.001)
    scan = scan_of(0.414581, x, fwhm=(1e-4, 0.0, 6e-5), eta=0.2, zero_shift=0.002)
    instrument = fit_instrument(scan, lab6(), monochromator=90.0)
    expected = np.sqrt(1e-4 * np.tan(np.radians([5.0, 15.0])) ** 2 + 6e-5)
    np.testing.assert_allclose(instrument.fwhm([10, 30]), expected, rtol=NOISE)
    assert abs(instrument.zero_shift - 0.002) < 3 * instrument.zero_shift_sigma < 0.003
    assert instrument.monochromator == 90.0


def test_too_few_lines():
    few = scan_of(two_theta=np.arange(19, 40, 0.02))
    with pytest.raises(ValueError, match=r"on at least 4 lines of a standard, got 3 in the scan"):
        fit_instrument(few, lab6())


def test_no_peaks():
    x = np.arange(18, 130, 0.02)
    flat = Scan(x, np.random.default_rng(0).poisson(300, len(x)), radiation="CuKa")
    with pytest.raises(ValueError, match=r"got a scan without peaks; check structure and wave"):
        fit_instrument(flat, lab6())


def test_a_measured_standard(shared_data):
    """LaB6: its certified cell comes out, and widths are those of its peaks."""
    path = shared_data / "measured" / "patterns" / "xray-d82dc6c9.xy"
    scan = read_pattern(path, wavelength="CuKa")
    refined = refine_scan(scan, lab6(1.004 * CERTIFIED))
    assert refined.lattice[0] == pytest.approx(CERTIFIED, abs=2 * refined.lattice_sigma[0])
    assert refined.lattice_sigma[0] < 0.001
    assert refined.r_wp < 0.08
    instrument = fit_instrument(scan, lab6())
    peaks = PeakFinder(min_intensity=0.05).find(scan)
    some = (peaks.two_theta > 40) & (peaks.two_theta < 145)
    expected = instrument.fwhm(peaks.two_theta[some])
    np.testing.assert_allclose(peaks.fwhm[some], expected, rtol=SHAPES)
    assert abs(instrument.zero_shift) < 0.02
