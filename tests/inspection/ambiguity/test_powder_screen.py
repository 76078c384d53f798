"""No pair of powders that is alike may be lost by the coarse comparison."""

from dataclasses import replace

import numpy as np
import pytest

from xrdmatch.crystallography import Radiation
from xrdmatch.inspection._ambiguity import powder_screen
from xrdmatch.inspection._ambiguity.powder_lines import PowderLines
from xrdmatch.inspection._ambiguity.powder_screen import candidate_pairs, lowered
from xrdmatch.inspection._ambiguity.powder_similarity import scan_similarity
from xrdmatch.inspection._ambiguity.scan_measurement import ScanMeasurement

SCAN = ScanMeasurement(Radiation("xray", ((1.5, 1.0),)))


def alike_powders(rng, n):
    """Families of powders whose lines and cells differ a little."""
    parts = []
    for _ in range(n // 10):
        q, strength = rng.uniform(0.13, 0.8, 12), rng.uniform(0.1, 1, 12)
        for spread in np.linspace(0, 0.6, 10):
            size = 1 + rng.uniform(-0.006, 0.006)
            parts.append((q * size, strength * np.exp(rng.normal(0, spread, 12))))
    starts = 12 * np.arange(len(parts) + 1)
    q, strength = (np.concatenate(column) for column in zip(*parts, strict=True))
    return PowderLines(q, strength, starts)


@pytest.mark.parametrize("threshold", [0.95, 0.99])
@pytest.mark.parametrize("scan", [SCAN, replace(SCAN, cell_change=0.004), replace(SCAN, fwhm=0.5)])
def test_nothing_is_lost(scan, threshold, monkeypatch):
    monkeypatch.setattr(powder_screen, "ROWS", 16)  # several blocks
    lines = alike_powders(np.random.default_rng(0), 60)
    pairs = np.array([(i, j) for i in range(60) for j in range(i + 1, 60)])
    alike = scan_similarity(lines, pairs, scan) >= threshold
    found = candidate_pairs(lines, scan, threshold)
    assert 20 < alike.sum() < 250
    assert {tuple(pair) for pair in pairs[alike]} <= {tuple(pair) for pair in found}
    assert len(found) < len(pairs) / 4
    assert (np.diff(found[:, 0] * 60 + found[:, 1]) > 0).all()


def test_the_bound_lies_below_the_threshold():
    assert 0.9 < lowered(0.95) < 0.95 < lowered(0.99) < 0.99


def test_powders_without_lines_are_like_no_other():
    lines = PowderLines(np.array([0.3, 5.0]), np.ones(2), np.array([0, 1, 2, 2]))
    assert candidate_pairs(lines, SCAN, 0.9).shape == (0, 2)
