"""Odds of being in the gallery, by lines and by curves."""

import numpy as np
import pytest
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer, StandardScaler

from xrdmatch.retrieval._calibration.odds import N_KNOTS, STRENGTH, fit_curves, fit_line


def drawn(law, n, seed=0):
    """Two features of n queries, and whether each is known, as the law of its log odds says."""
    rng = np.random.default_rng(seed)
    features = rng.normal(0, 1, (n, 2))
    return features, rng.uniform(size=n) < expit(law(features))


def straight(x):
    return 0.5 + 1.5 * x[:, 0] - x[:, 1]


def bent(x):
    return 2 - 2 * x[:, 0] ** 2 + np.abs(x[:, 1])


PLACES = np.random.default_rng(9).uniform(-1.5, 1.5, (200, 2))


def test_a_straight_law_is_found():
    features, is_known = drawn(straight, 20_000)
    weights, offset = fit_line(features, is_known, (~is_known).mean())
    assert [*weights, offset] == pytest.approx([1.5, -1.0, 0.5], abs=0.1)


@pytest.mark.parametrize("law", [straight, bent])
def test_curves_find_straight_laws_and_bent_ones(law):
    features, is_known = drawn(law, 20_000)
    found = fit_curves(features, is_known, (~is_known).mean()).of(PLACES)
    assert np.abs(expit(found) - expit(law(PLACES))).mean() < 0.03


def test_a_line_cannot_follow_a_bent_law():
    features, is_known = drawn(bent, 20_000)
    weights, offset = fit_line(features, is_known, (~is_known).mean())
    assert np.abs(expit(PLACES @ weights + offset) - expit(bent(PLACES))).mean() > 0.1


def test_curves_are_those_of_the_regression():
    """Scikit-learn's own pipeline as the reference, also beyond all that was learned from."""
    features, is_known = drawn(bent, 600)
    reference = make_pipeline(
        SplineTransformer(N_KNOTS, knots="quantile", include_bias=False),
        StandardScaler(),
        LogisticRegression(C=STRENGTH, class_weight="balanced"),
    ).fit(features, is_known)
    places = np.random.default_rng(1).uniform(-9, 9, (300, 2))
    found = fit_curves(features, is_known, 0.5).of(places)
    assert found == pytest.approx(reference.decision_function(places), abs=1e-6)


def test_beyond_its_ends_a_curve_keeps_its_height():
    features, is_known = drawn(straight, 600)
    curves = fit_curves(features, is_known, 0.5)
    ends = np.array([features.min(0), features.max(0)])
    assert curves.of(ends + np.array([[-5.0], [5.0]])) == pytest.approx(curves.of(ends))


def test_a_feature_that_is_always_the_same_tells_nothing():
    features, is_known = drawn(bent, 600)
    more = np.insert(features, 1, 3.0, axis=1)
    places = np.insert(PLACES, 1, -7.0, axis=1)
    expected = fit_curves(features, is_known, 0.5).of(PLACES)
    assert fit_curves(more, is_known, 0.5).of(places) == pytest.approx(expected)


def test_a_feature_that_is_mostly_the_same_is_no_trouble():
    features, is_known = drawn(straight, 600)
    rare = np.column_stack([features, np.maximum(features[:, 0] - 1.5, 0)])
    found = fit_curves(rare, is_known, 0.5).of(rare)
    assert np.isfinite(found).all()
    assert found[is_known].mean() > found[~is_known].mean() + 1
