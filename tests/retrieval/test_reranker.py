"""The candidates of another retriever, in the order of their likelihood."""

import copy
import pickle

import numpy as np
import pytest
from scipy import stats
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from xrdmatch import DiffractionSimulator, PatternMatcher, PhysicsReranker
from xrdmatch.metrics import top_k_accuracy
from xrdmatch.retrieval import ElementFilter
from xrdmatch.simulation import Perturbation, Strain, ThermalDisplacement, perturb_patterns

ROUNDING = 2e-3  # of log likelihoods of several hundred, in single precision
UNSETTLED = 1.0  # of log odds: a refinement that still moves when its steps are over
N_QUERIES = 8
FITTED = {"log_likelihood", "strain", "displacement", "noise", "scale", "n_extra", "n_missing"}


@pytest.fixture
def reranker(matcher):
    """Around a fitted matcher, nothing refined: twelve candidates of forty."""
    return PhysicsReranker(matcher, n_candidates=12, n_refined=0)


@pytest.fixture(scope="module")
def queries(imperfect):
    return imperfect[:N_QUERIES]


@pytest.fixture(scope="module")
def likelihood(layers):
    return PatternMatcher(comparison="likelihood").fit(layers)


def assert_same(first, second):
    np.testing.assert_allclose(first[0], second[0], atol=ROUNDING)
    np.testing.assert_array_equal(first[1], second[1])


# Wrapping --------------------------------------------------------------------------------------


@pytest.mark.parametrize("inner", ["matcher", "structure_factor", "sequence"])
def test_around_a_fitted_retriever_it_is_ready(fitted_once, layers, imperfect, inner):
    retriever = fitted_once[inner]
    reranker = PhysicsReranker(retriever, n_candidates=40)
    assert reranker.gallery_ is retriever.gallery_
    assert reranker.classes_ is retriever.classes_
    assert not hasattr(reranker, "retriever_")
    assert (reranker.predict(imperfect[:3]) == np.arange(3)).all()


def test_the_wrapped_one_keeps_its_gallery(reranker, matcher, layers, queries):
    before = matcher.kneighbors(queries, 5)
    assert reranker.set_gallery(layers[:20], [f"layer {i}" for i in range(20)]) is reranker
    assert reranker.add_to_gallery(layers[20:25], list("abcde")) is reranker
    assert reranker.gallery_ == layers[:25]
    assert reranker.classes_.tolist() == [*(f"layer {i}" for i in range(20)), *"abcde"]
    assert matcher.gallery_ == layers
    assert matcher.classes_.tolist() == list(range(40))
    assert_same(matcher.kneighbors(queries, 5), before)
    assert set(reranker.predict(queries, k=25)[0]) == set(reranker.classes_)


def test_a_growing_gallery_is_the_whole_one(matcher, layers, queries):
    reranker = PhysicsReranker(matcher, n_refined=0).set_gallery(layers[:12])
    reranker.add_to_gallery(layers[12:20])
    whole = PhysicsReranker(matcher, n_refined=0).set_gallery(layers[:20])
    assert_same(reranker.kneighbors(queries, 20), whole.kneighbors(queries, 20))
    assert reranker.classes_.tolist() == list(range(20))


def test_a_gallery_that_the_inner_one_changed_is_noticed(reranker, matcher, layers, queries):
    reranker.predict(queries)
    matcher.set_gallery(layers[:20])
    expected = PhysicsReranker(matcher, n_candidates=12, n_refined=0)
    assert_same(reranker.kneighbors(queries, 20), expected.kneighbors(queries, 20))
    matcher.add_to_gallery(layers[20:30])
    assert_same(reranker.kneighbors(queries, 30), expected.kneighbors(queries, 30))


def test_fit_fits_a_clone(layers, patterns, queries):
    inner = PatternMatcher()
    reranker = PhysicsReranker(inner, n_candidates=10)
    assert reranker.fit(layers[:15], patterns[:15], labels=list("abcdefghijklmno")) is reranker
    assert not hasattr(inner, "gallery_")
    assert reranker.retriever_ is not inner
    assert reranker.gallery_ == layers[:15]
    assert reranker.predict(queries[0]).tolist() == ["a"]


def test_fit_leaves_the_fitted_inner_alone(reranker, matcher, layers):
    reranker.fit(layers[:10])
    assert matcher.gallery_ == layers
    assert len(reranker.gallery_) == 10


