"""Powders as points: peaks by hand, another wavelength, and queries that show nothing."""

import warnings

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionPattern, DiffractionSimulator
from xrdmatch.crystallography import Scan
from xrdmatch.learning._peak_points import (
    N_QUERY,
    N_STRUCTURE,
    query_points,
    structure_points,
    table_points,
)
from xrdmatch.preprocessing import PeakFinder
from xrdmatch.retrieval._comparison.profile_library import library_simulator
from xrdmatch.simulation import PowderProfile, reflection_table

COPPER = DiffractionSimulator("powder", "CuKa")


def read(patterns, simulator=COPPER):
    _, diffractometer = library_simulator(simulator)
    return query_points(patterns, diffractometer, PeakFinder())


@pytest.fixture(scope="module")
def salt():
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    return Structure.from_spacegroup("Fm-3m", Lattice.cubic(5.64), ["Na", "Cl"], sites)


def test_peaks_of_a_structure(salt):
    simulator, diffractometer = library_simulator(COPPER)
    (points,) = structure_points([salt], simulator, diffractometer)
    assert points.shape == (N_STRUCTURE, 2)
    n = np.isfinite(points[:, 0]).sum()
    assert (np.diff(points[:n, 1]) <= 0).all()
    assert points[0].tolist() == pytest.approx([2 / 5.64, 0.0], rel=1e-6)  # 200
    assert points[1, 0] == pytest.approx(8**0.5 / 5.64, rel=1e-6)  # 220
    orders = np.sort(np.rint((points[:n, 0] * 5.64) ** 2)).tolist()
    (of_table,) = table_points(reflection_table([salt], simulator), diffractometer)
    np.testing.assert_allclose(of_table, points, atol=1e-5)
    assert orders == [3, 4, 8, 11, 12, 16, 19, 20, 24, 27]  # all odd or all even, up to 0.95 1/Å


def test_an_ideal_pattern_has_the_points_of_its_structure(salt):
    simulator, diffractometer = library_simulator(COPPER)
    (own,) = structure_points([salt], simulator, diffractometer)
    (points,) = read(simulator.transform([salt]))
    n = np.isfinite(own[:, 0]).sum()
    np.testing.assert_allclose(points[:n, :2], own[:n], atol=1e-6)
    assert np.isnan(points[n:, :2]).all()
    np.testing.assert_allclose(points[:, 2:] - [0.1, own[:n, 0].max()], 0, atol=1e-6)


def test_peaks_too_near_each_other_are_one():
    close = DiffractionPattern([[0.3], [0.301], [0.31]], [3.0, 1.0, 2.0], radiation="CuKa")
    (points,) = read([close])
    assert points[:3, 0].tolist() == pytest.approx([0.30025, 0.31, np.nan], nan_ok=True)
    assert points[1, 1] == pytest.approx(np.log(2 / 4), abs=0.1)  # but for the factors there


def test_another_wavelength_gives_the_same_points(salt):
    """A scan with Mo K-alpha shows what one with Cu K-alpha does."""
    scans = []
    for lines, end in (("CuKa", 90), ("MoKa", 38)):
        profile = PowderProfile(np.arange(10, end, 0.01), fwhm=0.05)
        scans += DiffractionSimulator("powder", lines, profile=profile).transform([salt])
    many = [1e6 * scan.counts / scan.counts.max() + 10 for scan in scans]
    scans = [Scan(s.two_theta, n, radiation=s.radiation) for s, n in zip(scans, many, strict=True)]
    copper, molybdenum = (row[np.argsort(row[:, 0])] for row in read(scans))
    n = np.isfinite(copper[:, 0]).sum()
    assert n == 9
    np.testing.assert_allclose(molybdenum[:n, 0], copper[:n, 0], rtol=2e-4)
    np.testing.assert_allclose(molybdenum[:n, 1], copper[:n, 1], atol=0.05)


def test_a_scan_says_where_it_begins_and_ends(salt):
    profile = PowderProfile(np.arange(20, 60, 0.02))
    scans = DiffractionSimulator("powder", "CuKa", profile=profile).transform([salt])
    (points,) = read(scans)
    ends = scans[0].q[[0, -1]].astype(np.float32)
    assert (points[:, 2:] == ends).all()
    peaks = points[np.isfinite(points[:, 0]), 0]
    assert ends[0] < peaks.min() < peaks.max() < ends[1]


def test_a_scan_without_peaks_does_not_sink_the_others(salt):
    profile = PowderProfile(np.arange(20, 60, 0.02))
    scans = DiffractionSimulator("powder", "CuKa", profile=profile).transform([salt])
    angles = np.arange(10, 80, 0.02)
    empty = Scan(angles, np.random.default_rng(0).poisson(100, len(angles)), radiation="CuKa")
    with pytest.warns(UserWarning, match=r"Pattern 1 enters without peaks: .*no peak stands out"):
        points = read([scans[0], empty])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(points[:1], read(scans))
    assert points.shape == (2, N_QUERY, 4)
    assert np.isnan(points[1, :, :2]).all()
    np.testing.assert_allclose(points[1, 0, 2:], empty.q[[0, -1]], atol=1e-6)


def test_spots_are_refused():
    spots = DiffractionPattern([[0.3, 0.1]], [1.0])
    with pytest.raises(ValueError, match=r"got spots with 2 components as pattern 0; ask one with"):
        read([spots])


def test_a_wavelength_is_never_assumed():
    with pytest.raises(ValueError, match="once its wavelength is known, got pattern 0 without"):
        read([Scan(np.arange(10, 80, 0.02), np.ones(3500))])
