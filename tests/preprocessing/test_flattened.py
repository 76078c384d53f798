"""Scans that carry their background."""

import pickle

import numpy as np
import pytest

from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import (
    BackgroundRemover,
    FlattenedScan,
    KAlpha2Stripper,
    PeakFinder,
    flattened,
    shifted,
)

X = np.arange(10, 60, 0.02)


def scan_of(name="a", seed=0):
    counts = 300 - 2 * X + 900 * np.exp(-(((X - 30) / 0.1) ** 2))
    return Scan(X, np.random.default_rng(seed).poisson(counts), radiation="CuKa", name=name)


def test_counts_are_those_measured_and_the_background_is_the_transformer_s():
    scan = scan_of()
    (flat,) = flattened([scan])
    assert isinstance(flat, Scan)
    np.testing.assert_array_equal(flat.counts, scan.counts)
    assert (flat.name, flat.radiation) == ("a", scan.radiation)
    np.testing.assert_allclose(flat.background, BackgroundRemover().background(scan))
    (stiff,) = flattened([scan], BackgroundRemover("arpls"))
    np.testing.assert_allclose(stiff.background, BackgroundRemover("arpls").background(scan))


def test_it_is_found_once():
    class Counting(BackgroundRemover):
        n_found = 0

        def background(self, scan):
            type(self).n_found += 1
            return super().background(scan)

    first = flattened([scan_of("a"), scan_of("b", 1)], Counting())
    again = flattened([*first, scan_of("c", 2)], Counting())
    assert Counting.n_found == 3
    assert again[:2] == first
    assert [scan.name for scan in again] == ["a", "b", "c"]


def test_where_lines_are_taken_off_what_comes_out_counts_as_measured():
    """One line is left, and a background that was taken off beforehand is none."""
    (flat,) = flattened([scan_of()], KAlpha2Stripper())
    assert len(flat.radiation.lines) == 1
    np.testing.assert_array_equal(flat.background, 0)


def test_pickles():
    (flat,) = flattened([scan_of()])
    again = pickle.loads(pickle.dumps(flat))
    assert isinstance(again, FlattenedScan)
    np.testing.assert_array_equal(again.background, flat.background)


def test_what_makes_no_scans():
    with pytest.raises(TypeError, match=r"what gives scans, got .* gives DiffractionPattern; wr"):
        flattened([scan_of()], PeakFinder())


def test_a_shift_is_taken_off_scan_and_background():
    (flat,) = flattened([scan_of()])
    moved = shifted(flat, 0.1)
    np.testing.assert_allclose(moved.two_theta, X - 0.1)
    np.testing.assert_array_equal(moved.background, flat.background)
    assert shifted(flat, 0.0) is flat
    beyond = shifted(scan_of(), X[10])
    np.testing.assert_allclose(beyond.two_theta, X[10:] - X[10])
