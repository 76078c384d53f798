"""Scans on the grid of ln q."""

import numpy as np
import pytest

from xrdmatch.crystallography import Scan, as_radiation
from xrdmatch.preprocessing import flattened
from xrdmatch.solution._screening.log_profile import N_GRID, Q_RANGE, places
from xrdmatch.solution._screening.query_profile import mean_wavelength, query_profile

X = np.arange(15, 90, 0.02)
WAVELENGTH = 1.54059


def profile_of(two_theta, factor=1.0, x=X):
    """Of a scan of sharp peaks of equal height, and a constant."""
    peaks = np.exp(-((x[:, None] - two_theta) ** 2) / 2 / 0.04**2).sum(1)
    scan = Scan(x, factor * (1000 * peaks + 10), radiation=WAVELENGTH)
    return query_profile(flattened([scan])[0])


def test_a_peak_stands_at_its_q():
    found = profile_of([40.0])
    q = 2 * np.sin(np.radians(20.0)) / WAVELENGTH
    assert found.values.argmax() == pytest.approx(places(q), abs=1)


def test_it_is_of_norm_1_within_what_was_measured_and_0_elsewhere():
    found = profile_of([25.0, 40.0, 61.0])
    assert np.linalg.norm(found.values) == pytest.approx(1)
    assert (found.values[found.window == 0] == 0).all()
    first = places(2 * np.sin(np.radians(7.5)) / WAVELENGTH)
    assert np.flatnonzero(found.window)[[0, -1]].tolist() == [np.ceil(first), N_GRID - 1]


def test_nothing_counts_before_and_behind_the_scan():
    short = profile_of([25.0, 40.0], x=np.arange(20, 50, 0.02))
    q = 2 * np.sin(np.radians([10.0, 24.99])) / WAVELENGTH
    assert np.flatnonzero(short.window)[[0, -1]] == pytest.approx(places(q), abs=1)
    assert q[1] < Q_RANGE[1]


def test_the_unit_of_counts_does_not_matter():
    one, other = profile_of([25.0, 40.0]), profile_of([25.0, 40.0], factor=7.0)
    assert other.values == pytest.approx(one.values, abs=1e-3)


def test_the_wavelength_is_the_mean_of_both_lines():
    radiation = as_radiation("CuKa")
    (one, w1), (two, w2) = radiation.lines
    assert one < mean_wavelength(radiation) < two
    assert mean_wavelength(radiation) == pytest.approx((w1 * one + w2 * two) / (w1 + w2))


def test_a_constant_shows_nothing():
    with pytest.raises(ValueError, match="nothing rises above the background"):
        profile_of([])
