"""What was found for one scan."""

from types import SimpleNamespace

import pytest
from pymatgen.core import Composition
from solved_crystals import fluorite, rutile

from xrdmatch.solution import Proposal, Solution, SolvedStructure

SCAN = SimpleNamespace(name="a.xy")


def solved(structure, label, refined=None):
    proposal = Proposal(structure, label, "template", 0.8, 0.0)
    return SolvedStructure(proposal, refined, float("nan"), float("nan"), {})


@pytest.fixture
def ranked():
    return [solved(rutile(), "one"), solved(fluorite(), "two")] * 3


def test_without_a_reason_the_best_is_the_answer(ranked):
    assert Solution(SCAN, None, ranked, [], "").answer is ranked[0].structure


def test_with_a_reason_it_abstains_and_still_lists(ranked):
    solution = Solution(SCAN, Composition("TiO2"), ranked, [], "not sure")
    assert solution.answer is None
    assert solution.structures(2) == [ranked[0].structure, ranked[1].structure]


def test_what_is_listed_differs(ranked):
    """Two crystals three times; all six are kept as tried."""
    solution = Solution(SCAN, None, ranked, [], "not sure")
    assert solution.different() == ranked[:2]
    assert solution.different(1) == ranked[:1]
    assert len(solution.ranked) == 6


def test_whether_anything_was_refined(ranked):
    assert not Solution(SCAN, None, [], [], "nothing").is_refined
    assert not Solution(SCAN, None, ranked, [], "not sure").is_refined
    refined = solved(rutile(), "one", SimpleNamespace(structure=rutile()))
    assert Solution(SCAN, None, [refined, *ranked], [], "").is_refined


def test_its_text_has_the_three_best(ranked):
    lines = str(Solution(SCAN, None, ranked, [], "not sure")).splitlines()
    assert lines[0] == "a.xy: not sure"
    assert [line[:14] for line in lines[1:]] == [
        "  1. TiO2 from",
        "  2. CaF2 from",
        "  3. TiO2 from",
    ]


def test_a_scan_without_a_name_is_a_scan():
    assert str(Solution(SimpleNamespace(name=None), None, [], [], "no peak")) == "scan: no peak"
