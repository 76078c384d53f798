"""Peaks in intervals of the diffraction angle."""

import numpy as np

from xrdmatch import DiffractionPattern
from xrdmatch.preprocessing import RaggedArray
from xrdmatch.solution._templates.intervals import (
    interval_intensities,
    sparse_rows,
    two_theta_of,
)

WAVELENGTH = 1.5


def q_at(two_theta):
    return 2 * np.sin(np.radians(np.asarray(two_theta) / 2)) / WAVELENGTH


def test_angles_by_braggs_law():
    np.testing.assert_allclose(two_theta_of(q_at([20.0, 90.0]), WAVELENGTH), [20, 90])
    assert two_theta_of(2.0, WAVELENGTH) == 180


def test_peaks_of_one_interval_add_up_and_those_beyond_are_lost():
    angles = [20.01, 20.06, 30.05, 89.95, 95.0]
    pattern = DiffractionPattern(q_at(angles)[:, None], [1.0, 3.0, 2.0, 1.0, 9.0])
    places, heights = interval_intensities(pattern, WAVELENGTH, 0.1, 900)
    assert places.tolist() == [200, 300, 899]
    np.testing.assert_allclose(heights, [1, 0.5, 0.25])


def test_no_peak_within():
    pattern = DiffractionPattern(q_at([95.0])[:, None], [1.0])
    assert len(interval_intensities(pattern, WAVELENGTH, 0.1, 900)[0]) == 0


def test_rows():
    rows = sparse_rows(RaggedArray.of([[1, 3], [0]]), RaggedArray.of([[0.5, 1.0], [1.0]]), 4)
    np.testing.assert_array_equal(rows.toarray(), [[0, 0.5, 0, 1], [1, 0, 0, 0]])
