"""Probabilities of described candidates, whose order may be another."""

import numpy as np
import pytest
from sklearn.utils import Bunch

from xrdmatch.inspection import describe_candidates
from xrdmatch.inspection._candidate_probabilities import candidate_probabilities


class Told:
    """Lists entry 2 before entry 0, of four."""

    classes_ = np.arange(4)

    def probabilities(self, patterns, k=10, elements=None):
        self.asked = len(patterns), k, elements
        return np.array([[0.6, 0.2, 0.0, 0.0, 0.1]]), np.array([[2, 0, -1, -1]])


def test_each_candidate_has_its_own_and_the_unknown_stands_last(patterns):
    told, candidates = Told(), [Bunch(index=0), Bunch(index=1), Bunch(index=2)]
    found = candidate_probabilities(told, patterns[0], candidates, elements="C")
    assert found.tolist() == [0.2, 0.0, 0.6, 0.1]
    assert told.asked == (1, 4, "C")


def test_other_retrievers_do_not_know(matcher, patterns):
    candidates = describe_candidates(matcher, patterns[0], k=2)
    assert candidate_probabilities(matcher, patterns[0], candidates) is None


def test_a_calibrated_retriever(calibrated, patterns):
    candidates = describe_candidates(calibrated, patterns[0], k=40)
    found = candidate_probabilities(calibrated, patterns[0], candidates)
    probabilities, indices = calibrated.probabilities(patterns[:1], 40)
    assert found[-1] == probabilities[0, -1]
    assert found.sum() == pytest.approx(probabilities.sum())
    first = [candidate.index for candidate in candidates].index(indices[0, 0])
    assert found[first] == probabilities[0, 0]
