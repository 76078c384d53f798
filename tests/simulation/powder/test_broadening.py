"""Widths and shapes of peaks: formulae by hand, and the Voigt function they stand for."""

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.special import voigt_profile

from xrdmatch.simulation import broadened, instrument_fwhm, pseudo_voigt, sample_fwhm, voigt_widths

ROUNDING = 1e-12
THOMPSON_COX_HASTINGS = 0.015  # relative to the height: how well the sum stands for a Voigt
THERE_AND_BACK = 0.01  # the published polynomials for taking apart and putting together


def test_scherrer_and_strain():
    theta = np.radians([10.0, 40.0])
    size = sample_fwhm(np.tan(theta), 1.54, 200.0, 0.0)
    np.testing.assert_allclose(size, np.degrees(0.9 * 1.54 / (200 * np.cos(theta))))
    strain = sample_fwhm(np.tan(theta), 1.54, np.inf, 0.002)
    np.testing.assert_allclose(strain, np.degrees(0.008 * np.tan(theta)))
    both = sample_fwhm(np.tan(theta), 1.54, 200.0, 0.002)
    np.testing.assert_allclose(both, size + strain)


def test_caglioti():
    tan_theta = np.array([0.1, 0.8])
    np.testing.assert_allclose(instrument_fwhm(tan_theta, 0.07), [0.07, 0.07])
    found = instrument_fwhm(tan_theta, (0.02, -0.01, 0.006)) ** 2
    np.testing.assert_allclose(found, 0.02 * tan_theta**2 - 0.01 * tan_theta + 0.006)


@pytest.mark.parametrize("eta", [0.0, 0.4, 1.0])
def test_pseudo_voigt_has_its_area_and_width(eta):
    area = quad(lambda x: pseudo_voigt(x, 0.1, eta), 0, 0.3)[0]
    area += quad(lambda x: pseudo_voigt(x, 0.1, eta), 0.3, np.inf)[0]
    assert 2 * area == pytest.approx(1, abs=1e-6)
    half = pseudo_voigt(np.array([0.05, -0.05]), 0.1, eta) / pseudo_voigt(0.0, 0.1, eta)
    np.testing.assert_allclose(half, 0.5, rtol=ROUNDING)


@pytest.mark.parametrize("lorentzian", [0.02, 0.1, 0.5])
def test_a_broadened_gaussian_is_a_voigt_function(lorentzian):
    fwhm, eta = broadened(0.1, 0.0, np.array(lorentzian))
    x = np.linspace(-1, 1, 401)
    expected = voigt_profile(x, 0.1 / np.sqrt(8 * np.log(2)), lorentzian / 2)
    difference = np.abs(pseudo_voigt(x, fwhm, eta) - expected).max()
    assert difference < THOMPSON_COX_HASTINGS * expected.max()


@pytest.mark.parametrize("eta", [0.0, 0.3, 0.7, 1.0])
def test_nothing_added_leaves_the_peak(eta):
    assert broadened(0.1, eta, np.zeros(1)) == (
        pytest.approx([0.1], rel=THERE_AND_BACK),
        pytest.approx([eta], abs=THERE_AND_BACK),
    )


def test_lorentzians_add():
    fwhm, eta = broadened(0.1, 1.0, np.array([0.2]))
    assert fwhm == pytest.approx([0.3], rel=THERE_AND_BACK)
    assert eta == pytest.approx([1.0], rel=THERE_AND_BACK)


def test_torch_gives_the_same():
    x = np.linspace(-0.3, 0.3, 7)
    found = pseudo_voigt(torch.tensor(x), *broadened(0.1, 0.3, torch.tensor(0.05).double()))
    expected = pseudo_voigt(x, *broadened(0.1, 0.3, 0.05))
    np.testing.assert_allclose(found, expected, rtol=1e-6)  # 0.05 was rounded to single precision


@pytest.mark.parametrize("eta", [0.0, 0.3, 0.8, 1.0])
def test_taken_apart_and_put_together(eta):
    """A Gaussian and a Lorentzian are themselves; both give the width and the share back."""
    gauss, lorentz = voigt_widths(0.12, eta)
    fwhm, share = broadened(gauss, 0.0, lorentz)
    assert (fwhm, share) == pytest.approx((0.12, eta), rel=THERE_AND_BACK, abs=THERE_AND_BACK)
    if eta in (0.0, 1.0):
        assert (gauss, lorentz)[int(eta)] == pytest.approx(0.12, rel=THERE_AND_BACK)
        assert (gauss, lorentz)[1 - int(eta)] == pytest.approx(0.0, abs=0.012)
