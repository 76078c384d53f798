"""Layers, a matcher among them, and figures closed after each test."""

import sys

import matplotlib.pyplot as plt
import pytest

from xrdmatch import DiffractionSimulator, PatternMatcher
from xrdmatch.datasets import load_monolayers


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="session")
def layers():
    return load_monolayers()[:12]


@pytest.fixture(scope="session")
def patterns(layers):
    return DiffractionSimulator().transform(layers)


@pytest.fixture(scope="session")
def matcher(layers):
    return PatternMatcher().fit(layers, labels=[layer.properties["name"] for layer in layers])


@pytest.fixture
def no_matplotlib(monkeypatch):
    """Make every import of matplotlib fail, as if it were not installed."""
    for name in ("matplotlib", "matplotlib.pyplot"):
        monkeypatch.setitem(sys.modules, name, None)