@pytest.mark.filterwarnings("ignore:The gallery's spots are simulated for xray radiation")
def test_simulator_and_points_are_the_inner_ones(layers):
    """A gallery of electron patterns: fitted as such."""
    simulator = DiffractionSimulator(radiation="electron", hk_max=4)
    clean = simulator.transform(layers[:5])
    fits = [
        PhysicsReranker(PatternMatcher(s).fit(layers), n_refined=0).refine(clean, 1)
        for s in (simulator, DiffractionSimulator(hk_max=4))
    ]
    assert (fits[0].indices[:, 0] == np.arange(5)).all()
    assert (fits[0].log_likelihood > fits[1].log_likelihood + 5).all()


# Ranking ---------------------------------------------------------------------------------------


def test_order_is_that_of_the_likelihood(matcher, likelihood, queries):
    """With the whole gallery as candidates, no inner distances that count, and no refinement."""
    reranker = PhysicsReranker(matcher, n_candidates=40, n_refined=0)
    distances, indices = reranker.kneighbors(queries, 40)
    expected, order = likelihood.kneighbors(queries, 40)
    np.testing.assert_array_equal(indices, order)
    np.testing.assert_allclose(np.diff(distances), np.diff(expected), atol=ROUNDING)


def test_around_the_likelihood_itself_nothing_changes(likelihood, queries):
    reranker = PhysicsReranker(likelihood, n_candidates=7, n_refined=0)
    np.testing.assert_array_equal(
        reranker.kneighbors(queries, 40)[1], likelihood.kneighbors(queries, 40)[1]
    )


@pytest.mark.parametrize("n_refined", [0, 3])
def test_beyond_the_candidates_the_inner_order_stays(matcher, queries, n_refined):
    reranker = PhysicsReranker(matcher, n_candidates=12, n_refined=n_refined)
    distances, indices = reranker.kneighbors(queries, 40)
    inner_distances, inner = matcher.kneighbors(queries, 40)
    np.testing.assert_array_equal(indices[:, 12:], inner[:, 12:])
    assert [set(row) for row in indices[:, :12]] == [set(row) for row in inner[:, :12]]
    assert (indices[:, :12] != inner[:, :12]).any()
    assert np.isfinite(distances).all()
    assert (np.diff(distances, axis=1) >= 0).all()
    steps = np.diff(inner_distances, axis=1)[:, 11:]
    np.testing.assert_allclose(np.diff(distances, axis=1)[:, 11:], steps, atol=ROUNDING)


def test_fewer_neighbours_are_the_first_of_more(reranker, queries):
    distances, indices = reranker.kneighbors(queries, 40)
    for k in (1, 12, 13):
        assert_same(reranker.kneighbors(queries, k), (distances[:, :k], indices[:, :k]))
    np.testing.assert_array_equal(reranker.predict(queries, k=5), indices[:, :5])
    np.testing.assert_array_equal(reranker.predict(queries), indices[:, 0])
    assert reranker.kneighbors(queries)[0].shape == (N_QUERIES, 10)


@pytest.mark.parametrize(("n_refined", "within"), [(0, ROUNDING), (2, UNSETTLED)])
def test_one_query_alone(matcher, queries, n_refined, within):
    reranker = PhysicsReranker(matcher, n_candidates=6, n_refined=n_refined)
    distances, indices = reranker.kneighbors(queries, 8)
    pattern = queries[5]
    rows = np.column_stack([pattern.q, pattern.intensity])
    for i, query in ((0, queries[0]), (5, pattern), (5, rows), (5, [(rows,)])):
        alone, order = reranker.kneighbors(query, 8)
        np.testing.assert_allclose(alone, distances[i : i + 1], atol=within)
        np.testing.assert_array_equal(order, indices[i : i + 1])


def test_patterns_of_one_crystal_come_in_a_tuple(matcher, layers):
    """Their log odds add up, which is worth more than either alone."""
    snapshots = [perturb_patterns(layers[:4], 1.5, random_state=seed) for seed in (1, 2)]
    reranker = PhysicsReranker(matcher, n_candidates=40, n_refined=0)
    together = list(zip(*snapshots, strict=True))
    distances, indices = reranker.kneighbors(together, 40)
    assert distances.shape == (4, 40)
    parts = [reranker.kneighbors(part, 40) for part in snapshots]
    ordered = [np.take_along_axis(d, np.argsort(i), axis=1) for d, i in parts]
    np.testing.assert_allclose(
        np.take_along_axis(distances, np.argsort(indices), axis=1), sum(ordered), atol=ROUNDING
    )
    doubled = reranker.kneighbors([(snapshots[0][0],), snapshots[0][0]], 40)
    assert_same([x[:1] for x in doubled], [x[1:] for x in doubled])


