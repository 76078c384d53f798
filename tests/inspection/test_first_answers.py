"""The first answer, its probability, and whether it is right, with a retriever by hand."""

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline

from xrdmatch import UNKNOWN, CrystalTokenizer
from xrdmatch.inspection._first_answers import first_answers


class Told:
    """Answers what it was made of."""

    def __init__(self, labels, probabilities, indices):
        self.classes_ = np.array(labels)
        self.answers = np.array(probabilities), np.array(indices)

    def probabilities(self, patterns, k=10, elements=None):
        self.asked = len(patterns), k, elements
        return self.answers


THREE = Told(
    ["a", "b", "c"],
    [[0.7, 0.1, 0.1, 0.1], [0.3, 0.1, 0.1, 0.5], [0.6, 0.2, 0.1, 0.1], [0, 0, 0, 0.9]],
    [[1, 0, 2], [0, 1, 2], [2, 1, 0], [-1, -1, -1]],
)


def test_the_likelier_of_the_first_entry_and_the_unknown():
    truth = ["b", UNKNOWN, "a", "c"]
    correct, confidence = first_answers(THREE, [None] * 4, truth, elements="Li")
    assert correct.tolist() == [True, True, False, False]
    assert confidence.tolist() == [0.7, 0.5, 0.6, 0.9]
    assert THREE.asked == (4, 3, "Li")  # not more than the gallery has


def test_entries_of_one_label_add():
    told = Told(["a", "b", "a"], [[0.35, 0.35, 0.1, 0.2]], [[0, 2, 1]])
    correct, confidence = first_answers(told, [None], ["a"])
    assert correct.tolist() == [True]
    assert confidence == pytest.approx([0.7])


def test_labels_of_any_kind_and_a_pipeline():
    told = Told([10, 20, 30], [[0.7, 0.1, 0.1, 0.1]], [[1, 0, 2]])
    for truth in ([20], np.array([20]), [np.int64(20)]):
        assert first_answers(make_pipeline(CrystalTokenizer(), told), [None], truth)[0].all()


@pytest.mark.parametrize(
    ("truth", "message"),
    [
        (["a"], r"one label for each query, got 1 for 4 queries; pass UNKNOWN where"),
        (["a", "b", "c", "d"], r"labels of the gallery, or UNKNOWN, got 'd'; see classes_"),
        ([0, 1, 2, None], r"labels of the gallery, or UNKNOWN, got 0 and 3 more; see classes_"),
    ],
)
def test_what_is_no_truth(truth, message):
    with pytest.raises(ValueError, match=message):
        first_answers(THREE, [None] * 4, truth)


def test_a_retriever_without_probabilities(matcher, patterns):
    with pytest.raises(TypeError, match=r"got a PatternMatcher; put it into a CalibratedRetriever"):
        first_answers(matcher, patterns, ["a"] * 12)
