"""Backgrounds: what is smooth goes, peaks stay."""

import numpy as np
import pytest
from powder_scans import GRID, ideal_counts

from xrdmatch.crystallography import Scan, as_radiation
from xrdmatch.preprocessing import BackgroundRemover

PLACES, AREAS = [28.4, 47.3, 56.1, 76.4], [900.0, 700.0, 400.0, 200.0]
SMOOTH = 40 + 3000 / GRID + 60 * np.exp(-(((GRID - 35) / 14) ** 2))  # scatter by air and a hump
PEAKS = ideal_counts(PLACES, AREAS, as_radiation("CuKa"))
METHODS = pytest.mark.parametrize("method", ["snip", "arpls"])


@pytest.fixture
def scan():
    counts = np.random.default_rng(0).poisson(SMOOTH + PEAKS)
    return Scan(GRID, counts, radiation="CuKa", name="quartz")


@METHODS
def test_what_is_smooth_is_found(scan, method):
    found = BackgroundRemover(method).background(scan)
    inner = (GRID > 17) & (GRID < 98)
    assert np.abs(found - SMOOTH)[inner].max() < 0.15 * SMOOTH.max()
    assert np.median(np.abs(found - SMOOTH)[inner]) < 0.5 * np.sqrt(np.median(SMOOTH))


@METHODS
def test_peaks_stay(scan, method):
    (flat,) = BackgroundRemover(method).transform([scan])
    for place, area in zip(PLACES, AREAS, strict=True):
        near = np.abs(GRID - place) < 1.0
        assert flat.counts[near].sum() * 0.02 == pytest.approx(PEAKS[near].sum() * 0.02, abs=30)
        assert area > 0
    assert flat.name == scan.name
    assert flat.radiation == scan.radiation


def test_noise_stays_known(scan):
    """Once a background is gone, counts no longer tell their uncertainty."""
    (flat,) = BackgroundRemover().transform([scan])
    inner = (GRID > 80) & (GRID < 95)
    assert np.median(flat.sigma[inner]) == pytest.approx(np.sqrt(SMOOTH[inner].mean()), rel=0.15)


@METHODS
@pytest.mark.parametrize("distance", [0.05, 0.3, 1.0, 2.0])
@pytest.mark.parametrize("end", ["first", "last"])
def test_strong_peaks_near_an_end(method, distance, end):
    """A peak a hundred times as high as the background neither lifts nor lowers it."""
    side = GRID - 47.3 if end == "last" else 47.3 - GRID
    keep = side <= distance
    strong = ideal_counts([47.3], [2000.0], as_radiation("CuKa1"))[keep]
    counts = np.random.default_rng(0).poisson(100 + strong)
    found = BackgroundRemover(method).background(Scan(GRID[keep], counts, radiation="CuKa1"))
    assert strong.max() > 90 * 100
    assert np.abs(found - 100).max() < 0.7 * 100  # tails of the peak are within
    assert np.abs(found - 100).mean() < 0.05 * 100


def test_what_climbs_to_the_beam_is_no_peak():
    """The tail of the direct beam, far narrower than `width`."""
    beam = 3000 * np.exp(-(GRID - GRID[0]) / 1.0)
    found = BackgroundRemover().background(Scan(GRID, 50 + beam))
    assert found[0] > 0.4 * beam[0]
    assert np.abs(found - 50)[GRID - GRID[0] > 6].max() < 20


@METHODS
def test_scale_and_a_constant_change_nothing_else(scan, method):
    remover = BackgroundRemover(method)
    base = remover.background(scan)
    shifted = remover.background(Scan(GRID, 3 * scan.counts + 500))
    np.testing.assert_allclose(shifted, 3 * base + 500, atol=0.02 * base.max())


@METHODS
def test_short_scans(method):
    counts = np.random.default_rng(0).poisson(50.0, 40)
    found = BackgroundRemover(method).background(Scan(GRID[:40], counts))
    np.testing.assert_allclose(found, 50, atol=3 * np.sqrt(50))
    with pytest.raises(ValueError, match=r"Scan 0: a background is sought .* 16 points, got 2"):
        BackgroundRemover(method).transform([Scan(GRID[:2], counts[:2])])


def test_uneven_steps(scan):
    kept = np.random.default_rng(1).random(len(GRID)) < 0.6
    found = BackgroundRemover().background(Scan(GRID[kept], scan.counts[kept]))
    assert np.median(np.abs(found - SMOOTH[kept])) < 0.5 * np.sqrt(np.median(SMOOTH))


def test_bad_options(scan):
    with pytest.raises(ValueError, match="method must be one of 'snip', 'arpls', got 'line'"):
        BackgroundRemover("line").fit([scan])
    with pytest.raises(ValueError, match="width must be a positive number of degrees, got 0"):
        BackgroundRemover(width=0).fit([scan])
    with pytest.raises(TypeError, match="Entry 0 must be a Scan, got ndarray"):
        BackgroundRemover().transform([scan.counts])