def test_it_ranks_better_than_the_matcher_it_wraps(matcher, layers):
    """Over three draws of all layers at twice the standard severity."""
    truth, hits = np.arange(40), np.zeros(2)
    reranker = PhysicsReranker(matcher, n_candidates=15, n_refined=0)
    for seed in range(3):
        imperfect = perturb_patterns(layers, 2.0, random_state=seed)
        hits += [(r.predict(imperfect) == truth).mean() for r in (matcher, reranker)]
    assert hits[1] > hits[0] + 0.1


def test_score_is_the_top_k_accuracy_in_the_pool(reranker, layers, imperfect):
    reranker.set_params(score_k=3)
    pool = copy.copy(reranker).set_gallery(layers[5:20])
    expected = top_k_accuracy(range(15), pool.predict(imperfect[5:20], k=3), 3)
    assert reranker.score(layers[5:20], imperfect[5:20]) == expected
    assert reranker.gallery_ == layers


def test_score_needs_no_gallery_where_the_inner_one_needs_none(fitted_once, layers, patterns):
    """What has learned is ready; the pool is at hand."""
    learned = copy.copy(fitted_once["structure_factor"])
    del learned.index_
    assert learned.score(layers[:10], patterns[:10]) >= 0
    assert PhysicsReranker(learned).score(layers[:10], patterns[:10]) == 1.0


# Elements --------------------------------------------------------------------------------------


@pytest.mark.parametrize("n_refined", [0, 3])
def test_known_elements(matcher, layers, queries, n_refined):
    reranker = PhysicsReranker(matcher, n_candidates=12, n_refined=n_refined)
    metal = str(layers[0].composition.elements[0])
    allowed = {i for i, x in enumerate(layers) if metal in [str(e) for e in x.composition.elements]}
    assert 0 < len(allowed) < 12
    known = ElementFilter(all_of=[metal])
    distances, indices = reranker.kneighbors(queries, 40, known)
    n = len(allowed)
    assert [set(row[:n]) for row in indices] == [allowed] * N_QUERIES
    assert (indices[:, n:] == -1).all()
    assert np.isposinf(distances[:, n:]).all()
    assert np.isfinite(distances[:, :n]).all()
    labels = reranker.predict(queries, k=n + 2, elements=[known] * N_QUERIES)
    assert (labels[:, n:] == None).all()  # noqa: E711
    fits = reranker.refine(queries, n + 2, known)
    assert (fits.indices[:, n:] == -1).all()


@pytest.mark.parametrize("n_refined", [0, 3])
def test_where_nothing_is_allowed(matcher, queries, n_refined):
    reranker = PhysicsReranker(matcher, n_candidates=5, n_refined=n_refined)
    assert reranker.predict(queries[:2], elements="Xe").tolist() == [None, None]
    assert reranker.predict(queries[:2], k=7, elements="Xe").tolist() == [[None] * 7] * 2
    mixed = reranker.predict(queries[:2], elements=["Xe", None])
    assert mixed.tolist() == [None, reranker.predict(queries[1])[0]]


# Fits ------------------------------------------------------------------------------------------


def test_refine_says_what_was_fitted(reranker, queries):
    fits = reranker.refine(queries, 4)
    np.testing.assert_array_equal(fits.indices, reranker.kneighbors(queries, 4)[1])
    assert fits.owners.tolist() == list(range(N_QUERIES))
    for name in FITTED - {"strain"}:
        assert isinstance(getattr(fits, name), np.ndarray)
        assert getattr(fits, name).shape == (N_QUERIES, 4)
    assert fits.strain.shape == (N_QUERIES, 4, 2, 2)
    assert (np.diff(fits.log_likelihood, axis=1) <= ROUNDING).all()


def test_refine_of_several_patterns_of_one_crystal(reranker, queries):
    """One row for each pattern, all of one query with the same candidates."""
    fits = reranker.refine([tuple(queries[:3]), queries[3], (queries[4], queries[5])], 2)
    assert fits.owners.tolist() == [0, 0, 0, 1, 2, 2]
    assert fits.log_likelihood.shape == fits.indices.shape == (6, 2)
    for owner in range(3):
        assert len(np.unique(fits.indices[fits.owners == owner], axis=0)) == 1


def test_refined_likelihoods_are_the_matchers(reranker, likelihood, queries):
    fits = reranker.refine(queries, 12)
    distances, order = likelihood.kneighbors(queries, 40)
    by_entry = np.take_along_axis(distances, np.argsort(order), axis=1)
    expected = -np.take_along_axis(by_entry, fits.indices, axis=1)
    np.testing.assert_allclose(fits.log_likelihood, expected, atol=ROUNDING)


