"""Retrievers inside scikit-learn's own tools."""

import numpy as np
import pytest
from sklearn.model_selection import GridSearchCV, GroupKFold, KFold, cross_val_score
from sklearn.pipeline import make_pipeline

from xrdmatch import CrystalTokenizer, PatternMatcher
from xrdmatch.datasets import composition_groups
from xrdmatch.metrics import top_k_scorer

STEP = "contrastivestructureretriever"
GRID = {f"{STEP}__n_heads": [2, 4], f"{STEP}__n_layers": [1, 2]}
SCORING = {"top1": top_k_scorer(1), "top3": top_k_scorer(3)}


@pytest.fixture
def pipe(tiny):
    """Function of a tower: an unfitted pipeline."""

    def make(encoder="structure_factor", **options):
        return make_pipeline(CrystalTokenizer(vacuum=40.0), tiny(encoder, **options))

    return make


@pytest.mark.parametrize("encoder", ["structure_factor", "sequence"])
def test_a_pipeline_does_what_its_retriever_does_alone(
    pipe, tiny, encoder, layers, patterns, imperfect
):
    names = [layer.properties["name"] for layer in layers]
    fitted = pipe(encoder).fit(layers, patterns, **{f"{STEP}__labels": names})
    alone = tiny(encoder).fit(layers, patterns, names)
    assert fitted.predict(imperfect).shape == (40,)
    for k in (1, 10):
        np.testing.assert_array_equal(fitted.predict(imperfect, k=k), alone.predict(imperfect, k=k))
    np.testing.assert_array_equal(
        fitted.predict(imperfect[0], k=10, elements="Mo,S"),
        alone.predict(imperfect[0], k=10, elements="Mo,S"),
    )
    several = [(imperfect[0], imperfect[0]), imperfect[1]]
    np.testing.assert_array_equal(fitted.predict(several), alone.predict(several))
    assert fitted.score(layers, imperfect) == alone.score(layers, imperfect)
    assert fitted[-1].kneighbors(imperfect)[0].shape == (40, 10)


def test_score_k_is_what_a_pipeline_scores(pipe, layers, patterns, imperfect):
    fitted = pipe().fit(layers, patterns)
    scores = [
        fitted.set_params(**{f"{STEP}__score_k": k}).score(layers, imperfect) for k in (1, 40)
    ]
    assert scores[0] < scores[1] == 1.0
    assert [top_k_scorer(k)(fitted, layers, imperfect) for k in (1, 40)] == scores


def test_a_matcher_in_a_pipeline(layers, imperfect):
    fitted = make_pipeline(CrystalTokenizer(), PatternMatcher()).fit(layers)
    np.testing.assert_array_equal(
        fitted.predict(imperfect, k=5), PatternMatcher().fit(layers).predict(imperfect, k=5)
    )


@pytest.mark.parametrize("encoder", ["structure_factor", "sequence"])
def test_grid_search_over_heads_and_layers(pipe, encoder, layers, patterns):
    groups = composition_groups(layers)
    search = GridSearchCV(
        pipe(encoder, max_epochs=1), GRID, scoring=SCORING, refit="top1", cv=GroupKFold(2)
    )
    search.fit(layers, patterns, groups=groups)
    results = search.cv_results_
    top1, top3 = (np.array([results[f"split{i}_test_{name}"] for i in (0, 1)]) for name in SCORING)
    assert top1.shape == (2, 4)
    assert ((top1 >= 0) & (top1 <= top3) & (top3 <= 1)).all()
    assert (top1 < top3).any()
    assert results["mean_test_top1"][search.best_index_] == results["mean_test_top1"].max()
    best = search.best_estimator_[-1]
    towers = best.net_.module_.towers
    stack = getattr(towers, "transformer", None) or towers.pattern_transformer
    assert len(stack.layers) == best.n_layers == search.best_params_[f"{STEP}__n_layers"]
    assert stack.layers[0].attention.n_heads == search.best_params_[f"{STEP}__n_heads"]
    assert search.predict(patterns[:3]).shape == (3,)
    assert search.best_estimator_.predict(patterns[:3], k=5).shape == (3, 5)


def test_grid_search_in_two_processes_finds_the_same(pipe, layers, patterns):
    grid = {f"{STEP}__n_layers": [1, 2]}
    alone, together = (
        GridSearchCV(
            pipe(max_epochs=1), grid, scoring=SCORING, refit="top1", cv=KFold(2), n_jobs=n_jobs
        ).fit(layers, patterns)
        for n_jobs in (1, 2)
    )
    for name in SCORING:
        np.testing.assert_array_equal(
            alone.cv_results_[f"mean_test_{name}"], together.cv_results_[f"mean_test_{name}"]
        )


def test_splits_are_not_stratified(layers, patterns):
    """To scikit-learn a retriever is no classifier: patterns cannot be counted by class."""
    scores = cross_val_score(PatternMatcher(), layers, patterns, cv=4)
    assert scores.tolist() == [1.0] * 4
