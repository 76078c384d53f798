"""What makes a scan unlike measured ones is seen, and measured ones pass."""

import csv
import warnings

import numpy as np
import pytest
from powder_scans import GRID, ideal_counts, noisy_scan

from xrdmatch.crystallography import Scan, as_radiation
from xrdmatch.io import read_pattern
from xrdmatch.preprocessing import DomainWarning, check_domain

PLACES, AREAS = [28.4, 47.3, 56.1], [900.0, 700.0, 400.0]


@pytest.fixture
def good():
    return noisy_scan(PLACES, AREAS)


def test_nothing_to_say(good):
    assert check_domain([good, noisy_scan(PLACES, AREAS, background=0.3)]) == [[], []]
    assert check_domain([]) == []


def cut(scan, part, radiation="CuKa", counts=None):
    counts = scan.counts if counts is None else counts
    return Scan(scan.two_theta[part], counts[part], None, radiation, "odd")


@pytest.mark.parametrize(
    ("issue", "words", "change"),
    [
        ("short_range", "too little of q", lambda scan: cut(scan, slice(0, 400))),
        ("coarse_step", "as wide as its peaks", lambda scan: cut(scan, slice(None, None, 8))),
        ("no_wavelength", "no wavelength", lambda scan: cut(scan, slice(None), None)),
        ("mean_wavelength", "mean of a K-alpha", lambda scan: cut(scan, slice(None), 1.5418)),
        (
            "background_stripped",
            "stripped of its background",
            lambda scan: cut(scan, slice(None), counts=scan.counts - 60),
        ),
        (
            "background_stripped",
            "stripped of its background",
            lambda scan: cut(scan, slice(None), counts=np.maximum(scan.counts - 60, 0)),
        ),
    ],
)
def test_each_issue(good, issue, words, change):
    with pytest.warns(DomainWarning, match=f"1 of 2 scans are unlike .*: odd .*{words}"):
        assert check_domain([good, change(good)]) == [[], [issue]]


def test_simulated_scans():
    counts = 20 + ideal_counts(PLACES, AREAS, as_radiation("CuKa"))
    with pytest.warns(DomainWarning, match="0 has no noise: it looks simulated or smoothed"):
        assert check_domain(Scan(GRID, counts, radiation="CuKa")) == [["simulated"]]


def test_no_scan():
    with pytest.raises(TypeError, match="Entry 0 must be a Scan, got str"):
        check_domain(["quartz.xy"])


def test_measured_scans_pass(shared_data):
    folder = shared_data / "measured"
    with open(folder / "manifest.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))[::6]
    lines = {"0.7107": "MoKa", "1.54184": "CuKa", "1.54059": "CuKa1"}
    scans = [read_pattern(folder / row["pattern"], lines[row["wavelength_A"]]) for row in rows]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DomainWarning)
        issues = check_domain(scans)
    assert sum(map(bool, issues)) <= 0.1 * len(scans), issues
