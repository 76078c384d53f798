"""Layers, a matcher among them, and figures closed after each test."""

import sys

import matplotlib.pyplot as plt
import pytest

from xrdmatch import (
    CalibratedRetriever,
    ContrastiveStructureRetriever,
    DiffractionSimulator,
    PatternMatcher,
)
from xrdmatch.datasets import load_monolayers


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="session")
def layers():
    return load_monolayers()[:12]


@pytest.fixture(scope="session")
def boron_nitride(layers):
    return next(layer for layer in layers if layer.reduced_formula == "BN")


@pytest.fixture(scope="session")
def patterns(layers):
    return DiffractionSimulator().transform(layers)


@pytest.fixture(scope="session")
def matcher(layers):
    return PatternMatcher().fit(layers, labels=[layer.properties["name"] for layer in layers])


@pytest.fixture(scope="session")
def calibrated():
    """A matcher among 40 layers that knows what its distances are worth."""
    matcher = PatternMatcher().fit(load_monolayers()[:40])
    return CalibratedRetriever(matcher, severity=0.5, n_queries=60)


@pytest.fixture(scope="session")
def retrievers(layers):
    """Small learned retrievers by the name of their towers, for 24 spots a pattern."""
    patterns = DiffractionSimulator(hk_max=2).transform(layers)
    size = {"n_layers": 2, "n_heads": 2, "embedding_dim": 16, "max_epochs": 1, "random_state": 0}
    simulator = DiffractionSimulator(hk_max=2)
    return {
        name: ContrastiveStructureRetriever(
            name, **size, simulator=simulator, augmentation=None, validation_fraction=0.0
        ).fit(layers, patterns)
        for name in ("structure_factor", "sequence")
    }


@pytest.fixture
def no_matplotlib(monkeypatch):
    """Make every import of matplotlib fail, as if it were not installed."""
    for name in ("matplotlib", "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, name, None)
