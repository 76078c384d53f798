"""The tree of point groups: scikit-learn's contract, order of input, structures."""

import pickle

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from scipy.cluster.hierarchy import dendrogram, fcluster, is_valid_linkage
from sklearn.base import clone
from sklearn.datasets import make_blobs
from sklearn.metrics import adjusted_rand_score, pairwise_distances
from sklearn.utils.estimator_checks import parametrize_with_checks

from xrdmatch import PointGroupClustering
from xrdmatch.cluster import point_group_distances
from xrdmatch.crystallography import POINT_GROUPS
from xrdmatch.datasets import load_monolayers

SYMBOLS = list(POINT_GROUPS)
LINKAGES = ["average", "complete", "single"]


@pytest.fixture(scope="module")
def all_groups():
    return PointGroupClustering().fit(SYMBOLS)


def scipy_tree(clustering):
    """Tree as scipy writes it, as in scikit-learn's example of a dendrogram."""
    n_below = [1] * clustering.n_leaves_
    for a, b in clustering.children_:
        n_below.append(n_below[a] + n_below[b])
    counts = n_below[clustering.n_leaves_ :]
    return np.column_stack([clustering.children_, clustering.distances_, counts]).astype(float)


NOT_SQUARE = {"check_clustering": "it passes 50 x 2 features, not distances; see the test of blobs"}


@parametrize_with_checks(
    [PointGroupClustering(metric="precomputed")], expected_failed_checks=lambda _: NOT_SQUARE
)
def test_scikit_learn_contract(estimator, check):
    check(estimator)


def test_blobs_are_found_from_their_distances():
    X, y = make_blobs(n_samples=50, centers=[[0, 0], [20, 0], [0, 20]], random_state=1)
    distances = pairwise_distances(X)
    clustering = PointGroupClustering(3, metric="precomputed").fit(distances)
    assert adjusted_rand_score(y, clustering.labels_) == 1
    assert set(clustering.labels_) == {0, 1, 2}
    np.testing.assert_array_equal(clustering.fit_predict(distances.tolist()), clustering.labels_)


def test_five_clusters_of_the_32(all_groups):
    found = {frozenset(all_groups.point_groups_[all_groups.labels_ == i]) for i in range(5)}
    systems = {
        "triclinic monoclinic": "1 -1 2 m 2/m",
        "orthorhombic": "222 mm2 mmm -42m",
        "tetragonal": "4 -4 4/m 422 4mm 4/mmm",
        "trigonal hexagonal": "3 -3 32 3m -3m 6 -6 6/m 622 6mm -6m2 6/mmm",
        "cubic": "23 m-3 432 -43m m-3m",
    }
    assert found == {frozenset(groups.split()) for groups in systems.values()}
    assert all_groups.n_clusters_ == 5
    assert all_groups.n_leaves_ == 32


def test_tree_is_one_that_scipy_reads(all_groups):
    tree = scipy_tree(all_groups)
    assert is_valid_linkage(tree)
    assert (np.diff(all_groups.distances_) >= 0).all()
    assert sorted(dendrogram(tree, no_plot=True)["leaves"]) == list(range(32))
    cut = fcluster(tree, 5, criterion="maxclust")
    assert adjusted_rand_score(cut, all_groups.labels_) == 1


@pytest.mark.parametrize("linkage", LINKAGES)
def test_order_of_input_makes_no_difference(linkage):
    clustering = PointGroupClustering(linkage=linkage)
    first = clustering.fit(SYMBOLS)
    labels, distances = first.labels_, first.distances_
    for seed in range(5):
        order = np.random.default_rng(seed).permutation(32)
        clustering.fit([SYMBOLS[i] for i in order])
        assert adjusted_rand_score(labels[order], clustering.labels_) == 1
        np.testing.assert_array_equal(clustering.distances_, distances)


def test_average_distances_by_hand():
    """Two at 1/2 merge first; the third is at 3/4 from one of them and at 1/2 from the other."""
    groups = ["1", "2", "222"]
    np.testing.assert_allclose(point_group_distances(groups)[2], [0.75, 0.5, 0])
    clustering = PointGroupClustering(n_clusters=2)
    merged_first = clustering.fit(groups).children_[0]
    other = 0 if 0 not in merged_first else 2
    assert 1 in merged_first
    expected = point_group_distances(groups)[other, merged_first].mean()
    np.testing.assert_allclose(clustering.distances_, [0.5, expected], atol=1e-8)


