"""The order in which things are tried, with parts that only count."""

from types import SimpleNamespace

import numpy as np
import pytest
from solved_crystals import cadmium_iodide, fluorite, rutile, scan_of

from xrdmatch.solution._solving import one_scan
from xrdmatch.solution._solving.certainty import Certainty, Law
from xrdmatch.solution._solving.facts import FACTS
from xrdmatch.solution._solving.one_scan import Tools, solved

# A residual of 1 % has a probability of 0.99, one of 30 % one of 0.23.
BY_FIT = Law((-1.7, 0.0, 0.0, 0.0, 0.0), -3.25)
CERTAINTY = Certainty(FACTS, BY_FIT, BY_FIT)


class Proposer:
    """Proposes so many structures, other ones on cells."""

    def __init__(self, proposal, n=25, on_cells=0):
        self.templates = [proposal(i) for i in range(n)]
        self.laid = [proposal(100 + i) for i in range(on_cells)]
        self.asked = []

    def propose(self, _scan, _composition=None, cells=None):
        self.asked.append(cells)
        return self.templates if cells is None else self.laid


class Refiner:
    """Finds the residuals that it is told; counts what it is given."""

    def __init__(self, refined, residuals):
        self.refined, self.residuals, self.batches = refined, residuals, []

    def refine(self, _scan, structures, _time_limit):
        start = sum(self.batches)
        self.batches.append(len(structures))
        return [self.refined(self.residuals[start + i]) for i in range(len(structures))]


class Finder:
    """Finds one cell."""

    def __init__(self):
        self.n_calls = 0

    def find(self, _scan, _composition):
        self.n_calls += 1
        return ["a cell"]


@pytest.fixture(autouse=True)
def _cells_as_they_are(monkeypatch):
    monkeypatch.setattr(one_scan, "by_cell_fits", lambda _, proposals: list(proposals))


@pytest.fixture(scope="module")
def scan():
    return scan_of(rutile())


def tools_of(proposer, refiner, finder=None, bond_check=None, n_tries=24, limit=np.inf):
    return Tools(proposer, refiner, finder, bond_check, CERTAINTY, 0.9, n_tries, limit)


def test_it_stops_where_one_is_sure_enough(scan, proposal, refined):
    refiner = Refiner(refined, [0.3] * 12 + [0.01] + [0.3] * 12)
    found = solved(scan, "TiO2", tools_of(Proposer(proposal), refiner))
    assert refiner.batches == [10, 10]
    assert (found.ranked[0].label, found.reason) == (12, "")
    assert found.answer is found.ranked[0].structure
    assert len(found.ranked) == 25


def test_as_many_are_tried_as_it_was_told(scan, proposal, refined):
    refiner = Refiner(refined, [0.3] * 25)
    found = solved(scan, "TiO2", tools_of(Proposer(proposal), refiner, n_tries=10))
    assert refiner.batches == [10]
    assert sum(one.refined is not None for one in found.ranked) == 10
    assert found.answer is None


def test_cells_are_sought_where_no_template_explains_the_scan(scan, proposal, refined):
    proposer, finder = Proposer(proposal, 2, on_cells=2), Finder()
    refiner = Refiner(refined, [0.3, 0.3, 0.01, 0.3])
    found = solved(scan, "TiO2", tools_of(proposer, refiner, finder))
    assert proposer.asked == [None, ["a cell"]]
    assert found.cells == ["a cell"]
    assert found.ranked[0].label == 100
    assert set(found.seconds) == {"proposals", "cell fits", "refinement", "bonds", "cells"}


@pytest.mark.parametrize("residual", [0.01, 0.14])
def test_no_cell_is_sought_where_a_template_explains_it(scan, proposal, refined, residual):
    finder = Finder()
    solved(scan, "TiO2", tools_of(Proposer(proposal, 2), Refiner(refined, [residual] * 2), finder))
    assert finder.n_calls == 0


def test_cells_of_the_best_are_fitted_and_the_others_follow(scan, proposal, monkeypatch):
    """The fit turns the order round; nothing is refined."""
    monkeypatch.setattr(one_scan, "N_FITTED", 3)
    monkeypatch.setattr(one_scan, "by_cell_fits", lambda _, proposals: proposals[::-1])
    refiner = SimpleNamespace(refine=lambda _, structures, __: [None] * len(structures))
    found = solved(scan, "TiO2", tools_of(Proposer(proposal, 5), refiner))
    assert [one.label for one in found.ranked] == [2, 1, 0, 3, 4]


