"""Scans: what is refused, what is frozen, what is kept."""

import copy
import pickle
import re
from dataclasses import FrozenInstanceError

import numpy as np
import pytest

from xrdmatch.crystallography import Scan, as_radiation

X, Y = [20.0, 20.1, 20.2], [7, 40, 9]
ARRAYS = ("two_theta", "counts", "sigma")


@pytest.fixture
def scan():
    return Scan(X, Y, [2, 6, 3], "CuKa", "quartz")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (([20.0], [7]), r"at least two angles .* shape \(1,\)"),
        (([X], [Y]), r"at least two angles .* shape \(1, 3\)"),
        (
            (X, Y[:2]),
            r"one entry of counts for each angle, got 3 angles and counts of shape \(2,\)",
        ),
        ((X, Y, [1, 2]), r"one entry of sigma for each angle"),
        (([20.0, np.nan, 21.0], Y), "Angles must be finite"),
        (([20.0, 20.2, 20.1], Y), r"Angles must rise .* got -0\.1 degrees as the smallest step"),
        (([20.0, 20.0, 20.1], Y), "Angles must rise"),
        (([-0.1, 0.0, 0.1], Y), r"lie from 0 to below 180 degrees, got -0\.1 to 0\.1"),
        (([178, 179, 180], Y), "lie from 0 to below 180 degrees"),
        ((X, [1, np.inf, 2]), "Counts must be finite"),
        ((X, Y, [1, 0, 1]), "Uncertainties of counts must be positive and finite, got 0"),
        ((X, Y, None, "light"), "Radiation must be one of .* got 'light'"),
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        Scan(*arguments)


def test_nothing_can_be_changed(scan):
    for name in ARRAYS:
        with pytest.raises(ValueError, match="read-only"):
            getattr(scan, name)[0] = 1
    with pytest.raises(FrozenInstanceError):
        scan.counts = np.zeros(3)


def test_callers_arrays_stay_their_own():
    x = np.array(X)
    scan = Scan(x, Y)
    x[0] = 1
    assert scan.two_theta[0] == 20.0


@pytest.mark.parametrize("copied", [copy.deepcopy, lambda scan: pickle.loads(pickle.dumps(scan))])
def test_copies_are_equal_and_read_only(scan, copied):
    twin = copied(scan)
    for name in ARRAYS:
        np.testing.assert_array_equal(getattr(twin, name), getattr(scan, name))
        assert not getattr(twin, name).flags.writeable
    assert (twin.radiation, twin.name) == (scan.radiation, scan.name)
    assert twin != scan


def test_q_is_one_over_d(scan):
    """Bragg's law, at the lines' weighted mean."""
    mean = (2 * 1.5405929 + 1.5444274) / 3
    np.testing.assert_allclose(scan.q, 2 * np.sin(np.radians(np.array(X)) / 2) / mean)
    with pytest.raises(ValueError, match="need its wavelength, got a scan without one"):
        _ = Scan(X, Y).q


def test_facts(scan):
    assert scan.n_points == 3
    assert scan.step == pytest.approx(0.1)
    assert Scan(X, Y, radiation=0.7).radiation == as_radiation(0.7)


def test_text(scan):
    assert repr(scan) == "Scan('quartz', 3 points, 20 to 20.2 degrees, 1.54059 + 1.54443 Å)"
    assert repr(Scan(X, Y)) == "Scan(3 points, 20 to 20.2 degrees, wavelength unknown)"
    assert repr(Scan(X, Y, radiation="neutron")).endswith("wavelength unknown)")


def test_in_a_notebook(scan):
    html = scan._repr_html_()
    for fact in ("quartz", "20° to 20.2°, step 0.1°", "7 to 40", "1.54059 Å + 1.54443 Å"):
        assert fact in html
    assert "wavelength unknown" in Scan(X, Y)._repr_html_()


def test_in_a_notebook_every_peak_is_drawn():
    """More points than pixels: the highest of each pixel."""
    counts = np.zeros(100_000)
    counts[12_345] = 1
    drawn = Scan(np.linspace(5, 90, 100_000), counts, name="<b>")._repr_html_()
    (points,) = re.findall(r'points="(.*?)"', drawn)
    heights = [float(point.partition(",")[2]) for point in points.split()]
    assert (len(heights), heights.count(0.0)) == (480, 1)
    assert "&lt;b&gt;" in drawn
