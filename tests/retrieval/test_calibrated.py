"""How sure an answer is, and whether the crystal is in the gallery at all."""

import pickle
import warnings

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import roc_auc_score

from xrdmatch import (
    UNKNOWN,
    CalibratedRetriever,
    DiffractionSimulator,
    PatternMatcher,
    PhysicsReranker,
)
from xrdmatch.datasets import load_monolayers
from xrdmatch.retrieval import RetrieverWrapper, check_retriever, make_powder_retriever
from xrdmatch.simulation import perturb_patterns, perturb_scans

SEVERITY = 0.5
LAYERS = load_monolayers()[:120]
FOREIGN = load_monolayers()[120:]


def reranker(structures=LAYERS, labels=None):
    return PhysicsReranker(PatternMatcher().fit(structures, labels=labels), n_candidates=10)


@pytest.fixture(scope="module")
def calibrated():
    return CalibratedRetriever(reranker(), severity=SEVERITY, n_queries=120).calibrate()


@pytest.fixture(scope="module")
def queries():
    """Patterns of all layers of the gallery, and of others."""
    return [perturb_patterns(s, SEVERITY, random_state=5) for s in (LAYERS, FOREIGN)]


@pytest.fixture(scope="module")
def asked(calibrated, queries):
    return calibrated.ask_with_and_without(queries[0], range(len(LAYERS)))


def test_it_keeps_what_retrievers_promise():
    check_retriever(CalibratedRetriever(reranker(), severity=SEVERITY, n_queries=40))


def test_around_distances_alone_too():
    """Which is all that a retriever of unit vectors or of nearest spots says."""
    matcher = PatternMatcher().fit(LAYERS)
    alone = CalibratedRetriever(matcher, severity=SEVERITY, n_queries=100).calibrate()
    found = alone.ask_with_and_without(
        perturb_patterns(LAYERS[:60], SEVERITY, random_state=1), range(60)
    )
    assert roc_auc_score(found.is_known, -found.probabilities[:, -1]) > 0.6


def test_layers_of_the_gallery_are_named_and_others_are_unknown(calibrated, queries):
    here, foreign = (calibrated.predict(patterns) for patterns in queries)
    assert np.mean(here == np.arange(len(LAYERS))) > 0.9
    assert np.mean(foreign == UNKNOWN) > 0.7
    assert np.mean(here == UNKNOWN) < 0.1


def test_unknown_comes_first_and_candidates_follow(calibrated, queries):
    _, foreign = queries
    labels = calibrated.predict(foreign, k=3)
    rejected = labels[:, 0] == UNKNOWN
    assert (calibrated.predict(foreign) == labels[:, 0]).all()
    nearest = calibrated.classes_[calibrated.kneighbors(foreign, 3)[1]]
    assert (labels[rejected, 1:] == nearest[rejected, :2]).all()
    assert (labels[~rejected] == nearest[~rejected]).all()


def test_probabilities_are_of_entries_and_last_of_none(calibrated, queries):
    probabilities, indices = calibrated.probabilities(queries[0][:20], k=4)
    assert probabilities.shape == (20, 5)
    assert indices.shape == (20, 4)
    assert (probabilities >= 0).all()
    assert (probabilities.sum(1) <= 1 + 1e-12).all()
    assert (np.diff(probabilities[:, :-1], axis=1) <= 1e-12).all()


def test_listed_together_all_candidates_and_none_make_nearly_one(calibrated, queries):
    """What is missing is that of entries that are not among the candidates."""
    probabilities, indices = calibrated.probabilities(queries[0][:20], k=30)
    assert probabilities.sum(1) == pytest.approx(np.ones(20), abs=0.03)
    assert (indices[:, 10:] == -1).all()
    assert (probabilities[:, 10:-1] == 0).all()


def test_twins_share_the_probability_of_their_phase(queries):
    """A gallery with each entry twice says the same of phases, half of it of each entry."""
    twice = CalibratedRetriever(
        PhysicsReranker(PatternMatcher().fit([*LAYERS[:60], *LAYERS[:60]]), n_candidates=20),
        severity=SEVERITY,
        n_queries=60,
    ).calibrate()
    probabilities, indices = twice.probabilities(queries[0][:10], k=2)
    assert (np.sort(indices % 60, axis=1)[:, 0] == np.sort(indices % 60, axis=1)[:, 1]).all()
    assert probabilities[:, 0] == pytest.approx(probabilities[:, 1])
    assert all(
        {i, i + 60} <= found for i, found in enumerate(twice.predict_set(queries[0][:10])) if found
    )


def test_sets_hold_the_right_label_as_often_as_asked(calibrated, asked, queries):
    known = asked.is_known
    assert asked.covered[known].mean() == pytest.approx(0.9, abs=0.07)
    sets = calibrated.predict_set(queries[0])
    assert [i in found for i, found in enumerate(sets)] == asked.covered[known].tolist()
    assert not any(UNKNOWN in found for found in sets)


