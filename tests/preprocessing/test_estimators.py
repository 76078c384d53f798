"""What every transformer must do: see `checks`."""

import checks
import numpy as np
import pytest

from xrdmatch import CrystalTokenizer, DiffractionSimulator, PatternPointCloud
from xrdmatch.crystallography import Scan
from xrdmatch.datasets import load_monolayers
from xrdmatch.preprocessing import (
    BackgroundRemover,
    KAlpha2Stripper,
    PatternProfile,
    PeakFinder,
)

LAYERS = load_monolayers()[:6]
PATTERNS = DiffractionSimulator().transform(LAYERS)
X = np.arange(20, 30, 0.02)
PEAK = 90 + 2000 * np.exp(-(((X - 25) / 0.1) ** 2))
SCANS = [Scan(X, np.random.default_rng(i).poisson(PEAK), radiation="CuKa") for i in range(3)]
CASES = [
    (BackgroundRemover(), SCANS),
    (BackgroundRemover("arpls", width=4.0), SCANS),
    (KAlpha2Stripper(), SCANS),
    (PeakFinder(), SCANS),
    (PatternProfile(start=0.28, stop=0.3), SCANS),
    (PatternProfile("two_theta", start=22, stop=28, wavelength="MoKa", scale=None), SCANS),
    (CrystalTokenizer(), LAYERS),
    (CrystalTokenizer(20, layout="elements_last", vacuum=30.0), LAYERS),
    (DiffractionSimulator(), LAYERS),
    (DiffractionSimulator(q_max=2.0, b_iso={"Mo": 0.5}, friedel_half=True), LAYERS),
    (PatternPointCloud(), PATTERNS),
    (PatternPointCloud(1e-3, merge_friedel=False, max_points=20), PATTERNS),
]


def name(value):
    return value.__name__ if callable(value) else repr(value) if hasattr(value, "fit") else ""


@pytest.mark.parametrize("check", checks.CHECKS_OF_ALL, ids=name)
@pytest.mark.parametrize("transformer", [case[0] for case in CASES], ids=name)
def test_estimator(check, transformer):
    check(transformer)


@pytest.mark.parametrize("check", checks.CHECKS_OF_TRANSFORMERS, ids=name)
@pytest.mark.parametrize(("transformer", "X"), CASES, ids=name)
def test_transformer(check, transformer, X):
    check(transformer, X)


@pytest.mark.parametrize("transformer", [case[0] for case in CASES], ids=name)
def test_nothing_in_nothing_out(transformer):
    checks.check_transform_nothing(transformer)
