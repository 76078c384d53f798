"""Peaks: where they were put they are found, as surely as is said."""

import csv

import numpy as np
import pytest
from powder_scans import GRID, ideal_counts, noisy_scan

from xrdmatch.crystallography import ANODES, Scan, as_radiation
from xrdmatch.io import read_pattern
from xrdmatch.preprocessing import KAlpha2Stripper, PeakFinder, line_width

PLACES = np.array([20.013, 31.337, 31.703, 47.906, 66.221, 80.748, 92.005])
AREAS = np.array([60.0, 900.0, 300.0, 300.0, 250.0, 90.0, 120.0])
LAB6 = 4.1569  # [Å] edge of the cubic cell of the standard LaB6 at room temperature
# What is left of displacement and of the wavelengths' tables in a scan taken on a laboratory's
# diffractometer, relative.
LAB6_TOLERANCE = 5e-4


@pytest.mark.parametrize("lines", ["CuKa", "CuKa1", "CoKa", "MoKa"])
def test_positions_and_areas(lines):
    found = PeakFinder().find(noisy_scan(PLACES, AREAS, lines))
    assert len(found.two_theta) == len(PLACES)
    assert (np.abs(found.two_theta - PLACES) < 5 * found.two_theta_sigma).all()
    assert (np.abs(found.intensity - AREAS) < 5 * found.intensity_sigma).all()
    assert found.two_theta_sigma.max() < 0.02  # below a step
    strongest = ANODES[lines[:2]][0]
    expected = 2 * np.sin(np.radians(PLACES / 2)) / strongest
    np.testing.assert_allclose(found.q, expected, rtol=1e-3)
    np.testing.assert_array_equal(found.pattern.q[:, 0], found.q)
    np.testing.assert_array_equal(found.pattern.intensity, found.intensity)
    assert found.pattern.radiation == as_radiation(lines)


def test_uncertainties_are_what_many_draws_scatter():
    finds = [PeakFinder().find(noisy_scan(PLACES, AREAS, seed=i)) for i in range(25)]
    whole = [found for found in finds if len(found.two_theta) == len(PLACES)]
    assert len(whole) >= 20
    for name, truth in (("two_theta", PLACES), ("intensity", AREAS)):
        errors = np.array([(found[name] - truth) / found[f"{name}_sigma"] for found in whole])
        assert 0.7 < errors.std() < 1.4
        assert np.abs(errors.mean(axis=0)).max() < 1.2


def test_noise_alone_has_no_peaks():
    for seed in range(5):
        scan = noisy_scan([], [], seed=seed)
        with pytest.raises(ValueError, match="no peak stands out by 5 standard deviations"):
            PeakFinder().find(scan)


WEAK = np.linspace(20.013, 80.013, 8)


def weak_scan(seed, area=4.0):
    """Peaks that reach 15 counts above 5, of 25 points each."""
    x = np.arange(15.0, 90.0, 0.01)
    return noisy_scan(WEAK, np.full(8, area), "CuKa1", x=x, background=5.0, fwhm=0.25, seed=seed)


@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("unit", [1.0, 0.01])
def test_peaks_that_no_single_point_shows(seed, unit):
    scan = weak_scan(seed)
    found = PeakFinder().find(Scan(scan.two_theta, unit * scan.counts, radiation="CuKa1"))
    assert len(found.two_theta) == len(WEAK)
    np.testing.assert_allclose(found.two_theta, WEAK, atol=0.06)


def test_one_high_count_is_no_peak():
    scan = noisy_scan([], [], background=4.0)
    counts = scan.counts.copy()
    counts[700::600] = 20
    with pytest.raises(ValueError, match="no peak stands out"):
        PeakFinder().find(Scan(scan.two_theta, counts, radiation=scan.radiation))


def interpolated(scan):
    """The scan on a grid of half its step: its noise is no longer independent."""
    fine = np.arange(scan.two_theta[0], scan.two_theta[-1], scan.step / 2)
    return Scan(fine, np.interp(fine, scan.two_theta, scan.counts), radiation=scan.radiation)


def test_interpolated_noise_is_no_peak():
    for seed in range(3):
        with pytest.raises(ValueError, match="no peak stands out"):
            PeakFinder().find(interpolated(noisy_scan([], [], seed=seed)))
    found = PeakFinder().find(interpolated(noisy_scan(PLACES, AREAS)))
    np.testing.assert_allclose(found.two_theta, PLACES, atol=0.03)