def test_sets_grow_with_the_coverage(calibrated, queries):
    small, large = (calibrated.predict_set(queries[0], coverage=c) for c in (0.6, 0.97))
    assert all(a <= b for a, b in zip(small, large, strict=True))
    assert sum(map(len, small)) < sum(map(len, large))


def test_foreign_layers_get_empty_sets(calibrated, queries):
    assert np.mean([not found for found in calibrated.predict_set(queries[1])]) > 0.7


def test_known_crystals_are_more_probably_there(asked):
    assert roc_auc_score(asked.is_known, -asked.probabilities[:, -1]) > 0.88


def test_as_many_are_rejected_as_may_be(asked):
    assert asked.rejected[asked.is_known].mean() < 0.12


def test_a_taken_out_crystal_is_never_listed(asked):
    unknown = ~asked.is_known
    assert not asked.right[unknown].any()
    assert not (asked.indices[unknown] == asked.query[unknown][:, None]).any()


def test_what_is_asked_twice_is_what_is_answered(calibrated, asked, queries):
    """With the crystals in the gallery; atoms of a few more candidates are moved."""
    probabilities, indices = calibrated.probabilities(queries[0])
    assert (indices[:, 0] == asked.indices[asked.is_known, 0]).mean() > 0.97
    apart = np.abs(probabilities[:, -1] - asked.probabilities[asked.is_known, -1])
    assert np.mean(apart < 0.01) > 0.95


def test_elements_make_it_surer(calibrated, queries):
    told, untold = (
        calibrated.ask_with_and_without(queries[0], range(len(LAYERS)), known=known)
        for known in ("elements", "nothing")
    )
    areas = [roc_auc_score(x.is_known, -x.probabilities[:, -1]) for x in (told, untold)]
    assert areas[0] > areas[1]


def test_no_entry_of_such_elements_is_unknown(calibrated, queries):
    assert calibrated.predict(queries[0][:1], elements="Xe").tolist() == [UNKNOWN]
    assert calibrated.predict_set(queries[0][:1], elements="Xe") == [set()]
    assert calibrated.probabilities(queries[0][:1], elements="Xe")[0][0, -1] == 1.0


def test_it_is_ready_at_once_and_repeatable(calibrated, queries):
    again = clone(calibrated).set_params(retriever=reranker())
    found, other = (x.probabilities(queries[0][:5])[0] for x in (calibrated, again))
    assert np.array_equal(found, other)


def test_what_was_learned_survives_pickling_and_is_said_in_words(calibrated, queries):
    loaded = pickle.loads(pickle.dumps(calibrated))
    assert np.array_equal(*(x.probabilities(queries[1])[0] for x in (calibrated, loaded)))
    text = str(calibrated.calibration_)
    assert text.startswith("Calibrated on 120 simulated queries among 120 structures.")
    assert "With elements known" in text


def test_another_gallery_is_calibrated_anew(queries):
    first = CalibratedRetriever(reranker(LAYERS[:60]), severity=SEVERITY, n_queries=60).calibrate()
    before = first.calibration_
    first.set_gallery(LAYERS)
    first.predict(queries[0][:2])
    assert first.calibration_.n_gallery == 120
    assert first.calibration_ is not before


def test_measured_patterns_calibrate_and_are_taken_along_with_a_warning(queries):
    own = CalibratedRetriever(reranker())
    own.calibrate(queries[0], np.arange(len(LAYERS)))
    assert own.calibration_.source == "measured"
    with pytest.warns(UserWarning, match="of 120 measured patterns .* taken along to 60"):
        own.set_gallery(LAYERS[:60])
    assert own.predict(queries[0][:3]).shape == (3,)
    with pytest.warns(UserWarning, match="taken along to 70"):
        own.add_to_gallery(LAYERS[60:70])


def test_score_counts_unknowns_rightly(calibrated, queries):
    structures = [*LAYERS[:40], *[UNKNOWN] * 20]
    patterns = [*queries[0][:40], *queries[1][-20:]]
    pool = CalibratedRetriever(reranker(), severity=SEVERITY, n_queries=80)
    score = pool.score(structures, patterns)
    assert score == pytest.approx(np.mean(expected(pool, structures, patterns)))
    assert score > 0.8


def expected(pool, structures, patterns):
    searched = clone(pool).set_params(retriever=reranker(structures[:40]))
    truth = [*range(40), *[UNKNOWN] * 20]
    return [a == b for a, b in zip(searched.predict(patterns), truth, strict=True)]


