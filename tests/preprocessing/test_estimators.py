"""What every transformer must do: see `checks`."""

import checks
import pytest

from xrdmatch import CrystalTokenizer, DiffractionSimulator, PatternPointCloud
from xrdmatch.datasets import load_monolayers

LAYERS = load_monolayers()[:6]
PATTERNS = DiffractionSimulator().transform(LAYERS)
CASES = [
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
