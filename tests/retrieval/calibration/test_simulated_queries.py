"""Queries simulated from a gallery's own structures."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator, PatternMatcher
from xrdmatch.datasets import load_monolayers
from xrdmatch.retrieval._calibration.simulated_queries import simulated_queries

LAYERS = load_monolayers()[:6]
SALTS = [
    Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), [m, "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    for m, a in (("Na", 5.64), ("K", 6.29), ("Ag", 5.55))
]


@pytest.fixture(scope="module")
def matcher():
    return PatternMatcher().fit(LAYERS)


@pytest.fixture(scope="module")
def powders():
    return PatternMatcher(DiffractionSimulator("powder", "CuKa")).fit(SALTS)


def draw(retriever, n, severity=1.0, cells="mixed", seed=0):
    return simulated_queries(retriever, n, severity, cells, np.random.RandomState(seed))


def test_each_structure_comes_before_one_comes_again(matcher):
    _, truth = draw(matcher, 15)
    assert sorted(truth[:6]) == sorted(truth[6:12]) == list(range(6))
    assert len(truth) == 15


def test_patterns_are_those_of_their_structures(matcher):
    patterns, truth = draw(matcher, 6, severity=0.0)
    clean = matcher.simulator_.transform([LAYERS[i] for i in truth])
    assert [p.n_peaks for p in patterns] == [p.n_peaks for p in clean]
    assert matcher.predict(patterns).tolist() == truth.tolist()


def test_a_draw_is_repeatable(matcher):
    first, second, other = (draw(matcher, 6, seed=seed)[0] for seed in (0, 0, 1))
    assert all(np.array_equal(a.q, b.q) for a, b in zip(first, second, strict=True))
    assert not np.array_equal(first[0].q.shape, other[0].q.shape) or not np.array_equal(
        first[0].q, other[0].q
    )


def test_where_no_severity_is_said_patterns_have_their_own(matcher):
    """Cells of severity 0 agree; those of others are strained, each by its own."""
    spots, truth = draw(matcher, 6, severity=None)
    clean = matcher.simulator_.transform([LAYERS[i] for i in truth])
    shortest = [
        np.linalg.norm(a.q, axis=1).min() / np.linalg.norm(b.q, axis=1).min() - 1
        for a, b in zip(spots, clean, strict=True)
    ]
    assert 1e-4 < np.std(shortest) < 0.05


def test_cells_of_measured_structures_agree_better(powders):
    """The first stage's distance to the right one, which costs what the cell is off."""
    distances = {}
    for cells in ("measured", "computed"):
        scans, truth = draw(powders, 30, cells=cells)
        found, indices = powders.kneighbors(scans, 3)
        distances[cells] = np.median(found[indices == truth[:, None]])
    assert distances["measured"] < distances["computed"]


def test_a_structure_that_cannot_be_simulated_is_left_out(powders, monkeypatch):
    module = "xrdmatch.retrieval._calibration.simulated_queries"

    def refuse(scan):
        if len(scan.two_theta) % 2:
            raise ValueError("too short")

    monkeypatch.setattr(f"{module}.check_refinable", refuse)
    patterns, truth = draw(powders, 12)
    assert 0 < len(patterns) == len(truth) < 12
    assert not any(len(scan.two_theta) % 2 for scan in patterns)