def test_the_wrapped_one_stays_as_it_is():
    inner = reranker(LAYERS[:60])
    CalibratedRetriever(inner, severity=SEVERITY, n_queries=40).set_gallery(LAYERS[:50]).calibrate()
    assert len(inner.gallery_) == 60


class Rejecting(RetrieverWrapper):
    """Answers with one entry, whatever is asked."""

    def __init__(self, retriever=None, score_k=1):
        self.retriever, self.score_k = retriever, score_k

    def kneighbors(self, patterns, n_neighbors=10, elements=None):
        distances, indices = self.inner_.kneighbors(patterns, n_neighbors, elements)
        return distances, np.where(np.arange(n_neighbors) > 0, -1, 0 * indices)


@pytest.mark.parametrize(
    ("structures", "sentence"),
    [
        (LAYERS[:1], "needs 10 queries .* got 40 and 0; use a larger gallery"),
        ([LAYERS[0]] * 12, "needs 10 queries .* got 40 and 0; use a larger gallery"),
    ],
)
def test_galleries_of_one_phase_cannot_be_calibrated(structures, sentence):
    alone = CalibratedRetriever(reranker(structures), n_queries=40)
    with pytest.raises(ValueError, match=sentence):
        alone.predict(perturb_patterns(LAYERS[:1], random_state=0))


def test_queries_that_are_all_wrong_cannot_calibrate():
    matcher = Rejecting(PatternMatcher().fit(LAYERS[:30]))
    wrong = CalibratedRetriever(matcher, n_queries=40)
    patterns = matcher.simulator_.transform(LAYERS[1:21])
    with pytest.raises(ValueError, match="got 20 of which none has its crystal among"):
        wrong.calibrate(patterns, range(1, 21))


@pytest.mark.parametrize(
    ("labels", "sentence"),
    [
        (None, "with the label of each one's crystal, got none"),
        ([0], "as many patterns as|must be as many"),
        ([500, 1], "got 500, which is no label of it"),
        ([UNKNOWN, 1], "got UNKNOWN, which is no label of it"),
    ],
)
def test_measured_patterns_need_labels_of_the_gallery(calibrated, queries, labels, sentence):
    with pytest.raises(ValueError, match=sentence):
        clone(calibrated).set_params(retriever=reranker()).calibrate(queries[0][:2], labels)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"false_rejection": 0.0}, "false_rejection must lie between 0 and 1, got 0.0"),
        ({"prior_unknown": 1.0}, "prior_unknown must lie between 0 and 1, got 1.0"),
        ({"cells": "guessed"}, "cells must be one of 'measured', .* got 'guessed'"),
        ({"severity": -1}, "severity must be a number of at least 0, or None, got -1"),
        ({"n_queries": 5}, "n_queries must be a whole number of at least 10, got 5"),
    ],
)
def test_options_that_cannot_be(options, sentence):
    with pytest.raises(ValueError, match=sentence):
        CalibratedRetriever(reranker(LAYERS[:20]), **options).calibrate()


def test_what_is_known_is_nothing_or_the_elements(calibrated, queries):
    with pytest.raises(ValueError, match="known must be 'nothing' or 'elements', got 'all'"):
        calibrated.ask_with_and_without(queries[0][:1], [0], known="all")


@pytest.mark.parametrize("coverage", [0, 1, 1.5, "most"])
def test_a_coverage_that_cannot_be(calibrated, queries, coverage):
    with pytest.raises(ValueError, match="coverage must lie between 0 and 1, got"):
        calibrated.predict_set(queries[0][:1], coverage=coverage)


def test_what_is_around_nothing():
    with pytest.raises(TypeError, match="CalibratedRetriever ranks the candidates of a retriever"):
        CalibratedRetriever().calibrate()
    with pytest.raises(NotFittedError):
        CalibratedRetriever(PhysicsReranker(PatternMatcher())).predict([])


def test_calibrating_says_nothing_on_its_own():
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        CalibratedRetriever(reranker(LAYERS[:30]), severity=SEVERITY, n_queries=30).calibrate()


def test_peaks_of_powders_have_distances_but_no_probabilities():
    sites = [[0, 0, 0], [0.5, 0.5, 0.5]]
    salts = [
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), [metal, "Cl"], sites)
        for metal, a in (("Na", 5.64), ("K", 6.29), ("Ag", 5.55), ("Rb", 6.58))
    ]
    powders = CalibratedRetriever(make_powder_retriever(), n_queries=20).fit(salts)
    peaks = DiffractionSimulator("powder", "CuKa").transform(salts[:1])
    assert powders.kneighbors(peaks, 1)[1].tolist() == [[0]]
    with pytest.raises(TypeError, match=r"Scans are refined.* ask kneighbors about peaks"):
        powders.predict(peaks)
    scans = perturb_scans(salts, severity=0.3, random_state=0)
    assert powders.predict(scans).tolist() == [0, 1, 2, 3]
