"""What is said about each candidate."""

from copy import copy

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from sklearn.pipeline import make_pipeline

from xrdmatch import (
    ContrastiveStructureRetriever,
    CrystalTokenizer,
    DiffractionSimulator,
    PatternMatcher,
    PhysicsReranker,
)
from xrdmatch.inspection import describe_candidates
from xrdmatch.simulation import PowderProfile

TOKEN_ROUNDING = 1e-9  # relative to the strongest spot: cells are rebuilt from lengths and angles


@pytest.fixture(scope="module")
def retriever(layers, patterns):
    """A hardly trained retriever: what is said must be right whatever it finds."""
    settings = {"n_layers": 1, "n_heads": 2, "embedding_dim": 16, "max_epochs": 1}
    return ContrastiveStructureRetriever(**settings, random_state=0).fit(layers, patterns)


def test_tells_what_kneighbors_and_predict_tell(matcher, patterns):
    distances, indices = matcher.kneighbors(patterns[3], n_neighbors=4)
    found = describe_candidates(matcher, patterns[3], k=4)
    assert [c.rank for c in found] == [1, 2, 3, 4]
    assert [c.label for c in found] == matcher.predict(patterns[3], k=4)[0].tolist()
    assert [c.index for c in found] == indices[0].tolist()
    np.testing.assert_array_equal([c.distance for c in found], distances[0])


def test_facts_of_well_known_layers(matcher, layers, patterns):
    facts = {}
    for pattern, layer in zip(patterns, layers, strict=True):
        (best,) = describe_candidates(matcher, pattern, k=1)
        facts[layer.properties["name"]] = (best.formula, best.elements, best.point_group)
    assert facts["graphene"] == ("C", ["C"], "6/mmm")
    assert facts["silicene"] == ("Si", ["Si"], "-3m")
    assert facts["h-BN"] == ("BN", ["B", "N"], "-6m2")


def test_patterns_are_those_of_the_structures(retriever, patterns):
    for candidate in describe_candidates(retriever, patterns[0], k=3):
        own = patterns[candidate.index]
        np.testing.assert_allclose(candidate.pattern.q, own.q)
        np.testing.assert_allclose(candidate.pattern.intensity, own.intensity)


@pytest.mark.parametrize("kind", ["matcher", "retriever"])
def test_galleries_of_tokens_tell_the_same(kind, request, layers, patterns):
    of_structures = request.getfixturevalue(kind)
    tokens = CrystalTokenizer(vacuum=40.0).transform(layers)
    of_tokens = describe_candidates(
        PatternMatcher().fit(tokens) if kind == "matcher" else _searching(of_structures, tokens),
        patterns[3],
        k=3,
    )
    for a, b in zip(describe_candidates(of_structures, patterns[3], k=3), of_tokens, strict=True):
        assert (a.index, a.formula, a.point_group) == (b.index, b.formula, b.point_group)
        strongest = a.pattern.intensity.max()
        np.testing.assert_allclose(
            b.pattern.intensity, a.pattern.intensity, atol=TOKEN_ROUNDING * strongest
        )


def _searching(retriever, gallery):
    """The same retriever over another gallery; nothing is learned anew."""
    return copy(retriever).set_gallery(gallery)


def test_pipelines_are_asked_at_their_end(layers, patterns):
    pipeline = make_pipeline(CrystalTokenizer(), PatternMatcher()).fit(layers, patterns)
    assert describe_candidates(pipeline, patterns[2], k=1)[0].index == 2


def test_known_elements_may_leave_fewer(matcher, patterns):
    found = describe_candidates(matcher, patterns[3], k=5, elements="B,N")
    assert [c.formula for c in found] == ["BN"]
    assert describe_candidates(matcher, patterns[3], k=5, elements="He") == []


def test_no_point_group_is_not_the_end(matcher, patterns):
    on_top = Structure(
        Lattice.cubic(3), ["H", "H"], [[0, 0, 0], [0, 0, 0.001]], validate_proximity=False
    )
    (found,) = describe_candidates(copy(matcher).set_gallery([on_top]), patterns[0], k=1)
    assert found.point_group == "?"


def test_a_wrapper_simulates_as_the_retriever_inside(layers, patterns):
    """Electrons, whether asked alone or through a reranker."""
    matcher = PatternMatcher(DiffractionSimulator(radiation="electron")).fit(layers)
    electrons = matcher.simulator_.transform(layers[:1])
    alone = describe_candidates(matcher, electrons[0], k=1)
    wrapped = describe_candidates(PhysicsReranker(matcher, n_candidates=2), electrons[0], k=1)
    for (candidate,) in (alone, wrapped):
        assert candidate.pattern.radiation.kind == "electron"
        np.testing.assert_array_equal(candidate.pattern.intensity, electrons[0].intensity)
    assert abs(electrons[0].intensity / patterns[0].intensity - 1).max() > 0.1


def test_candidates_of_a_scan():
    salts = [Structure.from_prototype("rocksalt", ["Na", "Cl"], a=a) for a in (5.64, 6.3)]
    powder = DiffractionSimulator("powder", "CuKa")
    profile = PowderProfile(np.arange(15, 80, 0.02))
    (scan,) = DiffractionSimulator("powder", "CuKa", profile=profile).transform(salts[:1])
    best, other = describe_candidates(PatternMatcher(powder).fit(salts), scan, k=2)
    assert (best.index, best.space_group, best.point_group) == (0, "Fm-3m", "m-3m")
    assert best.distance < other.distance
    np.testing.assert_allclose(best.pattern.q, powder.transform(salts[:1])[0].q)
