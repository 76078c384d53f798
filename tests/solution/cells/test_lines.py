"""Lines of scans and of sticks: angles, 1/d^2 and what a shift of the angles does."""

import numpy as np
import pytest
from lattice_lines import WAVELENGTH, lines_at
from sklearn.utils import Bunch

from xrdmatch import DiffractionPattern
from xrdmatch.solution._cells.lines import scan_lines, stick_lines


def test_bragg_s_law_and_its_slope():
    lines = lines_at([30.0, 60.0])
    d = WAVELENGTH / (2 * np.sin(np.radians([15.0, 30.0])))
    assert lines.q2 == pytest.approx(d**-2)
    shifted = lines_at([30.001, 60.001])
    assert (shifted.q2 - lines.q2) / 0.001 == pytest.approx(lines.slope, rel=1e-4)


def test_first_lines():
    found = Bunch(
        two_theta=np.arange(20.0, 30),
        two_theta_sigma=np.full(10, 0.01),
        intensity=np.ones(10),
        fwhm=np.full(10, 0.1),
    )
    lines = scan_lines(found, WAVELENGTH, 4)
    assert lines.two_theta.tolist() == [20, 21, 22, 23]
    assert len(lines) == len(lines.sigma) == len(lines.intensity) == 4
    assert (lines.error > lines.sigma).all()
    assert (lines.sigma > 0.01).all()  # wide peaks may hide another


def test_sticks_nearer_than_a_peak_is_wide_are_one_line():
    two_theta = np.array([50.0, 30.0, 30.01, 40.0, 60.0])
    q = 2 * np.sin(np.radians(two_theta / 2)) / WAVELENGTH
    pattern = DiffractionPattern(q[:, None], [5, 30, 10, 1e-4, 9], radiation="CuKa1")
    lines = stick_lines(pattern, WAVELENGTH, 20)
    assert lines.two_theta == pytest.approx([30.0025, 50, 60])  # the weak one is left out
    assert lines.intensity.tolist() == [40, 5, 9]


def test_sticks_beyond_the_wavelength_s_reach_are_left_out():
    pattern = DiffractionPattern([[0.0], [0.5], [2.0]], [1, 1, 1], radiation="CuKa1")
    assert len(stick_lines(pattern, WAVELENGTH, 20)) == 1


def test_stronger_lines():
    lines = lines_at([20.0, 30.0, 40.0])
    object.__setattr__(lines, "intensity", np.array([1.0, 100.0, 5.0]))
    assert lines.stronger(0.05).two_theta.tolist() == [30.0, 40.0]