@pytest.mark.parametrize(("k", "n_calls"), [(1, 0), (2, 0), (3, 1)])
def test_cells_are_sought_where_different_structures_are_too_few(
    scan, proposal, refined, k, n_calls
):
    """Twice rutile and once fluorite, of which one explains the scan; on a cell, CdI2."""
    proposer, finder = Proposer(proposal, 2, on_cells=1), Finder()
    proposer.templates.append(proposal("other", fluorite()))
    proposer.laid = [proposal("laid", cadmium_iodide())]
    as_they_are = SimpleNamespace(
        refine=lambda _, structures, __: [refined(0.01, structure=s) for s in structures]
    )
    found = solved(scan, "TiO2", tools_of(proposer, as_they_are, finder), k)
    assert finder.n_calls == n_calls
    assert len(found.different(9)) == 2 + n_calls
    assert found.answer is not None


def test_cells_are_not_sought_when_the_time_is_over(scan, proposal, refined, monkeypatch):
    refiner, finder = Refiner(refined, [0.01] * 2), Finder()
    monkeypatch.setattr(one_scan, "monotonic", lambda: 5.0 * len(refiner.batches))
    tools = tools_of(Proposer(proposal, 2, on_cells=2), refiner, finder, limit=4.0)
    assert solved(scan, "TiO2", tools, 20).answer is not None
    assert finder.n_calls == 0


def test_without_templates_cells_are_sought_for_parts_of_others(scan, proposal, refined):
    finder = Finder()
    found = solved(scan, "TiO2", tools_of(Proposer(proposal, 0), Refiner(refined, []), finder))
    assert finder.n_calls == 1
    assert "no template has the anonymous formula AB2" in found.reason
    unknown = solved(scan, None, tools_of(Proposer(proposal, 0), Refiner(refined, [])))
    assert unknown.reason == "no template was proposed; use a larger library"


def test_where_no_cell_can_be_sought_it_says_why(scan, proposal, refined):
    def nothing(*_):
        raise ValueError("three peaks are needed")

    finder = SimpleNamespace(find=nothing)
    found = solved(
        scan, "TiO2", tools_of(Proposer(proposal, 2), Refiner(refined, [0.3] * 2), finder)
    )
    assert len(found.ranked) == 2
    assert found.reason.endswith("no cell was sought: three peaks are needed")


def test_after_the_time_limit_nothing_is_begun(scan, proposal, refined, monkeypatch):
    """By a clock that advances by 5 s with each batch of ten."""
    refiner, finder = Refiner(refined, [0.3] * 25), Finder()
    monkeypatch.setattr(one_scan, "monotonic", lambda: 5.0 * len(refiner.batches))
    found = solved(scan, "TiO2", tools_of(Proposer(proposal), refiner, finder, limit=4.0))
    assert refiner.batches == [10]
    assert finder.n_calls == 0
    assert found.seconds["refinement"] == 5.0
    assert "the time was over" in found.reason


def test_bonds_of_what_was_refined_are_checked(scan, proposal, refined):
    """A check that believes in everything by 0.75; one structure was not refined."""
    check = SimpleNamespace(predict_proba=lambda s: np.tile([0.25, 0.75], (len(s), 1)))
    refiner = SimpleNamespace(refine=lambda *_: [refined(0.3), None])
    found = solved(scan, "TiO2", tools_of(Proposer(proposal, 2), refiner, bond_check=check))
    assert found.ranked[0].bond_probability == 0.75
    assert np.isnan(found.ranked[1].bond_probability)


def test_where_nothing_was_refined_it_says_so(scan, proposal):
    refiner = SimpleNamespace(refine=lambda _, structures, __: [None] * len(structures))
    found = solved(scan, "TiO2", tools_of(Proposer(proposal, 3), refiner))
    assert found.reason == "no structure was refined"
    assert not found.is_refined


def test_an_abstention_says_what_is_missing(scan, proposal, refined):
    found = solved(scan, "TiO2", tools_of(Proposer(proposal, 1), Refiner(refined, [0.3])))
    assert "probability of 0.23, less than 0.90: it leaves 30 % of the counts" in found.reason
