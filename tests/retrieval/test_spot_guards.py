"""Spots in the wrong frame, unit or radiation are refused or warned of; the right ones are not."""

import warnings
from dataclasses import replace

import numpy as np
import pytest

from xrdmatch import (
    ContrastiveStructureRetriever,
    DiffractionPattern,
    DiffractionSimulator,
    PatternMatcher,
    PatternPointCloud,
    PhysicsReranker,
)
from xrdmatch.crystallography import lift_pattern
from xrdmatch.datasets import load_monolayers
from xrdmatch.preprocessing import DomainWarning
from xrdmatch.retrieval._spot_guards import check_spot_queries
from xrdmatch.simulation import (
    BeamStop,
    MissingSpots,
    Perturbation,
    SpuriousSpots,
    perturb_patterns,
)

LAYERS = load_monolayers()[:30]
SAED = DiffractionSimulator(radiation="electron", q_max=1.2)
QUERIES = perturb_patterns(LAYERS[:10], simulator=SAED, random_state=0)
TINY = {"n_layers": 1, "n_heads": 2, "embedding_dim": 16, "max_epochs": 1, "random_state": 0}


@pytest.fixture(scope="module")
def matcher():
    return PatternMatcher(SAED).fit(LAYERS)


@pytest.fixture(scope="module", params=["nearest", "likelihood", "reranked", "learned"])
def retriever(request, matcher):
    """Every kind that compares spots in a known orientation."""
    if request.param == "learned":
        return ContrastiveStructureRetriever(simulator=SAED, **TINY).fit(LAYERS)
    if request.param == "reranked":
        return PhysicsReranker(matcher)
    return (
        matcher
        if request.param == "nearest"
        else PatternMatcher(SAED, comparison="likelihood").fit(LAYERS)
    )


def largest(pattern):
    return np.linalg.norm(pattern.q, axis=1).max()


def times(pattern, factor):
    return replace(pattern, q=pattern.q * factor)


def test_an_unknown_orientation(retriever):
    turned = replace(QUERIES[1], orientation="unknown")
    message = r"in the gallery's own frame, got pattern 1 of .*; ask PatternMatcher\(orientation="
    with pytest.raises(ValueError, match=message):
        retriever.predict([QUERIES[0], turned])
    with pytest.raises(ValueError, match=message):
        retriever.kneighbors([(QUERIES[0], turned)], 2)


def test_the_way_out_takes_an_unknown_orientation_but_no_pixels():
    matcher = PatternMatcher(SAED, orientation="unknown")
    turned = replace(QUERIES[0], orientation="unknown")
    check_spot_queries(matcher, [turned, lift_pattern(turned, (20, 0))])
    with pytest.raises(ValueError, match=r"q is in 1/Å, got pattern 0 in pixels; divide its q by"):
        check_spot_queries(matcher, [replace(turned, unit="pixel")])


def test_pixels_that_say_so(retriever):
    """By the guard, or before by what turns patterns into points for a ranking."""
    with pytest.raises(ValueError, match=r"in 1/Å, got .*pixels; (divide its q|give the picture)"):
        retriever.predict(replace(times(QUERIES[0], 100), unit="pixel"))


@pytest.mark.parametrize("as_array", [False, True])
def test_pixels_that_do_not(retriever, as_array):
    pattern = times(QUERIES[0], 96)
    query = np.column_stack([pattern.q, pattern.intensity]) if as_array else pattern
    with pytest.warns(DomainWarning) as caught:
        retriever.predict(query)
    assert any("beyond 6: is it in pixels, or times 2 pi?" in str(w.message) for w in caught)


def test_two_pi_beyond_the_range(retriever):
    queries = [times(pattern, 2 * np.pi) for pattern in QUERIES if largest(pattern) > 1]
    with pytest.warns(DomainWarning) as caught:
        retriever.predict(queries)
    text = f"without 2 pi, got pattern 0 and {len(queries) - 1} more with spots as far out as"
    assert sum(text in str(warning.message) for warning in caught) == 1