def test_precomputed_distances_give_the_same_where_nothing_ties():
    groups = ["1", "-1", "m-3m", "432", "6/mmm"]
    distances = point_group_distances(groups)
    ours = PointGroupClustering(3).fit(groups)
    theirs = PointGroupClustering(3, metric="precomputed").fit(distances)
    assert adjusted_rand_score(ours.labels_, theirs.labels_) == 1
    np.testing.assert_allclose(ours.distances_, theirs.distances_, atol=1e-7)
    assert theirs.n_features_in_ == 5


def test_other_settings_are_the_same_groups():
    clustering = PointGroupClustering(2).fit(["-62m", "-6m2", "D3h", "m3m"])
    assert clustering.point_groups_.tolist() == ["-6m2", "-6m2", "-6m2", "m-3m"]
    assert clustering.distances_[:2].tolist() == [0, 0]
    assert len(set(clustering.labels_[:3])) == 1


def test_layers():
    layers = {s.properties["name"]: s for s in load_monolayers()}
    names = ["graphene", "silicene", "MoS2-2H", "WTe2-1T'"]
    clustering = PointGroupClustering(2)
    labels = clustering.fit_predict([layers[name] for name in names])
    assert clustering.point_groups_.tolist() == ["6/mmm", "-3m", "-6m2", "2/m"]
    assert labels[0] == labels[1] == labels[2] != labels[3]


def test_bulk_crystals_and_the_tolerance():
    cubic = Structure.from_prototype("CsCl", ["Cs", "Cl"], a=4.1)
    distorted = Structure(Lattice.tetragonal(4.1, 4.2), ["Cs", "Cl"], [[0, 0, 0], [0.5, 0.5, 0.5]])
    assert PointGroupClustering(1).fit([cubic, distorted]).point_groups_.tolist() == [
        "m-3m",
        "4/mmm",
    ]
    loose = PointGroupClustering(1, symprec=0.3).fit([cubic, distorted])
    assert loose.point_groups_.tolist() == ["m-3m", "m-3m"]


def test_bad_structure_is_named():
    layer = load_monolayers()[0]
    crowded = Structure(
        Lattice.cubic(4), ["Na", "Na"], [[0, 0, 0], [0, 0, 0]], properties={"name": "crowded"}
    )
    with pytest.raises(
        ValueError, match=r"none was found with symprec=0.05 for Na \(crowded\) at position 1"
    ):
        PointGroupClustering(1).fit([layer, crowded])


@pytest.mark.parametrize("X", [["mmm", 3], [load_monolayers()[0], "mmm"]])
def test_what_is_no_structure(X):
    with pytest.raises(TypeError, match=r"must be pymatgen Structures, got"):
        PointGroupClustering(1).fit(X)


def test_unknown_symbol():
    with pytest.raises(ValueError, match="one of the 32 crystallographic ones"):
        PointGroupClustering(1).fit(["mmm", "5m"])


@pytest.mark.parametrize("X", [[], ["mmm"]])
def test_too_few(X):
    with pytest.raises(ValueError, match=rf"needs at least two samples, got {len(X)}; add others"):
        PointGroupClustering(1).fit(X)


def test_more_clusters_than_samples():
    with pytest.raises(ValueError, match="more clusters than samples"):
        PointGroupClustering(3).fit(["mmm", "m"])


def test_unknown_metric():
    with pytest.raises(ValueError, match=r"metric must be one of .*, got 'euclidean'; pass"):
        PointGroupClustering(metric="euclidean").fit(["m", "mmm"])


def test_distances_must_be_square():
    with pytest.raises(ValueError, match=r"must be a square array, got shape \(3, 2\)"):
        PointGroupClustering(metric="precomputed").fit(np.zeros((3, 2)))


def test_parameters_and_pickle_survive(all_groups):
    clustering = PointGroupClustering(4, linkage="complete", symprec=0.1)
    assert clone(clustering).get_params() == clustering.get_params()
    again = pickle.loads(pickle.dumps(all_groups))
    np.testing.assert_array_equal(again.labels_, all_groups.labels_)
