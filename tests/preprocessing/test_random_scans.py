"""Steps on any scan: a scan of the same points, or one sentence, and no warning."""

import warnings

import numpy as np
import pytest
import strategies
from hypothesis import given, settings
from hypothesis import strategies as st

from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import BackgroundRemover, KAlpha2Stripper, PeakFinder

EXAMPLES = settings(max_examples=40, deadline=None)


def outcome(step, scan):
    """What a step makes of one scan; None where it says one sentence."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            (made,) = step.fit_transform([scan])
        except ValueError as error:
            said = str(error)
            assert said.endswith(".")
            assert "\n" not in said
            return None
    return made


@pytest.mark.parametrize("step", [BackgroundRemover(), KAlpha2Stripper()], ids=repr)
def test_any_scan_keeps_its_points(step):
    @EXAMPLES
    @given(strategies.scans())
    def check(scan):
        made = outcome(step, scan)
        if made is not None:
            np.testing.assert_array_equal(made.two_theta, scan.two_theta)
            assert np.isfinite(made.counts).all()

    check()


@EXAMPLES
@given(strategies.scans())
def test_peaks_of_any_scan_lie_in_it(scan):
    pattern = outcome(PeakFinder(), scan)
    if pattern is not None:
        q = pattern.q[:, 0]
        step = np.diff(scan.q).max()
        assert scan.q[0] - step <= q.min() <= q.max() <= scan.q[-1] + step
        assert (pattern.intensity >= 0).all()


@EXAMPLES
@given(strategies.scans(), st.floats(0, 10), strategies.seeds())
def test_a_constant_is_background(scan, times, seed):
    """What is added everywhere is taken away again."""
    # No two counts alike: on which side of a threshold equal ones fall is rounding.
    largest = max(np.abs(scan.counts).max(), 1.0)
    noise = np.random.default_rng(seed).uniform(0, 0.01, scan.n_points)
    counts = np.abs(scan.counts) + largest * noise
    first = outcome(BackgroundRemover(), Scan(scan.two_theta, counts))
    second = outcome(BackgroundRemover(), Scan(scan.two_theta, counts + times * largest))
    assert (first is None) == (second is None)
    if first is not None:
        np.testing.assert_allclose(second.counts, first.counts, atol=1e-6 * largest)
