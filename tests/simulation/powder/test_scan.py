"""Peaks and scans: areas, lines, shifts, texture, background."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Radiation
from xrdmatch.simulation import PowderProfile, lorentz_polarization, pseudo_voigt

GRID = np.arange(5, 120, 0.005)
STEP = 0.005  # degrees
SUMMED = 1e-3  # relative: a sum over steps for the integral, and tails beyond the ends
ENDED = 0.01  # relative to the height: a Lorentzian that ends where it reaches 30 widths
POLONIUM = Structure(Lattice.cubic(3.35), ["Po"], [[0, 0, 0]])
ZINC = Structure(
    Lattice.hexagonal(2.66, 4.95), ["Zn", "Zn"], [[1 / 3, 2 / 3, 0.25], [2 / 3, 1 / 3, 0.75]]
)


def scan_of(structure, radiation=1.5406, grid=GRID, **options):
    simulator = DiffractionSimulator("powder", radiation, profile=PowderProfile(grid, **options))
    (scan,) = simulator.transform([structure])
    return scan


def peaks_of(structure, radiation=1.5406, **options):
    (pattern,) = DiffractionSimulator("powder", radiation, **options).transform([structure])
    return pattern


def two_theta(q, wavelength=1.5406):
    return 2 * np.degrees(np.arcsin(q * wavelength / 2))


def area_near(scan, centre, half_width):
    near = np.abs(scan.two_theta - centre) < half_width
    return scan.counts[near].sum() * STEP


@pytest.mark.parametrize("options", [{"eta": 0.0}, {"eta": 1.0}, {"size": 400.0, "strain": 1e-3}])
def test_area_is_the_sum_of_peak_intensities(options):
    grid = np.arange(5, 120, STEP)
    simulator = DiffractionSimulator(
        "powder", 1.5406, q_max=0.8, profile=PowderProfile(grid, **options)
    )
    (scan,) = simulator.transform([POLONIUM])
    total = peaks_of(POLONIUM, q_max=0.8).intensity.sum()
    assert scan.counts.sum() * STEP == pytest.approx(total, rel=SUMMED)


def test_one_peak_is_a_pseudo_voigt():
    scan = scan_of(POLONIUM, fwhm=0.2, eta=0.5, grid=np.arange(20, 33, 0.01))
    pattern = peaks_of(POLONIUM, q_max=0.35)
    height = pattern.intensity[0] * pseudo_voigt(scan.two_theta - two_theta(pattern.q[0]), 0.2, 0.5)
    near = height > 0.1 * height.max()
    np.testing.assert_allclose(scan.counts[near], height[near], atol=ENDED * height.max())


def test_lines_share_the_area_as_their_weights():
    doublet = Radiation("xray", ((1.54056, 2.0), (1.54439, 1.0)))
    scan = scan_of(POLONIUM, doublet, fwhm=0.02, eta=0.0, grid=np.arange(80, 120, STEP))
    q = np.sqrt(10) / 3.35  # 310, whose lines stand 0.4 degrees apart
    areas = [area_near(scan, two_theta(q, w), 0.1) for w, _ in doublet.lines]
    factors = [lorentz_polarization(q, w) for w, _ in doublet.lines]
    assert areas[0] / areas[1] == pytest.approx(2 * factors[0] / factors[1], rel=SUMMED)
    assert scan.radiation == doublet


@pytest.mark.parametrize(
    ("options", "shift"),
    [
        ({"zero_shift": 0.2}, lambda theta: 0.2),
        (
            {"displacement": 0.5, "goniometer_radius": 200.0},
            lambda theta: -np.degrees(2 * 0.5 / 200 * np.cos(theta)),
        ),
    ],
)
def test_peaks_move(options, shift):
    scan = scan_of(POLONIUM, fwhm=0.05, **options)
    for q in np.sqrt([1, 2, 5]) / 3.35:
        at = two_theta(q) + shift(np.radians(two_theta(q) / 2))
        near = np.abs(scan.two_theta - at) < 0.5
        top = scan.two_theta[near][scan.counts[near].argmax()]
        assert top == pytest.approx(at, abs=STEP)


@pytest.mark.parametrize("r", [0.6, 1.5])
def test_texture_along_its_axis_and_across(r):
    """00l lie along the axis: r^-3; hk0 across: r^(3/2)."""
    plain, turned = (scan_of(ZINC, fwhm=0.03, eta=0.0, texture=t) for t in (1.0, r))
    across, along = np.sqrt(4 / 3) / 2.66, 2 / 4.95  # 100 and 002
    for q, factor in ((across, r**1.5), (along, r**-3)):
        ratio = area_near(turned, two_theta(q), 0.1) / area_near(plain, two_theta(q), 0.1)
        assert ratio == pytest.approx(factor, rel=SUMMED)


def test_texture_in_a_cube_is_the_mean_over_the_family():
    """Of 200 one plane in three lies along 001, the others across."""
    salt = Structure.from_spacegroup(
        "Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]]
    )
    plain, turned = (scan_of(salt, fwhm=0.03, eta=0.0, texture=t) for t in (1.0, 0.5))
    ratio = area_near(turned, two_theta(2 / 5.64), 0.1) / area_near(plain, two_theta(2 / 5.64), 0.1)
    assert ratio == pytest.approx((0.5**-3 + 2 * 0.5**1.5) / 3, rel=SUMMED)


def test_background_is_a_share_of_the_highest_point():
    flat, plain = scan_of(POLONIUM, background=0.1), scan_of(POLONIUM)
    np.testing.assert_allclose(flat.counts - plain.counts, 0.1 * plain.counts.max())
    sloped = scan_of(POLONIUM, background=(0.2, -0.1)).counts - plain.counts
    np.testing.assert_allclose(sloped[[0, -1]], np.array([0.3, 0.1]) * plain.counts.max())


def test_small_crystals_have_wide_peaks():
    scan = scan_of(POLONIUM, fwhm=0.01, size=100.0)
    at = two_theta(np.sqrt(2) / 3.35)
    expected = np.degrees(0.9 * 1.5406 / (100 * np.cos(np.radians(at / 2))))
    near = np.abs(scan.two_theta - at) < 3
    above = scan.counts[near] > scan.counts[near].max() / 2
    assert above.sum() * STEP == pytest.approx(expected, rel=0.02)  # and the instrument's own


def test_peaks_beyond_a_line_are_left_to_the_others():
    """At 175 degrees K-alpha 2 no longer reaches what K-alpha 1 does."""
    scan = scan_of(
        POLONIUM, Radiation("xray", ((1.5, 1.0), (1.6, 1.0))), grid=np.arange(5, 175, 0.1)
    )
    assert np.isfinite(scan.counts).all()


def test_peaks_have_the_factor_of_the_mean_wavelength():
    pattern = peaks_of(POLONIUM, "CuKa", monochromator=26.6)
    plain = peaks_of(POLONIUM, "CuKa")
    mean = pattern.radiation.wavelength
    factors = [lorentz_polarization(pattern.q[:, 0], mean, m) for m in (26.6, 0.0)]
    np.testing.assert_allclose(
        pattern.intensity / plain.intensity, factors[0] / factors[1], rtol=1e-12
    )
    assert pattern.q.shape == (pattern.n_peaks, 1)
