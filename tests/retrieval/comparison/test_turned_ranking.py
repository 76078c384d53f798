"""Candidates of patterns of unknown orientation, in the order of the matcher, with their fits."""

import copy
import pickle

import numpy as np
import pytest
from turned_patterns import SIMULATOR, placed, placement_of, random_placements

from xrdmatch import DiffractionPattern, DiffractionSimulator, PatternMatcher, PhysicsReranker
from xrdmatch.refinement import InstrumentProfile, SpotFits
from xrdmatch.retrieval import ElementFilter, load_library, save_library
from xrdmatch.simulation import perturb_patterns

CHOSEN = slice(19, 31)  # of the layers; the fourth has no symmetry but half a turn
N_LAYERS, LOW = 12, 3


@pytest.fixture(scope="module")
def gallery(layers):
    return layers[CHOSEN]


@pytest.fixture(scope="module")
def matcher(gallery):
    return PatternMatcher(SIMULATOR, orientation="unknown").fit(gallery)


@pytest.fixture(scope="module")
def fitted(matcher):
    return PhysicsReranker(matcher, n_candidates=6)


@pytest.fixture
def reranker(fitted):
    return copy.copy(fitted)


@pytest.fixture(scope="module")
def ideal(gallery):
    return SIMULATOR.transform(gallery)


@pytest.fixture(scope="module")
def queries(gallery):
    patterns = perturb_patterns(gallery, 0.5, simulator=SIMULATOR, random_state=0)
    placements = random_placements(len(patterns), np.random.default_rng(1))
    return [placed(*pair) for pair in zip(patterns, placements, strict=True)]


@pytest.mark.parametrize("n", [1, 6, 9, N_LAYERS])
def test_candidates_keep_the_order_and_the_odds_of_the_matcher(reranker, matcher, queries, n):
    mine, theirs = (r.kneighbors(queries[:4], n) for r in (reranker, matcher))
    np.testing.assert_array_equal(mine[1], theirs[1])
    np.testing.assert_allclose(mine[0], theirs[0])


def test_moved_atoms_are_the_matcher_s_matter(matcher, queries):
    """Nothing is refined once more, whatever n_refined says."""
    found = [PhysicsReranker(matcher, n_refined=n).kneighbors(queries[:2], 5) for n in (0, 6)]
    np.testing.assert_array_equal(*(indices for _, indices in found))
    np.testing.assert_array_equal(*(distances for distances, _ in found))


@pytest.mark.parametrize("mirrored", [False, True])
def test_refine_says_how_a_crystal_lies(reranker, ideal, mirrored):
    pattern = placed(ideal[LOW], placement_of(65, mirrored, scale=1.02))
    fits = reranker.refine([pattern], 3)
    assert isinstance(fits, SpotFits)
    assert fits.indices[0, 0] == LOW
    assert fits.rotation[0, 0] == pytest.approx(65, abs=1e-3)
    assert fits.mirrored[0, 0] == mirrored
    assert fits.magnification[0, 0] == pytest.approx(1.02)
    assert fits.n_extra[0, 0] == fits.n_missing[0, 0] == 0


def test_refine_has_a_row_for_each_pattern(reranker, queries):
    fits = reranker.refine([tuple(queries[:2]), queries[2]], 4)
    assert fits.owners.tolist() == [0, 0, 1]
    assert fits.rotation.shape == fits.indices.shape == (3, 4)
    np.testing.assert_array_equal(fits.indices[0], fits.indices[1])
    distances, indices = reranker.kneighbors([tuple(queries[:2]), queries[2]], 4)
    np.testing.assert_array_equal(fits.indices, indices[fits.owners])
    np.testing.assert_array_equal(fits.distances, distances[fits.owners])


def test_tilted_patterns_have_no_fit_of_their_own(reranker, gallery, ideal):
    tilted = DiffractionSimulator(radiation="electron", q_max=1.2, tilt=(20, 0)).transform(gallery)
    pair = ideal[LOW], tilted[LOW]
    assert reranker.predict([pair]).tolist() == [LOW]
    fits = reranker.refine([pair], 2)
    assert fits.owners.tolist() == [0, 0]
    assert fits.indices[0, 0] == LOW
    assert np.isfinite(fits.rotation[0, 0])
    assert np.isnan(fits.rotation[1]).all()
    assert np.isfinite(fits.distances).all()


def test_refine_where_elements_are_known(reranker, queries, gallery):
    element = gallery[LOW].elements[0].symbol
    allowed = [i for i, layer in enumerate(gallery) if element in layer.composition.as_dict()]
    fits = reranker.refine(queries[:1], N_LAYERS, ElementFilter(all_of=[element]))
    n = len(allowed)
    assert sorted(fits.indices[0, :n]) == allowed
    assert (fits.indices[0, n:] == -1).all()
    assert np.isnan(fits.rotation[0, n:]).all()


def test_refine_of_patterns_without_a_lattice(reranker):
    row = DiffractionPattern([[0.2, 0.1], [0.4, 0.2]], [1.0, 1.0])
    fits = reranker.refine([row], 5)
    assert np.isnan(fits.placement).all()
    assert np.isfinite(fits.distances).all()


def test_a_known_orientation_has_no_placement(gallery, queries):
    fits = PhysicsReranker(PatternMatcher(SIMULATOR).fit(gallery)).refine(queries[:1], 2)
    with pytest.raises(ValueError, match=r"not known, got .* PatternMatcher\(orientation="):
        _ = fits.rotation


def test_another_gallery(reranker, gallery, queries):
    reranker.set_gallery(gallery[:5]).add_to_gallery(gallery[5:], list("abcdefg"))
    assert reranker.predict(queries[:8]).tolist() == [0, 1, 2, 3, 4, "a", "b", "c"]
    assert reranker.refine(queries[:1], 1).placement.shape == (1, 1, 2, 2)


def test_a_fitted_clone(gallery, queries):
    inner = PatternMatcher(SIMULATOR, orientation="unknown")
    reranker = PhysicsReranker(inner).fit(gallery)
    assert reranker.predict(queries[:3]).tolist() == [0, 1, 2]
    assert reranker.retriever_.orientation == "unknown"
    assert not hasattr(inner, "gallery_")


def test_pickles_and_libraries(reranker, queries, tmp_path):
    expected = reranker.kneighbors(queries[:3], 4)
    save_library(reranker, tmp_path / "library")
    for other in (pickle.loads(pickle.dumps(reranker)), load_library(tmp_path / "library")):
        distances, indices = other.kneighbors(queries[:3], 4)
        np.testing.assert_array_equal(indices, expected[1])
        np.testing.assert_allclose(distances, expected[0], atol=0.01)
        fits = other.refine(queries[:1], 1)
        np.testing.assert_allclose(fits.rotation, reranker.refine(queries[:1], 1).rotation)


def test_spots_have_no_instrument(matcher, queries):
    profile = InstrumentProfile("CuKa", (0, 0, 0.01))
    with pytest.raises(ValueError, match="one of powder scans, got one for a retriever of spots"):
        PhysicsReranker(matcher, instrument=profile).predict(queries[:1])
