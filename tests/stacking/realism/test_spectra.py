"""Spectra of noise under a lattice, and noise of a spectrum."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from xrdmatch.stacking._realism.image_statistics import extra_blur, windows
from xrdmatch.stacking._realism.spectra import (
    RINGS,
    correlated_noise,
    noise_floor,
    plane,
    ring_power,
    spectrum,
)


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def lattice_image(size=256):
    y, x = np.mgrid[:size, :size]
    return 1 + 0.5 * np.cos(x / 3.1) * np.cos(y / 2.7 + x / 9)


def test_white_noise_has_its_variance_everywhere(rng):
    """The smallest ring has some 40 independent powers: 16 % in one image, 5 % in ten."""
    power = np.mean([spectrum(3 * rng.normal(size=(200, 160))) for _ in range(10)], axis=0)
    assert power.mean() == pytest.approx(9, rel=0.02)
    np.testing.assert_allclose(ring_power(power), 9, rtol=0.2)


def test_a_plane_is_found():
    slope = np.add.outer(0.2 * np.linspace(-1, 1, 40), -0.1 * np.linspace(-1, 1, 30)) + 5
    np.testing.assert_allclose(plane(slope), slope, atol=1e-12)


def test_noise_is_found_under_a_lattice(rng):
    noise = gaussian_filter(rng.normal(size=(256, 256)), 1.0, mode="wrap")
    noise *= 0.3 / noise.std()
    found = noise_floor(spectrum(lattice_image() + noise))
    assert np.sqrt(found.mean()) == pytest.approx(0.3, rel=0.1)
    np.testing.assert_allclose(ring_power(found), ring_power(spectrum(noise)), rtol=0.35)


def test_noise_of_a_spectrum_has_it(rng):
    q = np.hypot.outer(np.fft.fftfreq(64), np.fft.fftfreq(64))
    power = 2 * np.exp(-((q / 0.2) ** 2))
    noise = correlated_noise(power, (300, 200), rng)
    assert noise.var() == pytest.approx(power.mean(), rel=0.05)
    expected = ring_power(power)
    np.testing.assert_allclose(ring_power(spectrum(noise)), expected, rtol=0.25)


@pytest.mark.parametrize("sigma", [0.0, 0.7, 1.5])
def test_blur_is_found(sigma):
    image = np.zeros((256, 256))
    image[::16, ::16] = 1.0
    sharp = gaussian_filter(image, 1.0, mode="wrap")
    blurred = gaussian_filter(sharp, sigma, mode="wrap")
    nothing = np.zeros(len(RINGS) - 1)
    found = extra_blur(ring_power(spectrum(blurred)), nothing, ring_power(spectrum(sharp)))
    assert found == pytest.approx(sigma, abs=0.05)
    assert extra_blur(ring_power(spectrum(image)), nothing, ring_power(spectrum(sharp))) == 0


def test_windows_do_not_overlap():
    image = np.arange(1.0, 1 + 70 * 100).reshape(70, 100)
    cut = windows([image], 32)
    assert [window.shape for window in cut] == [(32, 32)] * 6
    assert all(window.mean() == pytest.approx(1) for window in cut)
    assert [window.shape for window in windows([image])] == [(70, 70)]
