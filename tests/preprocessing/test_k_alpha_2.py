"""Doublets: with the second line stripped, the first one's own profile is left."""

import numpy as np
import pytest
from powder_scans import GRID, ideal_counts, noisy_scan

from xrdmatch.crystallography import Radiation, Scan, as_radiation
from xrdmatch.preprocessing import KAlpha2Stripper

PLACES, AREAS = [20.0, 31.3, 47.9, 66.2, 80.7, 92.0], [5.0, 900.0, 300.0, 250.0, 80.0, 120.0]
# The stripped line is as wide as the first one was before its angles were stretched, by a
# quarter of a percent, and noise-free profiles show that little.
TOLERANCE = 6e-3


@pytest.mark.parametrize("fwhm", [0.1, 0.2, 0.4])
@pytest.mark.parametrize("anode", ["Cu", "Co", "Mo"])
def test_closed_form(fwhm, anode):
    doublet, single = as_radiation(f"{anode}Ka"), as_radiation(f"{anode}Ka1")
    shape = {"fwhm": fwhm, "share": 0.5}
    counts = 7 + ideal_counts(PLACES, AREAS, doublet, **shape)
    (stripped,) = KAlpha2Stripper().transform([Scan(GRID, counts, radiation=doublet)])
    share = 1 / 1.5  # of the first line
    expected = share * (7 + ideal_counts(PLACES, AREAS, single, **shape))
    assert np.abs(stripped.counts - expected).max() < TOLERANCE * expected.max()
    assert stripped.radiation == single


def test_three_lines():
    radiation = Radiation("xray", ((1.54, 1.0), (1.544, 0.5), (1.55, 0.2)))
    counts = ideal_counts(PLACES, AREAS, radiation)
    (stripped,) = KAlpha2Stripper().transform([Scan(GRID, counts, radiation=radiation)])
    expected = ideal_counts(PLACES, AREAS, as_radiation(1.54)) / 1.7
    assert np.abs(stripped.counts - expected).max() < TOLERANCE * expected.max()


def test_uncertainties_hold():
    """Of many draws, the scatter of the stripped counts is what is said of one, or less."""
    draws = [noisy_scan(PLACES, AREAS, seed=i) for i in range(60)]
    stripped = KAlpha2Stripper().transform(draws)
    scatter = np.std([scan.counts for scan in stripped], axis=0)
    ratio = scatter / np.mean([scan.sigma for scan in stripped], axis=0)
    assert 0.6 < np.median(ratio) < 1.1


def test_one_line_stays_as_it_is():
    scan = noisy_scan([30.0], [100.0], "CuKa1")
    assert KAlpha2Stripper().transform([scan])[0] is scan


def test_points_near_180_degrees():
    x = np.arange(150.0, 179.9, 0.05)
    counts = 10 + ideal_counts([160.0], [50.0], as_radiation("CuKa"), x=x, fwhm=0.8)
    (stripped,) = KAlpha2Stripper().transform([Scan(x, counts, radiation="CuKa")])
    assert np.isfinite(stripped.counts).all()


def test_without_lines():
    scan = Scan(GRID, np.ones_like(GRID), name="quartz")
    with pytest.raises(ValueError, match=r"Scan 0 \(quartz\): to strip K-alpha 2 the lines must"):
        KAlpha2Stripper().transform([scan])
