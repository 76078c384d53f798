"""Noise, background and saturation: moments and closed forms."""

import numpy as np
import pytest

from xrdmatch.simulation import Background, IntensityNoise, Saturation

N_SIGMA = 4.0


@pytest.fixture
def spots():
    """Two thousand times two spots."""
    return np.tile([[0.3, 0.4], [0.0, 1.0]], (2000, 1, 1)), np.tile([100.0, 10.0], (2000, 1))


def intensities(effect, spots, severity):
    q, intensity = effect(*spots, np.full(len(spots[0]), severity), np.random.RandomState(0))
    np.testing.assert_array_equal(q, spots[0])
    return intensity


@pytest.mark.parametrize("severity", [0.5, 2.0])
def test_noise_is_log_normal(spots, severity):
    noise = np.log(intensities(IntensityNoise(0.2), spots, severity) / spots[1])
    spread = severity * 0.2
    assert np.abs(noise.mean(0)).max() < N_SIGMA * spread / np.sqrt(2000)
    assert np.abs(noise.std(0) - spread).max() < N_SIGMA * spread / np.sqrt(4000)
    assert abs(np.corrcoef(noise.T)[0, 1]) < N_SIGMA / np.sqrt(2000)


@pytest.mark.parametrize("severity", [1.0, 3.0])
def test_background_is_a_lorentzian_of_the_strongest(spots, severity):
    added = intensities(Background(0.02, width=0.5), spots, severity) - spots[1]
    np.testing.assert_allclose(added, np.tile(severity * np.array([1.0, 0.4]), (2000, 1)))


@pytest.mark.parametrize(
    ("severity", "expected"), [(0.5, [50.0, 10.0]), (1.0, [25.0, 10.0]), (2.0, [6.25, 6.25])]
)
def test_saturation_is_a_power_of_the_level(spots, severity, expected):
    found = intensities(Saturation(0.25), spots, severity)
    np.testing.assert_allclose(found, np.tile(expected, (2000, 1)))


@pytest.mark.parametrize(
    ("effect", "options", "message"),
    [
        (Saturation, {"level": 1.5}, "not negative and at most 1, got 1.5"),
        (Saturation, {"level": 0}, "Saturation's level must be positive, got 0; 1 is a detector"),
        (Background, {"width": 0}, r"Background's width must be positive \[1/Å\], got 0; use 0.5"),
        (Background, {"level": -1}, "Background's level must be finite and not negative, got -1"),
    ],
)
def test_bad_options(effect, options, message):
    with pytest.raises(ValueError, match=message):
        effect(**options)
