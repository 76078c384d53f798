"""A matcher of patterns whose orientation is not known: answers, parameters, libraries."""

import copy
import pickle
from dataclasses import replace

import numpy as np
import pytest
from sklearn.base import clone
from turned_patterns import SIMULATOR, placed, placement_of, random_placements

from xrdmatch import CrystalTokenizer, DiffractionPattern, DiffractionSimulator, PatternMatcher
from xrdmatch.crystallography import lift_pattern
from xrdmatch.retrieval import ElementFilter, join_libraries, load_library, save_library
from xrdmatch.retrieval._comparison import TurnedGallery
from xrdmatch.simulation import perturb_patterns

CHOSEN = slice(19, 34)  # of the layers
N_LAYERS = 15
CLOSE = 0.01  # of log odds of hundreds, in single precision


def matcher_of(layers, **options):
    return PatternMatcher(SIMULATOR, orientation="unknown", **options).fit(layers)


def turned(patterns, seed=0):
    placements = random_placements(len(patterns), np.random.default_rng(seed))
    pairs = zip(patterns, placements, strict=True)
    return [replace(placed(*pair), orientation="unknown") for pair in pairs]


@pytest.fixture(scope="module")
def gallery(layers):
    return layers[CHOSEN]


@pytest.fixture(scope="module")
def fitted(gallery):
    return matcher_of(gallery)


@pytest.fixture
def matcher(fitted):
    return copy.copy(fitted)


@pytest.fixture(scope="module")
def ideal(gallery):
    return SIMULATOR.transform(gallery)


@pytest.fixture(scope="module")
def queries(gallery):
    return turned(perturb_patterns(gallery, 0.5, simulator=SIMULATOR, random_state=0))


def assert_same(first, second):
    np.testing.assert_array_equal(first[1], second[1])
    np.testing.assert_allclose(first[0], second[0], atol=CLOSE)


# Answers -----------------------------------------------------------------------------------------


def test_turned_patterns_are_named(matcher, queries):
    assert (matcher.predict(queries) == np.arange(N_LAYERS)).mean() > 0.9


def test_the_whole_gallery_has_finite_distances(matcher, queries):
    distances, indices = matcher.kneighbors(queries[:4], N_LAYERS)
    assert np.isfinite(distances).all()
    assert (np.diff(distances, axis=1) >= 0).all()
    assert (np.sort(indices, axis=1) == np.arange(N_LAYERS)).all()


def test_distances_are_minus_log_odds(matcher, queries):
    distances, _ = matcher.kneighbors(queries[:2], 5)
    np.testing.assert_array_equal(matcher.log_prior(distances), -distances)


def test_arrays_of_spots_are_patterns(matcher, ideal):
    pattern = placed(ideal[2], placement_of(140, mirrored=True))
    rows = np.column_stack([pattern.q, pattern.intensity])
    assert_same(matcher.kneighbors([rows], 5), matcher.kneighbors([pattern], 5))


def test_patterns_of_one_crystal_add_their_odds(matcher, queries, ideal):
    """In any two orientations."""
    both = queries[3], turned(ideal, seed=3)[3]
    single = [matcher.kneighbors([pattern], N_LAYERS) for pattern in both]
    by_entry = [np.take_along_axis(d, np.argsort(i), axis=1) for d, i in single]
    distances, indices = matcher.kneighbors([both], N_LAYERS)
    np.testing.assert_allclose(distances, np.take_along_axis(sum(by_entry), indices, axis=1))


def test_tilted_patterns_need_an_untilted_one(matcher, gallery, ideal):
    tilted = DiffractionSimulator(radiation="electron", q_max=1.2, tilt=(20, 0)).transform(gallery)
    assert matcher.predict([(ideal[3], tilted[3])]).tolist() == [3]
    with pytest.raises(ValueError, match=r"three components of q, needs an untilted .* in a tuple"):
        matcher.predict([tilted[3]])
    lifted = lift_pattern(DiffractionPattern([[0.3, 0.1]], [1.0]), (10, 0))
    with pytest.raises(ValueError, match="needs an untilted one of the same crystal, got none"):
        matcher.predict([lifted])


