"""Shares counted by hand, and the scorer inside scikit-learn's own tools."""

import pickle

import numpy as np
import pytest
from sklearn.base import BaseEstimator
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_validate
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer

from xrdmatch import CrystalTokenizer, DiffractionSimulator, PatternMatcher
from xrdmatch.datasets import composition_groups, load_monolayers, make_monolayers
from xrdmatch.metrics import TopKScorer, top_k_accuracy, top_k_scorer
from xrdmatch.simulation import perturb_patterns

CANDIDATES = [[0, 1, 2], [2, 1, 0], [0, 2, 1], [0, 1, 3]]
TRUTH = [0, 1, 1, 2]  # first, second, third, not at all


class Offset(BaseEstimator):
    """A retriever that ranks entry i + offset first, then i, then the rest; nothing is learned."""

    def __init__(self, offset=1, score_k=1):
        self.offset = offset
        self.score_k = score_k

    def fit(self, structures, patterns=None):
        self.fitted_ = True
        return self

    def score(self, structures, patterns):
        n = len(structures)
        truth = np.arange(n)
        candidates = np.column_stack([(truth + self.offset) % n, truth, (truth + 2) % n])
        return top_k_accuracy(truth, candidates, self.score_k)


@pytest.mark.parametrize(("k", "share"), [(1, 0.25), (2, 0.5), (3, 0.75)])
def test_accuracy_by_hand(k, share):
    assert top_k_accuracy(TRUTH, CANDIDATES, k) == share
    assert top_k_accuracy(np.array(TRUTH), np.array(CANDIDATES), k=np.int64(k)) == share


def test_labels_and_missing_candidates():
    candidates = np.array([["MoS2", None], ["WS2", "MoS2"]], dtype=object)
    assert top_k_accuracy(["MoS2", "MoS2"], candidates, k=1) == 0.5
    assert top_k_accuracy(["MoS2", "MoS2"], candidates, k=2) == 1.0


@pytest.mark.parametrize(
    ("truth", "candidates", "k", "message"),
    [
        ([0, 1], [[0, 1]], 1, r"one row of candidates for each .*got 2 answers and .*\(1, 2\)"),
        ([0, 1], [0, 1], 1, r"candidates of shape \(2,\); ask with k > 1 or reshape to"),
        ([], np.empty((0, 3)), 1, r"got 0 answers"),
        ([0], [[0, 1]], 3, r"between 1 and the number of candidates, 2, got 3; ask the retriever"),
        ([0], [[0, 1]], 0, r"between 1 and the number of candidates, 2, got 0"),
        ([0], [[0, 1]], 1.5, r"k must be a whole number between 1 .*, got 1.5"),
    ],
)
def test_what_cannot_be_counted(truth, candidates, k, message):
    with pytest.raises(ValueError, match=message):
        top_k_accuracy(truth, candidates, k)


@pytest.mark.parametrize("k", [0, -1, 2.0, "3", None])
def test_scorer_of_no_count(k):
    with pytest.raises(ValueError, match=r"whole number of at least 1, got .*; use 1, 3, 5 or 10"):
        top_k_scorer(k)


def test_scorer_is_a_value_that_can_be_pickled():
    scorer = top_k_scorer(np.int64(3))
    assert scorer == TopKScorer(3)
    assert pickle.loads(pickle.dumps(scorer)) == scorer


def test_scorer_asks_for_its_own_k_and_leaves_the_estimator_alone():
    retriever = Offset(score_k=2)
    scores = [top_k_scorer(k)(retriever, [0] * 5, [0] * 5) for k in (1, 2, 3)]
    assert scores == [0.0, 1.0, 1.0]
    assert retriever.score_k == 2


def test_scorer_sends_only_structures_through_a_pipeline():
    """A step that keeps two structures leaves a pool of two, where i + 2 is i again."""
    steps = [
        FunctionTransformer(lambda structures: structures[:2]),
        "passthrough",
        Offset(offset=2),
    ]
    assert top_k_scorer(1)(make_pipeline(*steps), [0] * 5, [0] * 5) == 1.0
    assert top_k_scorer(1)(steps[-1], [0] * 5, [0] * 5) == 0.0


@pytest.fixture(scope="module")
def layers():
    return make_monolayers(30, random_state=1)


@pytest.mark.parametrize("tokenised", [False, True])
def test_in_cross_validate(layers, tokenised):
    matcher = PatternMatcher()
    estimator = make_pipeline(CrystalTokenizer(), matcher) if tokenised else matcher
    patterns = perturb_patterns(layers, 4.0, random_state=0)
    result = cross_validate(
        estimator,
        layers,
        patterns,
        groups=composition_groups(layers),
        cv=GroupKFold(2),
        scoring={"top1": top_k_scorer(1), "top3": top_k_scorer(3)},
    )
    assert (result["test_top1"] < result["test_top3"]).all()
    assert (result["test_top3"] > 3 / 15).all()  # chance, a pool of 15


def test_in_grid_search(layers):
    search = GridSearchCV(
        Offset(),
        {"offset": [0, 1]},
        cv=2,
        scoring={"top1": top_k_scorer(1), "top2": top_k_scorer(2)},
        refit="top1",
    )
    search.fit(layers, DiffractionSimulator().transform(layers))
    assert search.best_params_ == {"offset": 0}
    assert search.cv_results_["mean_test_top1"].tolist() == [1.0, 0.0]
    assert search.cv_results_["mean_test_top2"].tolist() == [1.0, 1.0]


def test_pool_that_is_smaller_than_k():
    matcher = PatternMatcher().fit(load_monolayers()[:3])
    patterns = DiffractionSimulator().transform(load_monolayers()[:3])
    with pytest.raises(ValueError, match=r"k must lie between 1 and the gallery's 3 structures"):
        top_k_scorer(4)(matcher, load_monolayers()[:3], patterns)
