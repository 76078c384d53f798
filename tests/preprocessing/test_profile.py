"""Profiles: nothing lost on the way to the grid, nothing invented beyond the scan."""

import numpy as np
import pytest
from powder_scans import GRID, ideal_counts, noisy_scan

from xrdmatch import DiffractionPattern
from xrdmatch.crystallography import Scan, as_radiation
from xrdmatch.preprocessing import PatternProfile


def test_counts_are_kept():
    """The integral over the grid is that over the scan, however coarse the grid."""
    scan = noisy_scan([40.0], [900.0])
    total = np.trapezoid(scan.counts, scan.two_theta)
    for step in (0.005, 0.1, 1.0):
        grid = PatternProfile(
            "two_theta", start=15 + step / 2, stop=99.9, step=step, wavelength="CuKa", scale=None
        )
        (row,) = grid.transform([scan])
        known = np.isfinite(row)
        assert row[known].sum() * step == pytest.approx(total, rel=2 * step / 85 + 1e-3)


def test_unknown_outside_what_was_measured():
    scan = noisy_scan([40.0], [900.0])
    profile = PatternProfile()
    (row,) = profile.transform([scan])
    q, step = profile.grid_, 5e-4
    inside = (q - step / 2 >= scan.q[0]) & (q + step / 2 <= scan.q[-1])
    np.testing.assert_array_equal(np.isfinite(row), inside)
    assert np.nanmax(row) == 1.0


def test_any_wavelength_gives_one_profile_in_q():
    """A crystal's lines have one place in q, whatever the tube."""
    d = np.array([3.1, 2.2, 1.7])
    rows = []
    for wavelength in (1.54, 0.71):
        angles = 2 * np.degrees(np.arcsin(wavelength / 2 / d))
        x = 2 * np.degrees(np.arcsin(wavelength / 2 * np.arange(0.2, 0.8, 1e-4)))
        counts = ideal_counts(angles, [9.0, 5.0, 2.0], as_radiation(wavelength), x=x, fwhm=0.05)
        scan = Scan(x, counts, radiation=wavelength)
        rows.append(PatternProfile(start=0.25, stop=0.75, scale=None).transform(scan)[0])
    tops = [np.sort(row.argsort()[::-1][:1]) for row in rows]
    np.testing.assert_allclose(tops[0], tops[1], atol=1)
    angle = PatternProfile("two_theta", start=20, stop=50, wavelength=1.54)
    assert abs(angle.grid_[angle.transform(scan)[0].argmax()] - 28.757) < 0.03


def test_peaks_become_gaussians_of_their_area():
    pattern = DiffractionPattern([[0.3], [0.5]], [2.0, 1.0])
    profile = PatternProfile(scale=None, fwhm=0.006)
    (row,) = profile.transform(pattern)
    q = profile.grid_
    assert row.sum() * 5e-4 == pytest.approx(3.0, rel=1e-4)
    assert q[row.argmax()] == pytest.approx(0.3)
    half = q[row > row.max() / 2]
    assert half[-1] - half[0] == pytest.approx(0.006, abs=1.1e-3)
    assert np.isfinite(row).all()


def test_scales():
    scan = noisy_scan([40.0], [900.0])
    norm = PatternProfile(scale="norm").transform(scan)[0]
    assert np.nansum(norm**2) == pytest.approx(1.0)
    assert PatternProfile().transform([]).shape == (0, 1701)


def test_nothing_in_common_with_the_grid():
    row = PatternProfile(start=1.5, stop=1.6).transform(noisy_scan([40.0], [900.0]))
    assert np.isnan(row).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"axis": "d"}, "axis must be 'q' or 'two_theta', got 'd'"),
        ({"scale": "sum"}, "scale must be one of .* got 'sum'"),
        ({"start": 0.5, "stop": 0.4}, r"rises from start to stop by step \[1/Å\], got 0.5 to 0.4"),
        ({"step": 0}, "rises from start to stop"),
        ({"axis": "two_theta"}, "Angles need a wavelength to refer to"),
    ],
)
def test_bad_options(options, message):
    with pytest.raises(ValueError, match=message):
        PatternProfile(**options).transform([])


def test_bad_input():
    with pytest.raises(ValueError, match="Scan 0 has no wavelength, without which"):
        PatternProfile().transform([Scan(GRID, GRID)])
    with pytest.raises(ValueError, match="Pattern 0 has 2 components of q"):
        PatternProfile().transform([DiffractionPattern([[0.5, 0.1]], [1.0])])
    with pytest.raises(TypeError, match="Entry 0 must be a Scan or a powder DiffractionPattern"):
        PatternProfile().transform([GRID])