def test_elements_count_before_the_cuts(matcher, queries, gallery):
    """The one layer that is allowed is fitted, wherever it stands among all."""
    element = gallery[7].elements[0].symbol
    allowed = [i for i, layer in enumerate(gallery) if element in layer.composition.as_dict()]
    known = ElementFilter(all_of=[element])
    distances, indices = matcher.kneighbors(queries[:3], N_LAYERS, elements=known)
    n = len(allowed)
    assert [sorted(row[:n]) for row in indices] == [allowed] * 3
    assert (indices[:, n:] == -1).all()
    assert np.isinf(distances[:, n:]).all()
    assert np.isfinite(distances[:, :n]).all()
    each = matcher.predict(queries[:2], elements=[known, None])
    assert each[0] in allowed
    assert matcher.predict(queries[:1], elements="Xe").tolist() == [None]


@pytest.mark.parametrize("n", [1, 2, 5])
def test_too_few_spots(matcher, n):
    row = DiffractionPattern(np.arange(1, n + 1)[:, None] * [0.2, 0.1], np.ones(n))
    distances, indices = matcher.kneighbors([row], N_LAYERS)
    assert np.isfinite(distances).all()
    assert sorted(indices[0]) == list(range(N_LAYERS))


def test_a_bad_pattern_does_not_sink_the_others(matcher, queries):
    bad = DiffractionPattern([[0.2, 0.1]], [0.0])
    alone = matcher.predict(queries[:2])
    assert matcher.predict([queries[0], bad, queries[1]])[[0, 2]].tolist() == alone.tolist()


def test_the_scale_may_be_stated_by_the_pattern(gallery, ideal):
    """A scale that is off by 10 % is found where the pattern says that it may be."""
    pattern = placed(ideal[3], placement_of(20, scale=1.1))
    stated = replace(pattern, scale_error=0.1)
    exact = matcher_of(gallery, scale_error=0.005)
    at_its_own = placed(ideal[3], placement_of(20))
    best = exact.kneighbors([at_its_own], 1)[0]
    assert exact.predict([stated]).tolist() == [3]
    assert exact.kneighbors([stated], 1)[0] < exact.kneighbors([pattern], 1)[0]
    assert best < exact.kneighbors([stated], 1)[0]


def test_an_order_of_patterns_is_no_matter(matcher, queries):
    forwards = matcher.kneighbors(queries[:4], 3)
    backwards = matcher.kneighbors(queries[3::-1], 3)
    assert_same(forwards, tuple(x[::-1] for x in backwards))


# Galleries ---------------------------------------------------------------------------------------


def test_a_growing_gallery_is_the_whole_one(gallery, fitted, queries):
    grown = matcher_of(gallery[:6]).add_to_gallery(gallery[6:])
    mine, theirs = (m.kneighbors(queries[:4], 5) for m in (grown, fitted))
    np.testing.assert_array_equal(mine[1][:, 0], theirs[1][:, 0])
    encoded = [m.index_.encoded.library for m in (grown, fitted)]
    assert len(encoded[0]) == len(encoded[1]) == N_LAYERS
    assert len(encoded[0].keys.entry) == len(encoded[1].keys.entry)


def test_tokens_are_a_gallery_too(gallery, queries):
    tokens = CrystalTokenizer().fit_transform(gallery)
    found = matcher_of(tokens).predict(queries[:5])
    assert found.tolist() == matcher_of(gallery).predict(queries[:5]).tolist()


def test_a_gallery_of_another_comparison(fitted, queries):
    other = copy.copy(fitted).set_params(orientation="known", comparison="likelihood")
    known = [replace(pattern, orientation="known") for pattern in queries[:1]]
    with pytest.raises(ValueError, match=r"comparison that it was encoded for, got another one"):
        other.predict(known)


# Libraries ---------------------------------------------------------------------------------------


