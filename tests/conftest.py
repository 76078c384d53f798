"""What every test may ask for: the development data, and the slow tests."""

import os
from pathlib import Path

import pytest

os.environ.setdefault("MPLBACKEND", "Agg")  # before anything imports matplotlib

DATA_BESIDE_THE_REPOSITORY = Path(__file__).parents[1] / ".." / "shared" / "data"


def pytest_addoption(parser):
    parser.addoption("--runslow", action="store_true", help="run the tests marked slow as well")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--runslow"):
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="slow: give --runslow to run it"))


@pytest.fixture(scope="session")
def shared_data():
    """Folder of the development data, which is not part of the package."""
    folder = Path(os.environ.get("XRDMATCH_DATA", DATA_BESIDE_THE_REPOSITORY)).resolve()
    if not folder.is_dir():
        pytest.skip("no development data: set XRDMATCH_DATA to its folder")
    return folder
