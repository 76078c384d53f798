"""Small galleries that are searched by whatever is drawn."""

import pytest

from xrdmatch import DiffractionSimulator, PatternMatcher
from xrdmatch.datasets import load_monolayers, load_standards


@pytest.fixture(scope="session")
def standards():
    return PatternMatcher(DiffractionSimulator("powder", "CuKa")).fit(load_standards()[:3])


@pytest.fixture(scope="session")
def few_layers():
    return PatternMatcher().fit(load_monolayers()[:3])