def test_answers_come_back_from_a_library(fitted, queries, tmp_path):
    save_library(fitted, tmp_path / "library")
    loaded = load_library(tmp_path / "library")
    assert loaded.get_params()["orientation"] == "unknown"
    assert isinstance(loaded.index_.encoded, TurnedGallery)
    assert_same(loaded.kneighbors(queries[:5], 6), fitted.kneighbors(queries[:5], 6))


def test_a_library_grows(gallery, fitted, queries, tmp_path):
    save_library(matcher_of(gallery[:10]), tmp_path / "library")
    loaded = load_library(tmp_path / "library").add_to_gallery(gallery[10:])
    assert loaded.predict(queries[8:12]).tolist() == fitted.predict(queries[8:12]).tolist()


def test_parts_of_a_library_are_joined(gallery, fitted, queries, tmp_path):
    for name, part in (("a", gallery[:7]), ("b", gallery[7:])):
        labels = [f"{name}{i}" for i in range(len(part))]
        part = PatternMatcher(SIMULATOR, orientation="unknown").fit(part, labels=labels)
        save_library(part, tmp_path / name)
    join_libraries([tmp_path / "a", tmp_path / "b"], tmp_path / "whole")
    loaded = load_library(tmp_path / "whole")
    mine, theirs = (m.kneighbors(queries[:4], 1)[1] for m in (loaded, fitted))
    np.testing.assert_array_equal(mine, theirs)


# Parameters --------------------------------------------------------------------------------------


def test_parameters_survive(fitted, queries):
    fresh = clone(fitted)
    assert repr(fresh) == repr(fitted)
    assert fresh.get_params()["scale_error"] == 0.03
    assert not hasattr(fresh, "gallery_")
    loaded = pickle.loads(pickle.dumps(fitted))
    assert_same(loaded.kneighbors(queries[:3], 4), fitted.kneighbors(queries[:3], 4))


@pytest.mark.parametrize("orientation", ["turned", None, 1, True])
def test_bad_orientation(layers, orientation):
    with pytest.raises(ValueError, match=r"orientation must be 'known' or 'unknown', got .*; pick"):
        PatternMatcher(orientation=orientation).fit(layers[:2])


@pytest.mark.parametrize("orientation", ["known", "unknown"])
@pytest.mark.parametrize("scale_error", [-0.1, 0.3, 3, None, "3 %", np.nan, np.inf])
def test_bad_scale_error(layers, orientation, scale_error):
    matcher = PatternMatcher(SIMULATOR, orientation=orientation, scale_error=scale_error)
    with pytest.raises(ValueError, match=r"scale_error must lie between 0 and 0\.3, got .*; 0\.03"):
        matcher.fit(layers[:2])


def test_powders_have_no_orientation(layers):
    simulator = DiffractionSimulator("powder", "CuKa")
    matcher = PatternMatcher(simulator, orientation="unknown")
    with pytest.raises(ValueError, match=r"one of spots, got .* geometry 'powder'; leave orient"):
        matcher.fit(layers[:2])


@pytest.mark.parametrize("comparison", ["nearest", "profile", "farthest"])
def test_bad_comparison(layers, comparison):
    matcher = PatternMatcher(SIMULATOR, orientation="unknown", comparison=comparison)
    with pytest.raises(ValueError, match=r"by their likelihood, got comparison='.*'; take 'auto'"):
        matcher.fit(layers[:2])


def test_the_likelihood_is_the_one_comparison(gallery, fitted, queries):
    matcher = matcher_of(gallery, comparison="likelihood")
    assert_same(matcher.kneighbors(queries[:2], 3), fitted.kneighbors(queries[:2], 3))


def test_peaks_of_a_powder(matcher):
    peaks = DiffractionPattern([[0.3], [0.5]], [1.0, 2.0])
    with pytest.raises(ValueError, match=r"two components of q, got a powder's with one; ask"):
        matcher.predict([peaks])


def test_no_paper_intensities(layers):
    simulator = DiffractionSimulator(intensity="paper", wavelength=1.54)
    with pytest.raises(ValueError, match="kinematic intensities, got a simulator with intensity="):
        PatternMatcher(simulator, orientation="unknown").fit(layers[:2])
