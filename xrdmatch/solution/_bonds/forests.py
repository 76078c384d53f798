"""Boosted trees as arrays, so that they are kept in a file without any code."""

from typing import NamedTuple

import numpy as np

CHUNK = 500  # rows that go through all trees at once


class Forest(NamedTuple):
    """Trees whose leaves add up.

    Parameters
    ----------
    roots : ndarray of int, shape (n_trees,)
        Where each tree begins among the nodes.
    feature : ndarray of int, shape (n_nodes,)
        By which feature each node decides.
    threshold : ndarray of shape (n_nodes,)
        Up to which value it goes left.
    left, right : ndarray of int, shape (n_nodes,)
        Where it goes; a leaf stays where it is.
    missing_left : ndarray of bool, shape (n_nodes,)
        Whether NaN goes left.
    value : ndarray of shape (n_nodes,)
        What a leaf adds.
    offset : ndarray of shape (1,)
        What they are added to.
    """

    roots: np.ndarray
    feature: np.ndarray
    threshold: np.ndarray
    left: np.ndarray
    right: np.ndarray
    missing_left: np.ndarray
    value: np.ndarray
    offset: np.ndarray

    def predict(self, values):
        """Add up leaves, (n_rows,), of rows (n_rows, n_features)."""
        starts = range(0, len(values), CHUNK)
        return np.concatenate([self._sums(values[i : i + CHUNK]) for i in starts])

    decision_function = predict

    def _sums(self, values):
        node = np.tile(self.roots, (len(values), 1))  # (n_rows, n_trees)
        while True:
            value = np.take_along_axis(values, self.feature[node], axis=1)
            goes_left = value <= self.threshold[node]
            goes_left |= np.isnan(value) & self.missing_left[node]
            following = np.where(goes_left, self.left[node], self.right[node])
            if (following == node).all():
                return self.offset[0] + self.value[node].sum(1)
            node = following


class CalibratedForest(NamedTuple):
    """A forest as a classifier of two classes.

    Parameters
    ----------
    forest : Forest
        Its sums.
    sums, probability : ndarray of shape (n,)
        Ends of the straight lines by which sums become probabilities.
    """

    forest: Forest
    sums: np.ndarray
    probability: np.ndarray

    @property
    def classes_(self):
        """False and True."""
        return np.array([False, True])

    def predict_proba(self, values):
        """Probabilities of both classes, (n_rows, 2)."""
        found = np.interp(self.forest.predict(values), self.sums, self.probability)
        return np.column_stack([1 - found, found])

    def predict(self, values):
        """Whether the second class is the more probable one, (n_rows,)."""
        return self.predict_proba(values)[:, 1] > 1 / 2


def forest_of(model):
    """Take the trees out of a model.

    Parameters
    ----------
    model : HistGradientBoostingClassifier or HistGradientBoostingRegressor
        Fitted, of one output, without categories.

    Returns
    -------
    Forest
        With the model's `decision_function`, or `predict`.
    """
    trees = [rounds[0].nodes for rounds in model._predictors]  # nothing public has them
    sizes = np.array([len(nodes) for nodes in trees])
    roots = np.cumsum(sizes) - sizes
    nodes, start = np.concatenate(trees), np.repeat(roots, sizes)
    leaf, own = nodes["is_leaf"].astype(bool), np.arange(len(nodes))
    return Forest(
        roots,
        np.where(leaf, 0, nodes["feature_idx"]).astype(np.int16),
        np.where(leaf, 0.0, nodes["num_threshold"]),
        np.where(leaf, own, nodes["left"] + start).astype(np.int32),
        np.where(leaf, own, nodes["right"] + start).astype(np.int32),
        nodes["missing_go_to_left"].astype(bool),
        np.where(leaf, nodes["value"], 0.0),
        np.ravel(model._baseline_prediction),
    )