@pytest.mark.parametrize("half", [False, True])
def test_two_pi_by_the_distance_of_neighbours(half):
    """Where the simulator has no q_max, and whether both spots of a pair are there or one."""
    layer = LAYERS[[s.properties["name"] for s in LAYERS].index("graphene")]
    simulator = DiffractionSimulator(hk_max=2, friedel_half=half)
    spots = Perturbation(MissingSpots(0.1))
    (pattern,) = perturb_patterns([layer], simulator=simulator, perturbation=spots, random_state=0)
    with pytest.warns(DomainWarning, match=r"apart, got 2.95 in pattern 0: is q 1/d in 1/Å, witho"):
        PatternMatcher().fit(LAYERS).predict(times(pattern, 2 * np.pi))


@pytest.mark.parametrize("half", [False, True])
def test_two_pi_by_the_density_of_spots(half):
    """Cells too large for the distance of neighbours, and no spot beyond the range."""
    simulator = DiffractionSimulator(radiation="electron", q_max=0.8, friedel_half=half)
    patterns = simulator.transform(LAYERS)
    area = [np.linalg.norm(np.cross(*s.lattice.matrix[:2])) for s in LAYERS]
    small = [i for i, p in enumerate(patterns) if p.n_peaks >= 6 and area[i] < 30]
    matcher = PatternMatcher(SAED, orientation="unknown")
    wrong = [times(patterns[i], 2 * np.pi) for i in small]
    for pattern in wrong:
        with pytest.warns(DomainWarning, match="is q 1/d in 1/Å, without 2 pi"):
            check_spot_queries(matcher, [pattern])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        check_spot_queries(matcher, patterns)


@pytest.mark.parametrize("factor", [0.01, 1e4])
def test_no_spot_where_the_gallery_has_any(matcher, factor):
    with pytest.warns(DomainWarning) as caught:
        distances, _ = matcher.kneighbors([*QUERIES[:2], times(QUERIES[2], factor)], 3)
    texts = [str(w.message) for w in caught]
    assert any("No spot of pattern 2 lies where the gallery has any: is q in" in t for t in texts)
    assert (distances[2] >= 25).all()


def test_a_foreign_structure_is_just_far(matcher):
    """In a gallery of one, the distance may be as large though spots are paired."""
    lone = PatternMatcher(SAED).fit(LAYERS[23:24])
    points = lone.encode_queries(QUERIES)
    cost = lone.index_.encoded.distances(points, slice(0, 1))[:, 0]
    far = [i for i in np.flatnonzero(cost > 25) if lone.index_.encoded.reaches(points[i])]
    assert far
    lone.predict([QUERIES[i] for i in far])


def test_another_radiation_once_for_all():
    electrons = SAED.transform(LAYERS[:3])
    with pytest.warns(DomainWarning) as caught:
        PatternMatcher().fit(LAYERS).predict(electrons)
    (warning,) = caught
    text = "simulated for xray radiation, got pattern 0 and 2 more of electron; take Diffraction"
    assert text in str(warning.message)


def test_logarithms_for_intensities(matcher):
    (points,) = PatternPointCloud().transform(QUERIES[:1])
    with pytest.raises(ValueError, match=r"q_x, q_y and intensity, got negative numbers only in"):
        matcher.predict([points])


def test_valid_queries_pass_in_silence(retriever):
    harsh = Perturbation() + MissingSpots(0.3) + SpuriousSpots(8) + BeamStop(0.4)
    more = perturb_patterns(LAYERS, 2.0, simulator=SAED, perturbation=harsh, random_state=1)
    unsaid = DiffractionPattern(QUERIES[0].q, QUERIES[0].intensity)
    rows = np.column_stack([QUERIES[1].q, QUERIES[1].intensity])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        retriever.predict([*QUERIES, *more, unsaid, rows, rows.tolist()])
