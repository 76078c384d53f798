"""Odds that a crystal is in the gallery, by what is known of the best candidate."""

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import BSpline
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import SplineTransformer, StandardScaler

DEGREE = 3
N_KNOTS = 4  # of each curve, at quantiles of its feature
STRENGTH = 0.1  # inverse of the penalty on a curve; chosen on simulated spots


@dataclass(frozen=True, eq=False)
class Curves:
    """A sum of smooth curves, one of each feature: a generalized additive model.

    Parameters
    ----------
    knots : ndarray of shape (n_features, n_knots)
        Of the B-splines of each curve, those beyond its ends included.
    heights : ndarray of shape (n_features, n_knots - 4)
        Coefficients of the same B-splines.
    offset : float
        What is added to the sum.

    References
    ----------
    T. Hastie, R. Tibshirani, Stat. Sci. 1, 297 (1986).
    """

    knots: np.ndarray
    heights: np.ndarray
    offset: float

    def of(self, features):
        """Sum of the curves at features; beyond its ends a curve keeps the height it has there.

        Parameters
        ----------
        features : ndarray of shape (n, n_features)
            Where.

        Returns
        -------
        ndarray of shape (n,)
            Sums.
        """
        total = np.full(len(features), self.offset)
        for knots, heights, values in zip(self.knots, self.heights, features.T, strict=True):
            start, end = knots[DEGREE], knots[-DEGREE - 1]
            if start < end:  # else the feature had one value, which told nothing
                total += BSpline(knots, heights, DEGREE)(np.clip(values, start, end))
        return total


def fit_line(features, is_known, prior_unknown):
    """Find the straight law of the logarithm of the odds, by logistic regression.

    Parameters
    ----------
    features : ndarray of shape (n, n_features)
        Of queries of both kinds.
    is_known : ndarray of bool, shape (n,)
        Which of them have their crystal in the gallery.
    prior_unknown : float
        What the others weigh together.

    Returns
    -------
    weights : ndarray of shape (n_features,)
        Of the features.
    offset : float
        The law's value where all features are 0.
    """
    weights, offset = _regression(features, is_known, prior_unknown, 1.0)
    return weights, float(offset)


def fit_curves(features, is_known, prior_unknown):
    """Find the law of the logarithm of the odds that is a sum of smooth curves.

    Parameters
    ----------
    features, is_known, prior_unknown : object
        As of `fit_line`.

    Returns
    -------
    Curves
        By a logistic regression on B-splines, penalized.
    """
    splines = SplineTransformer(N_KNOTS, degree=DEGREE, knots="quantile", include_bias=False)
    columns = splines.set_output(transform="default").fit_transform(features)
    weights, offset = _regression(columns, is_known, prior_unknown, STRENGTH)
    heights = weights.reshape(features.shape[1], -1)
    knots = np.array([spline.t for spline in splines.bsplines_])
    left_out = np.zeros((len(heights), 1))  # the last of all: together they are 1 everywhere
    return Curves(knots, np.hstack([heights, left_out]), float(offset))


def _regression(columns, is_known, prior_unknown, strength):
    """Logistic regression, each class as heavy as its prior; weights and offset."""
    of_known, of_unknown = (1 - prior_unknown) / is_known.mean(), prior_unknown / (~is_known).mean()
    share = np.where(is_known, of_known, of_unknown)
    scaler, logistic = StandardScaler(), LogisticRegression(C=strength)
    make_pipeline(scaler, logistic).fit(columns, is_known, logisticregression__sample_weight=share)
    weights = logistic.coef_[0] / scaler.scale_
    return weights, logistic.intercept_[0] - weights @ scaler.mean_
