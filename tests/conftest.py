"""What every test may ask for: the development data, and the slow tests."""

import copy
import os
from pathlib import Path

import hypothesis
import pymatgen.core  # noqa: F401  older versions cannot import symmetry.groups before it
import pytest
from driven_browser import Browser, find_browser
from joblib.externals.loky import reusable_executor
from pymatgen.symmetry.groups import SpaceGroup

from xrdmatch import (
    ContrastiveStructureRetriever,
    DiffractionSimulator,
    PatternMatcher,
    PhysicsReranker,
)
from xrdmatch.datasets import make_monolayers
from xrdmatch.simulation import perturb_patterns

os.environ.setdefault("MPLBACKEND", "Agg")  # before any figure is drawn

# The same examples every time: a change that breaks nothing is not refused by chance.
hypothesis.settings.register_profile("steady", derandomize=True)
hypothesis.settings.load_profile("steady")

KEPT = []


def _kept_alive(new):
    """Keep what a class makes: pymatgen forgets a space group that nobody holds.

    To make one again, which every `Structure.from_spacegroup` does, takes up to a second.
    """

    def wrapped(cls, *args, **settings):
        KEPT.append(new(cls, *args, **settings))
        return KEPT[-1]

    return wrapped


SpaceGroup.__new__ = _kept_alive(SpaceGroup.__new__)

DATA_BESIDE_THE_REPOSITORY = Path(__file__).parents[1] / ".." / "shared" / "data"


def pytest_addoption(parser):
    parser.addoption("--runslow", action="store_true", help="run the tests marked slow as well")
    parser.addoption(
        "--fuzz", type=int, metavar="N", help="read N damaged files, not some hundreds"
    )


def pytest_collection_modifyitems(config, items):
    if config.getoption("--runslow"):
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="slow: give --runslow to run it"))


def pytest_make_parametrize_id(val, argname):
    """Name long contents by their argument: archives have the time in them, names must not."""
    return argname if isinstance(val, bytes) and len(val) > 40 else None


@pytest.fixture(autouse=True, scope="module")
def _no_idle_workers():
    """End joblib's processes with each module: after minutes of idling some wait for ever."""
    yield
    executor = reusable_executor._executor
    if executor is not None:
        executor.shutdown(wait=True)


@pytest.fixture(scope="session")
def shared_data():
    """Folder of the development data, which is not part of the package."""
    folder = Path(os.environ.get("XRDMATCH_DATA", DATA_BESIDE_THE_REPOSITORY)).resolve()
    if not folder.is_dir():
        pytest.skip("no development data: set XRDMATCH_DATA to its folder")
    return folder


@pytest.fixture(scope="session")
def browser(tmp_path_factory):
    find_browser()
    with Browser(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


TINY = {"n_layers": 1, "n_heads": 2, "embedding_dim": 16, "max_epochs": 2, "random_state": 0}


@pytest.fixture(scope="session")
def layers():
    return make_monolayers(40, random_state=0)


@pytest.fixture(scope="session")
def patterns(layers):
    return DiffractionSimulator().transform(layers)


@pytest.fixture(scope="session")
def imperfect(layers):
    return perturb_patterns(layers, random_state=0)


@pytest.fixture(scope="session")
def tiny():
    """Function of options: an unfitted small retriever."""

    def make(structure_encoder="structure_factor", **options):
        return ContrastiveStructureRetriever(structure_encoder, **{**TINY, **options})

    return make


@pytest.fixture(scope="session")
def fitted_once(layers, patterns, tiny):
    """Retrievers by name, each fitted once; tests work on copies."""
    unfitted = {
        "matcher": PatternMatcher(),
        "structure_factor": tiny(),
        "sequence": tiny("sequence"),
        "likelihood": PatternMatcher(comparison="likelihood"),
        "reranker": PhysicsReranker(PatternMatcher(), n_candidates=40, n_refined=0),
    }
    return {name: r.fit(layers, patterns) for name, r in unfitted.items()}


@pytest.fixture(params=["matcher", "structure_factor", "sequence"])
def retriever(request, fitted_once):
    """Every retriever in turn, fitted; its gallery may be changed."""
    return copy.copy(fitted_once[request.param])


@pytest.fixture(params=["matcher", "structure_factor", "sequence", "likelihood", "reranker"])
def any_retriever(request, fitted_once):
    """Every retriever and those that rank by likelihood, fitted; its gallery may be changed."""
    return copy.copy(fitted_once[request.param])


@pytest.fixture(params=["structure_factor", "sequence"])
def learned(request, fitted_once):
    """Every learned retriever in turn, fitted; its gallery may be changed."""
    return copy.copy(fitted_once[request.param])


@pytest.fixture
def matcher(fitted_once):
    return copy.copy(fitted_once["matcher"])
