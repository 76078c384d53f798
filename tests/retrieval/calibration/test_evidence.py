"""Candidates of queries, the phases among them, and how far each is behind the best."""

import numpy as np
import pytest

from xrdmatch.retrieval._calibration.evidence import FEWEST, NO_RIVAL, Evidence


def evidence(scores, phases, facts=None):
    """Of queries whose candidates are numbered from 0 on."""
    scores, phases = np.array(scores, dtype=float), np.array(phases)
    indices = np.where(phases < 0, -1, np.arange(scores.shape[1]))
    facts = np.zeros((*scores.shape, 1)) if facts is None else np.array(facts)[:, :, None]
    return Evidence(indices, np.where(phases < 0, -np.inf, scores), phases, facts, ("fact",))


def test_the_best_candidate_of_a_phase_stands_for_it():
    gaps = evidence([[7.0, 9.0, 2.0, 8.5]], [[0, 1, 0, 1]]).gaps()
    assert gaps.tolist() == [[2.0, 0.0, np.inf, np.inf]]


def test_the_first_of_equal_candidates_stands_for_their_phase():
    assert evidence([[3.0, 3.0]], [[0, 0]]).gaps().tolist() == [[0.0, np.inf]]


def test_the_margin_is_to_the_next_phase_not_to_a_twin():
    features = evidence([[9.0, 8.9, 5.0]], [[0, 0, 1]], [[0.5, 0.1, 0.2]]).features()
    assert features == pytest.approx(np.array([[np.log(4.0), 0.5]]))


@pytest.mark.parametrize("phases", [[0, 0, 0], [0, -1, -1]])
def test_without_a_rival_the_margin_is_the_largest(phases):
    features = evidence([[9.0, 8.0, 7.0]], [phases]).features()
    assert features[0, 0] == pytest.approx(np.log(NO_RIVAL))


def test_equal_rivals_have_the_smallest_margin():
    assert evidence([[1.0, 1.0]], [[0, 1]]).features()[0, 0] == pytest.approx(np.log(FEWEST))


def test_a_query_without_candidates_has_no_gap():
    assert np.isinf(evidence([[1.0, 1.0]], [[-1, -1]]).gaps()).all()


def test_what_is_taken_out_leaves_its_place_to_the_next():
    whole = evidence([[5.0, 4.0, 3.0, 2.0]], [[0, 1, 0, 2]], [[0.0, 1.0, 2.0, 3.0]])
    left = whole.without(np.array([[True, False, True, False]]), 3)
    assert left.indices.tolist() == [[1, 3, -1]]
    assert left.scores.tolist() == [[4.0, 2.0, -np.inf]]
    assert left.facts[0, :2, 0].tolist() == [1.0, 3.0]


def test_evidence_in_parts_is_the_whole():
    whole = evidence([[5.0, 4.0], [1.0, 2.0]], [[0, 1], [0, 1]])
    again = whole.rows([0]).joined(whole.rows([1]))
    for name in ("indices", "scores", "phases", "facts"):
        assert np.array_equal(getattr(again, name), getattr(whole, name))