def test_the_unit_of_counts_does_not_matter():
    scan = noisy_scan(PLACES, AREAS)
    rate = Scan(scan.two_theta, scan.counts / 250, radiation=scan.radiation)
    found, scaled = PeakFinder().find(scan), PeakFinder().find(rate)
    np.testing.assert_allclose(scaled.two_theta, found.two_theta, atol=1e-3)
    np.testing.assert_allclose(scaled.intensity, found.intensity / 250, rtol=0.02)


def test_stripped_scans_give_the_same_places():
    scan = noisy_scan(PLACES, 20 * AREAS)
    (stripped,) = KAlpha2Stripper().transform([scan])
    found = PeakFinder().find(stripped)
    for place in PLACES:
        assert np.abs(found.two_theta - place).min() < 0.005


def test_width_is_measured():
    for fwhm in (0.08, 0.3):
        found = PeakFinder().find(noisy_scan(PLACES[3:5], 4 * AREAS[3:5], fwhm=fwhm))
        np.testing.assert_allclose(found.fwhm, fwhm, rtol=0.1)


def test_weak_peaks_can_be_left_out():
    scan = noisy_scan(PLACES, AREAS)
    (pattern,) = PeakFinder(min_intensity=0.2).transform([scan])
    assert pattern.n_peaks == np.count_nonzero(AREAS / AREAS.max() >= 0.2)


def test_noise_free_scans_too():
    """Simulated ones have no noise to measure."""
    radiation = as_radiation("CuKa")
    scan = Scan(GRID, ideal_counts(PLACES, AREAS, radiation), radiation=radiation)
    found = PeakFinder().find(scan)
    np.testing.assert_allclose(found.two_theta, PLACES, atol=2e-3)


@pytest.mark.parametrize(
    ("scan", "message"),
    [
        (Scan(GRID, GRID), "peaks need the wavelength of their scan"),
        (
            Scan(GRID[:9], GRID[:9], radiation="CuKa"),
            "peaks are sought in scans of at least 16 points, got 9",
        ),
    ],
)
def test_scans_without_peaks(scan, message):
    with pytest.raises(ValueError, match=f"Scan 0: {message}"):
        PeakFinder().transform([scan])


@pytest.mark.parametrize("option", [{"min_significance": -1}, {"width": "wide"}])
def test_bad_options(option):
    with pytest.raises(ValueError, match=f"{next(iter(option))} must be a number of at least 0"):
        PeakFinder(**option).fit()


def test_measured_standard(shared_data):
    """Every strong peak of LaB6, away from the beam, stands where its cell puts one."""
    (path,) = (shared_data / "measured" / "patterns").glob("*" + _lab6_pattern(shared_data))
    found = PeakFinder(min_intensity=0.02).find(read_pattern(path, wavelength="CuKa"))
    inner = (found.two_theta > 10) & (found.two_theta < 145)
    sums = (found.q[inner] * LAB6) ** 2  # h^2 + k^2 + l^2
    assert len(sums) > 20
    assert np.abs(sums / sums.round() - 1).max() < LAB6_TOLERANCE


@pytest.mark.parametrize(
    ("name", "fewest", "most"),
    [("rruff_Ag3AsS3_161", 8, 40), ("rruff_FeSb6(Pb2S7)2_14", 5, 60), ("XRD-AA_MnO", 6, 10)],
)
def test_measured_scans_of_few_counts_and_interpolated_ones(shared_data, name, fewest, most):
    """Proustite and jamesonite were hardly counted; MnO, of six lines, stands on a finer grid."""
    folder = shared_data / "measured"
    with (folder / "manifest.csv").open(encoding="utf-8") as file:
        (row,) = [row for row in csv.DictReader(file) if row["id"] == name]
    found = PeakFinder().find(read_pattern(folder / row["pattern"], wavelength="CuKa"))
    assert fewest <= len(found.two_theta) <= most


def _lab6_pattern(shared_data):
    rows = (shared_data / "measured" / "manifest.csv").read_text(encoding="utf-8").splitlines()
    (row,) = [row for row in rows if "LaB6" in row.split(",")[0]]
    return next(word for word in row.split(",") if word.startswith("patterns/")).split("/")[1]


@pytest.mark.parametrize("width", [0.01, 0.08, 0.3])
def test_line_width_is_that_of_the_lines(width):
    x = np.arange(10, 40, width / 6)
    scan = noisy_scan([15, 20, 28, 35], [400 * width] * 4, "CuKa1", x=x, fwhm=width)
    assert line_width(scan) == pytest.approx(width, rel=0.2)


def test_a_scan_without_peaks_has_no_line_width():
    flat = Scan(GRID, np.random.default_rng(0).poisson(200, len(GRID)))
    assert line_width(flat) is None