def test_refine_finds_strain_and_motion(reranker, layers):
    """Ranks over layers of different strain, and over motion of different strength."""
    strained = perturb_patterns(layers, perturbation=Perturbation(Strain(0.02)), random_state=3)
    fits = reranker.refine(strained, 1)
    reach = [np.linalg.norm(p.q, axis=1).max() for p in strained]
    ideal = [np.linalg.norm(p.q, axis=1).max() for p in DiffractionSimulator().transform(layers)]
    right = fits.indices[:, 0] == np.arange(40)
    assert right.mean() > 0.9
    area = np.linalg.det(fits.strain[:, 0] + np.eye(2))
    shrink = np.array(ideal) / reach
    assert stats.spearmanr(area[right], shrink[right])[0] > 0.6
    found = [
        reranker.refine(
            perturb_patterns(
                layers[:10], perturbation=Perturbation(ThermalDisplacement(u)), random_state=0
            ),
            1,
        ).displacement.mean()
        for u in (0.02, 0.08, 0.2)
    ]
    assert found[0] < found[1] < found[2]


# Parameters ------------------------------------------------------------------------------------


def test_pickles(reranker, queries):
    reranker.predict(queries)
    for retriever in (reranker, copy.copy(reranker).set_gallery(list(reranker.gallery_)[:20])):
        loaded = pickle.loads(pickle.dumps(retriever))
        assert_same(loaded.kneighbors(queries, 15), retriever.kneighbors(queries, 15))


def test_parameters_of_the_inner_one_are_reached(reranker):
    params = reranker.get_params()
    assert params["retriever"] is reranker.retriever
    assert params["retriever__simulator"] is None
    assert params["n_candidates"] == 12
    fresh = clone(reranker).set_params(retriever__score_k=4, n_candidates=7)
    assert (fresh.retriever.score_k, fresh.n_candidates) == (4, 7)
    assert (reranker.retriever.score_k, reranker.n_candidates) == (1, 12)
    assert not hasattr(fresh.retriever, "gallery_")


@pytest.mark.parametrize("retriever", [None, "matcher", PatternMatcher, DiffractionSimulator()])
def test_what_is_no_retriever(layers, retriever):
    reranker = PhysicsReranker(retriever)
    for ask in (
        lambda: reranker.fit(layers),
        lambda: reranker.set_gallery(layers),
        lambda: reranker.add_to_gallery(layers),
    ):
        with pytest.raises(
            TypeError, match=r"the candidates of a retriever, got .*; write Physics"
        ):
            ask()


def test_no_retriever_to_ask(queries):
    with pytest.raises((TypeError, NotFittedError)):
        PhysicsReranker().predict(queries)


@pytest.mark.parametrize("n_candidates", [0, -3, 2.5, "all", None])
def test_bad_n_candidates(matcher, layers, queries, n_candidates):
    reranker = PhysicsReranker(matcher, n_candidates)
    for ask in (lambda: reranker.fit(layers), lambda: reranker.predict(queries)):
        with pytest.raises(ValueError, match="n_candidates must be a whole number of at least 1"):
            ask()


def test_no_gallery(layers, queries):
    reranker = PhysicsReranker(PatternMatcher())
    for ask in (
        lambda: reranker.predict(queries),
        lambda: reranker.kneighbors(queries),
        lambda: reranker.refine(queries),
        lambda: reranker.score(layers, queries),
        lambda: reranker.add_to_gallery(layers),
    ):
        with pytest.raises(NotFittedError, match="This PhysicsReranker instance is not fitted or"):
            ask()


@pytest.mark.parametrize("k", [0, 41, 2.0, None])
def test_k_out_of_range(reranker, queries, k):
    with pytest.raises(ValueError, match="k must lie between 1 and the gallery's 40 structures"):
        reranker.kneighbors(queries, k)


def test_failing_calls_leave_the_gallery_alone(reranker, layers, queries):
    before = reranker.kneighbors(queries, 3)
    for take in (reranker.set_gallery, reranker.add_to_gallery):
        with pytest.raises(TypeError):
            take([*layers[:2], "c.cif"])
    assert reranker.gallery_ == layers
    assert_same(reranker.kneighbors(queries, 3), before)


def test_paper_intensities_have_no_likelihood(layers):
    simulator = DiffractionSimulator(intensity="paper", wavelength=1.54)
    inner = PatternMatcher(simulator).fit(layers[:5])
    queries = simulator.transform(layers[:2])
    with pytest.raises(ValueError, match="kinematic intensities, got a simulator with intensity="):
        PhysicsReranker(inner).predict(queries)


def test_a_reranker_around_a_reranker(reranker):
    with pytest.raises(TypeError, match=r"of another kind, got a PhysicsReranker, such as .*; ask"):
        PhysicsReranker(reranker).set_gallery(reranker.gallery_)
