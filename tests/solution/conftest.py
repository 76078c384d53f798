"""A library that lacks a crystal, and a scan of this crystal."""

import pytest
from solved_crystals import cadmium_iodide, fluorite, perovskite, rutile, scan_of


@pytest.fixture(scope="session")
def library():
    """Four structure types of AB2, of which none is a fluoride of manganese, and a perovskite."""
    return {
        "rutile": rutile(),
        "fluorite": fluorite(),
        "CdI2": cadmium_iodide(),
        "perovskite": perovskite(),
    }


@pytest.fixture(scope="session")
def manganese_fluoride():
    return rutile(4.8738, 3.3107, 0.305, ("Mn", "F"))


@pytest.fixture(scope="session")
def scan(manganese_fluoride):
    return scan_of(manganese_fluoride, counts=5000)
