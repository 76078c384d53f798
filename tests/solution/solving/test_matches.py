"""Solutions beside the truth."""

from types import SimpleNamespace

import pytest
from solved_crystals import fluorite, perovskite, rutile

from xrdmatch.solution._solving.facts import FACTS
from xrdmatch.solution._solving.matches import certainty_of, match_rate


def test_lists_that_hold_the_truth_are_counted():
    found = [[fluorite(), rutile()], [rutile()], [], [perovskite(4.0)]]
    truth = [rutile(4.65, 2.93), fluorite(elements=("Ti", "O")), rutile(), perovskite()]
    assert match_rate(found, truth) == 0.5


def test_other_elements_are_no_match():
    assert match_rate([[rutile(elements=("Sn", "O"))]], [rutile()]) == 0.0


def solution(structure, residual):
    facts = dict(zip(FACTS, (residual, 3.0, 3.0, 0.0, 0.1), strict=True))
    ranked = [SimpleNamespace(structure=structure, facts=facts)]
    return SimpleNamespace(is_refined=structure is not None, ranked=ranked)


def test_probabilities_are_learned_of_the_best_structures():
    right, wrong = rutile(), fluorite(4.9, ("Ti", "O"))
    solutions = [solution(right, -3.0)] * 6 + [solution(wrong, -1.0)] * 6 + [solution(None, 0.0)]
    learned = certainty_of(solutions, [rutile()] * 13)
    p = learned.probability([[-3.0, 3.0, 3.0, 0.0, 0.1], [-1.0, 3.0, 3.0, 0.0, 0.1]])
    assert p[0] > 0.8
    assert p == pytest.approx([p[0], 1 - p[0]], abs=1e-6)


def test_of_too_few_nothing_is_learned():
    with pytest.raises(ValueError, match="5 right and 5 wrong answers, got 2 and 0"):
        certainty_of([solution(rutile(), -3.0)] * 2, [rutile()] * 2)
