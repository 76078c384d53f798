"""Broad humps: found where they are, with the heights that they have, and projected out."""

import numpy as np
import pytest

from xrdmatch.crystallography import Scan
from xrdmatch.refinement import (
    BroadHump,
    ScanModel,
    best_hump,
    hump_counts,
    mixture_report,
    scan_queries,
    with_hump,
)

GRID = np.arange(15.0, 90.0, 0.03)


def queries(curve, seed=0):
    """Counts of a curve on a flat background."""
    counts = np.random.default_rng(seed).poisson(100.0 + curve)
    return scan_queries(Scan(GRID, counts, radiation="CuKa"), ScanModel())


@pytest.mark.parametrize(("at", "width"), [(25.0, 3.0), (40.0, 4.5), (60.0, 6.5)])
def test_a_hump_is_found_where_it_is(at, width):
    ready = queries(400 * BroadHump(at, width).curve(GRID))
    hump = best_hump(ready[-1])
    assert hump.two_theta == pytest.approx(at, abs=0.3 * width)
    assert 0.5 < hump.fwhm / width < 2.0
    assert hump.gain > 12


def test_a_curve_is_half_as_high_at_half_its_width():
    curve = BroadHump(30.0, 4.0).curve(np.array([28.0, 30.0, 32.0]))
    np.testing.assert_allclose(curve, [0.5, 1.0, 0.5])


def test_noise_has_no_hump_that_is_worth_it():
    for seed in range(5):
        hump = best_hump(queries(0 * GRID, seed)[-1])
        assert hump is None or hump.gain < 3


def test_what_lies_along_a_hump_counts_no_longer():
    hump = BroadHump(40.0, 3.0)
    before = queries(800 * hump.curve(GRID))
    after = with_hump(before, hump)
    assert after[-1].misfit_of_nothing < 0.4 * before[-1].misfit_of_nothing
    along = (hump.curve(GRID) * after[-1].weight) @ after[-1].target
    length = np.linalg.norm(hump.curve(GRID) * after[-1].weight)
    assert abs(along) < 1e-3 * length * np.linalg.norm(after[-1].target)
    columns = after[-1].background
    np.testing.assert_allclose(columns.T @ columns, np.eye(columns.shape[1]), atol=1e-4)
    again = best_hump(after[-1])
    assert again is None or again.gain < 0.1 * best_hump(before[-1]).gain


def test_counts_of_a_hump_are_its_own():
    hump = BroadHump(40.0, 3.0)
    ready = queries(800 * hump.curve(GRID))
    _, profile, _ = mixture_report(with_hump(ready, hump)[-1])
    counts = hump_counts(ready[-1], [hump], profile)
    assert counts.max() == pytest.approx(800, rel=0.3)  # the baseline has taken a part
    assert counts.min() >= 0
    assert hump_counts(ready[-1], [], profile).max() == 0
