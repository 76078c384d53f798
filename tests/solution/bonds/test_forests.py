"""Boosted trees as arrays."""

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor

from xrdmatch.solution._bonds.forests import CalibratedForest, forest_of


@pytest.fixture(scope="module")
def rows():
    """Features of which some are missing, and whether the sum of the first two is positive."""
    rng = np.random.default_rng(0)
    values = rng.normal(size=(1200, 4))
    truth = values[:, 0] + values[:, 1] > 0
    values[rng.uniform(size=values.shape) < 0.1] = np.nan
    return values, truth


def test_a_classifier_and_its_trees_decide_alike(rows):
    model = HistGradientBoostingClassifier(max_iter=20).fit(*rows)
    assert forest_of(model).decision_function(rows[0]) == pytest.approx(
        model.decision_function(rows[0])
    )


def test_a_regressor_and_its_trees_predict_alike(rows):
    values, truth = rows
    model = HistGradientBoostingRegressor(max_iter=20).fit(values, truth + 3.0)
    assert forest_of(model).predict(values) == pytest.approx(model.predict(values))


def test_a_tree_that_never_splits_gives_the_mean():
    model = HistGradientBoostingRegressor(max_iter=2).fit(np.zeros((30, 1)), np.full(30, 2.0))
    assert forest_of(model).predict(np.zeros((3, 1))) == pytest.approx(2.0)


def test_sums_become_probabilities_by_straight_lines(rows):
    forest = forest_of(HistGradientBoostingClassifier(max_iter=20).fit(*rows))
    calibrated = CalibratedForest(forest, np.array([-1.0, 1.0]), np.array([0.1, 0.9]))
    found, sums = calibrated.predict_proba(rows[0]), forest.predict(rows[0])
    assert found[:, 1] == pytest.approx(np.clip(0.5 + 0.4 * sums, 0.1, 0.9))
    assert found.sum(1) == pytest.approx(1)
    assert (calibrated.predict(rows[0]) == (sums > 0)).all()
