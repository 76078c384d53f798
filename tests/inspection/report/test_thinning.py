"""Fewer points: extremes stay, the order too."""

import numpy as np
import pytest

from xrdmatch.inspection._report.thinning import thinned


@pytest.fixture
def noise():
    return np.random.default_rng(0).poisson(100, 5003).astype(float)


def test_short_profiles_keep_all(noise):
    np.testing.assert_array_equal(thinned(noise[:50], 50), np.arange(50))


@pytest.mark.parametrize("n_points", [2, 3, 100, 5000])
def test_extremes_stay(noise, n_points):
    kept = thinned(noise, n_points)
    assert len(kept) <= n_points
    assert (np.diff(kept) > 0).all()
    assert noise[kept].max() == noise.max()
    assert noise[kept].min() == noise.min()


def test_each_interval_has_its_extremes(noise):
    kept = set(thinned(noise, 20).tolist())
    for part in np.array_split(np.arange(len(noise)), 10):
        inner = part[5:-5]  # where the ends are cut is a matter of rounding
        assert {p for p in part if noise[p] > noise[inner].max()} | kept & set(part.tolist())
        assert noise[sorted(kept & set(part.tolist()))].max() >= noise[inner].max()
        assert noise[sorted(kept & set(part.tolist()))].min() <= noise[inner].min()


def test_a_peak_of_one_point_stays():
    flat = np.zeros(10_000)
    flat[7777] = 1.0
    assert 7777 in thinned(flat, 40)
