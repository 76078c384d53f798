"""What a fit to a scan says about whether it is the crystal."""

import numpy as np
import pytest

from xrdmatch.refinement import ScanProfile, profile_residual, signal_to_noise

X = np.arange(20, 60, 0.02)
PEAK = 1000 * np.exp(-4 * np.log(2) * ((X - 40) / 0.5) ** 2)


def profile(observed, *calculated, background=10.0):
    background = np.full((len(calculated), len(X)), background)
    return ScanProfile(X, observed, np.sqrt(observed + 1), calculated + background, background, [])


def test_a_perfect_fit_leaves_nothing():
    assert profile_residual(profile(PEAK + 10, PEAK)) == pytest.approx([0.0], abs=1e-9)


def test_a_fit_of_the_background_alone_leaves_all():
    assert profile_residual(profile(PEAK + 10, 0 * PEAK)) == pytest.approx([1.0])


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_a_peak_that_is_too_small_leaves_its_share(share):
    found = profile_residual(profile(PEAK + 10, (1 - share) * PEAK, PEAK))
    assert found == pytest.approx([share, 0.0], abs=1e-9)


def test_counting_noise_cancels():
    """Smoothing over 7.5 points, as a Gaussian of 0.06 degrees does, leaves a third of it."""
    noisy = np.random.default_rng(0).poisson(PEAK + 50).astype(float)
    smoothed = profile_residual(profile(noisy, PEAK, background=50.0))[0]
    assert smoothed < 0.4 * np.abs(noisy - PEAK - 50).sum() / np.abs(noisy - 50).sum()


def test_four_times_the_counts_have_twice_the_signal():
    few, many = (profile(n * (PEAK + 10), n * PEAK, background=10.0 * n) for n in (100, 400))
    assert signal_to_noise(many) / signal_to_noise(few) == pytest.approx([2.0], rel=1e-3)
