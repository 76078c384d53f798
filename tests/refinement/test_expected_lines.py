"""What lines are expected to look like: a laboratory's, narrow ones, an instrument's."""

import numpy as np
import pytest

from xrdmatch.crystallography import Scan
from xrdmatch.refinement import InstrumentProfile, ScanModel, scan_queries
from xrdmatch.refinement._expected_lines import FINE, WIDE, expected_lines

MODEL = ScanModel()


def scan_of(width, step=None, radiation="CuKa", end=80.0):
    """Peaks of one width on a flat background."""
    x = np.arange(5, end, step or width / 8)
    counts = 200 + sum(
        3000 * np.exp(-4 * np.log(2) * ((x - centre) / width) ** 2)
        for centre in np.linspace(6, end - 1, 12)
    )
    return Scan(x, np.random.default_rng(0).poisson(counts), radiation=radiation)


@pytest.mark.parametrize("width", [0.06, 0.2, 0.5])
def test_a_laboratory_s_lines_are_expected_as_ever(width):
    lines = expected_lines(scan_of(width, 0.01), (10, 80), MODEL)
    assert (lines.fwhm, lines.narrowest) == ((0.2, 0.2), (0.03, 0.03))
    assert (lines.zero, lines.fineness, lines.blurs) == ((0.0, 0.06), 1.0, (0.6, 0.0))


def test_a_scan_without_peaks_is_a_laboratory_s():
    x = np.arange(5, 80, 0.01)
    flat = Scan(x, np.random.default_rng(0).poisson(300, len(x)), radiation="CuKa")
    assert expected_lines(flat, (10, 80), MODEL).fineness == 1.0


@pytest.mark.parametrize("width", [0.007, 0.014, 0.03])
def test_narrow_lines_say_themselves_what_is_typical(width):
    scan = scan_of(width, radiation=0.41, end=22.0)
    lines = expected_lines(scan, (5, 22), MODEL)
    assert lines.fwhm[0] == lines.fwhm[1] == pytest.approx(width, rel=0.15)
    assert lines.fineness == lines.fwhm[0] / FINE < WIDE / FINE
    assert lines.reach == pytest.approx(max(0.41 / 1.5418, lines.fineness))
    assert lines.zero == (0.0, pytest.approx(0.06 * lines.reach))
    assert list(lines.blurs) == sorted(lines.blurs, reverse=True)


def test_the_grid_follows_the_lines():
    """More than two points a line, and no finer than the scan."""
    *_, sharp = scan_queries(scan_of(0.01, radiation=0.41, end=22.0), MODEL)
    assert 0.01 / 3 < sharp.step < 0.01 / 2
    *_, coarse = scan_queries(scan_of(0.012, step=0.006, radiation=0.41, end=22.0), MODEL)
    assert coarse.step >= 0.006


def test_a_grid_has_so_many_points_at_most():
    *_, query = scan_queries(scan_of(0.004, step=0.001), MODEL)
    assert len(query.two_theta) <= 20_001


def test_an_instrument_s_lines_are_expected():
    instrument = InstrumentProfile("CuKa", (0.01, 0.0, 0.01), (0.02, 0.0), 0.05, 0.002)
    lines = expected_lines(scan_of(0.15, 0.01), (20.0, 80.0), MODEL, instrument)
    assert lines.fwhm == pytest.approx(instrument.fwhm([20.0, 80.0]).tolist())
    assert lines.narrowest == pytest.approx([0.8 * x for x in lines.fwhm])
    assert lines.zero == (0.05, pytest.approx(np.hypot(0.002, 0.03)))


def test_an_instrument_of_another_wavelength():
    instrument = InstrumentProfile("MoKa", (0, 0, 0.01))
    with pytest.raises(ValueError, match=r"got one of 0.71075 Å for a scan of 1.5419 Å; measure"):
        scan_queries(scan_of(0.15, 0.01), MODEL, instrument)
    scan_queries(scan_of(0.15, 0.01), MODEL, InstrumentProfile("CuKa1", (0, 0, 0.01)))
