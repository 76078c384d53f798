"""Factors and shifts of a diffractometer: values by hand, normalisation."""

import numpy as np
import pytest
from scipy.integrate import quad

from xrdmatch.simulation import lorentz_polarization, march_dollase, observed_two_theta

ROUNDING = 1e-12  # closed forms in double precision


def q_at(two_theta, wavelength=1.5):
    return 2 * np.sin(np.radians(np.asarray(two_theta, float) / 2)) / wavelength


@pytest.mark.parametrize("monochromator", [0.0, 26.6, 90.0])
def test_lorentz_polarization_by_its_angles(monochromator):
    two_theta = np.array([12.0, 45.0, 90.0, 140.0])
    theta = np.radians(two_theta / 2)
    k = np.cos(np.radians(monochromator)) ** 2
    expected = (1 + k * np.cos(2 * theta) ** 2) / (np.sin(theta) ** 2 * np.cos(theta))
    found = lorentz_polarization(q_at(two_theta), 1.5, monochromator)
    np.testing.assert_allclose(found, expected, rtol=ROUNDING)


@pytest.mark.parametrize("kind", ["neutron", "electron"])
def test_only_x_rays_are_polarised(kind):
    lorentz = lorentz_polarization(q_at([30, 60]), 1.5, 90.0)
    found = lorentz_polarization(q_at([30, 60]), 1.5, 0.0, kind)
    np.testing.assert_allclose(found, lorentz, rtol=ROUNDING)


@pytest.mark.parametrize("r", [0.3, 1.0, 1.7])
def test_march_dollase_is_one_on_average_over_the_sphere(r):
    assert quad(lambda cosine: march_dollase(cosine**2, r), 0, 1)[0] == pytest.approx(1)


def test_zero_shift_and_displacement():
    q = q_at([20.0, 80.0])
    np.testing.assert_allclose(observed_two_theta(q, 1.5), [20, 80], rtol=ROUNDING)
    np.testing.assert_allclose(observed_two_theta(q, 1.5, 0.1), [20.1, 80.1], rtol=ROUNDING)
    lower = [
        20 - np.degrees(0.002 * np.cos(np.radians(10))),
        80 - np.degrees(0.002 * np.cos(np.radians(40))),
    ]
    found = observed_two_theta(q, 1.5, displacement=0.24, goniometer_radius=240.0)
    np.testing.assert_allclose(found, lower, rtol=ROUNDING)
