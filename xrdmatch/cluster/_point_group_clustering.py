"""Hierarchical clustering of point groups, with scikit-learn's cluster interface."""

import numpy as np
from scipy.spatial.distance import cdist
from sklearn.base import BaseEstimator, ClusterMixin
from sklearn.cluster import AgglomerativeClustering
from sklearn.utils.validation import validate_data

from xrdmatch.cluster._point_group_distances import point_group_distances
from xrdmatch.crystallography import (
    POINT_GROUPS,
    as_point_group,
    as_structures,
    describe,
    layer_symmetries,
)

METRICS = ("point_group", "precomputed")
TIE_WEIGHT = 1e-9  # far below any difference of distances, far above rounding errors
DECIMALS = 8  # of a distance, which hide the above


class PointGroupClustering(ClusterMixin, BaseEstimator):
    """Cluster structures by the symmetry operations that their point groups share.

    1. Each structure's point group is found.
    2. Point groups are compared by `point_group_distances`.
    3. The two nearest clusters are merged, again and again: a tree.
    4. The tree is cut where `n_clusters` are left.

    Many pairs of groups are equally far apart, among them every group and its subgroups of
    index 2, and the tree depends on which are merged first. Here these are the two that stand
    most alike to all others, by the Euclidean distance between their rows of distances to the 32
    groups. The order of the input therefore makes no difference, but another rule for ties would
    give another tree.

    Parameters
    ----------
    n_clusters : int, default=5
        How many clusters.
    linkage : {"average", "complete", "single"}, default="average"
        Whether two clusters are as far apart as their members on average, at most or at least.
    metric : {"point_group", "precomputed"}, default="point_group"
        What `fit` takes: structures or point groups, or a square array of distances.
    symprec : float, default=0.05
        How far an atom may be from where an operation wants it [Å].

    Attributes
    ----------
    labels_ : ndarray of shape (n_samples,)
        The cluster of each sample, from 0.
    children_ : ndarray of shape (n_samples - 1, 2)
        The two nodes that each step merges: samples, and from n_samples on results of earlier
        steps.
    distances_ : ndarray of shape (n_samples - 1,)
        How far apart they were, in increasing order.
    n_leaves_ : int
        Number of samples.
    n_clusters_ : int
        Number of clusters found.
    point_groups_ : ndarray of shape (n_samples,)
        Symbols of the point groups; not with ``metric="precomputed"``.
    n_features_in_ : int
        Number of columns, only with ``metric="precomputed"``.

    See Also
    --------
    xrdmatch.inspection.DendrogramDisplay : Draws the tree.

    Notes
    -----
    A point group that occurs often weighs accordingly in the average linkage. Distances between
    all pairs are kept: ten thousand structures need 0.8 GB.

    Examples
    --------
    >>> from xrdmatch import PointGroupClustering
    >>> from xrdmatch.datasets import load_monolayers
    >>> layers = load_monolayers()
    >>> clustering = PointGroupClustering(n_clusters=2).fit(layers)
    >>> for cluster in (0, 1):
    ...     print(sorted(set(clustering.point_groups_[clustering.labels_ == cluster].tolist())))
    ['-42m', '2/m', '4/mmm', 'mm2', 'mmm']
    ['-3m', '-6m2', '3m', '6/mmm']
    >>> PointGroupClustering(n_clusters=2).fit_predict(["m-3m", "432", "m", "2/m"])
    array([1, 1, 0, 0])
    """

    def __init__(self, n_clusters=5, *, linkage="average", metric="point_group", symprec=0.05):
        self.n_clusters = n_clusters
        self.linkage = linkage
        self.metric = metric
        self.symprec = symprec

    def fit(self, X, y=None):
        """Build the tree and cut it.

        Parameters
        ----------
        X : list of Structure, tokens, list of str, or ndarray of shape (n_samples, n_samples)
            Structures, or symbols of point groups in any setting; distances with
            ``metric="precomputed"``.
        y : object, default=None
            Ignored.

        Returns
        -------
        PointGroupClustering
            The clustering itself.

        Raises
        ------
        ValueError
            If `metric` is unknown, there are fewer samples than clusters or than two, no
            symmetry is found in a structure, a symbol is none of the 32, or distances do not
            come in a square.
        TypeError
            If an entry is not a structure.
        """
        if self.metric not in METRICS:
            raise ValueError(
                f"metric must be one of {METRICS}, got {self.metric!r}; pass distances with "
                "'precomputed'."
            )
        distances = self._checked(X) if self.metric == "precomputed" else self._compared(X)
        tree = AgglomerativeClustering(
            self.n_clusters, metric="precomputed", linkage=self.linkage,
            compute_full_tree=True, compute_distances=True,
        ).fit(distances)  # fmt: skip
        self.labels_, self.n_clusters_ = tree.labels_, tree.n_clusters_
        self.children_, self.n_leaves_ = tree.children_, tree.n_leaves_
        self.distances_ = tree.distances_.round(DECIMALS)
        return self

    def _checked(self, X):
        X = validate_data(self, X, ensure_min_samples=2)
        if X.shape[0] != X.shape[1]:
            raise ValueError(
                f"Precomputed distances must be a square array, got shape {X.shape}; pass one row "
                "and one column a sample."
            )
        return X

    def _compared(self, X):
        """Distances between the samples' point groups, those that are equal told apart."""
        symbols = self._point_groups(X)
        if len(symbols) < 2:
            raise ValueError(
                f"Clustering needs at least two samples, got {len(symbols)}; add others."
            )
        self.point_groups_ = np.array(symbols)
        to_all = point_group_distances(symbols, POINT_GROUPS)
        return point_group_distances(symbols) + TIE_WEIGHT * cdist(to_all, to_all)

    def _point_groups(self, X):
        if not isinstance(X, str) and all(isinstance(x, str) for x in X):
            return [as_point_group(x).symbol for x in X]
        X = as_structures(X)
        found = [symmetry.point_group for symmetry in layer_symmetries(X, self.symprec)]
        for i, symbol in enumerate(found):
            if symbol not in POINT_GROUPS:
                raise ValueError(
                    "Every structure must have a point group, none was found with "
                    f"symprec={self.symprec} for {describe(X[i], i)}; mend it or leave it out."
                )
        return found

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.input_tags.pairwise = self.metric == "precomputed"
        tags.input_tags.two_d_array = self.metric == "precomputed"
        return tags
