"""Rough cosines with all entries, exact ones with some: the same entries as by exact ones alone."""

from dataclasses import replace

import numpy as np
import pytest
from mixed_scans import known_structures, mixed_scan
from pymatgen.core import Lattice, Structure

from xrdmatch.retrieval import make_powder_retriever
from xrdmatch.retrieval._comparison.profile_grid import GRID
from xrdmatch.retrieval._comparison.profile_queries import normalised
from xrdmatch.retrieval._decomposition.gallery_entries import GalleryEntries
from xrdmatch.retrieval._decomposition.look_alikes import ALIKE, ROUGH, look_alikes
from xrdmatch.retrieval._decomposition.phase_search import PhaseSearch
from xrdmatch.retrieval._decomposition.profile_similarity import profile_similarities
from xrdmatch.retrieval._decomposition.residual_proposals import N_PROPOSED, proposed
from xrdmatch.retrieval._decomposition.rough_cosines import ENTRIES, rough_cosines


@pytest.fixture(scope="module")
def entries():
    rng = np.random.RandomState(0)
    others = [
        Structure(
            Lattice.orthorhombic(*rng.uniform(3, 9, 3)), ["Mg", "O", "Si"], rng.random((3, 3))
        )
        for _ in range(400)
    ]
    return GalleryEntries(make_powder_retriever().fit([*known_structures().values(), *others]))


@pytest.fixture(scope="module")
def query(entries):
    known = known_structures()
    mixed = mixed_scan([known["TiO2"], known["NaCl"]], [0.7, 0.3])
    return PhaseSearch(entries, entries.prepared(mixed), 6, 12.0).query


@pytest.fixture(scope="module")
def everything(entries):
    return np.ones(len(entries.index.encoded), dtype=bool)


def compared(entries, query, allowed):
    return profile_similarities(
        entries.index.encoded, query, [query.observed - query.baseline, query.observed], allowed
    )


def test_rough_cosines_are_near_the_exact_ones(entries, query, everything):
    first, second = compared(entries, query, everything)
    rows = np.flatnonzero(everything)
    for similarity in (first, second):
        assert np.abs(similarity.whole(rows) - similarity.rough_whole).max() < ROUGH
    assert np.abs(first.own(rows) - first.rough_own).max() < 0.2
    assert second.rough_own is None


def test_exact_cosines_are_those_of_the_library(entries, query, everything):
    (similarity, _), rows = compared(entries, query, everything), np.array([3, 5, 200])
    whole = entries.index.encoded.cosines(similarity.ready)[0]
    np.testing.assert_allclose(similarity.whole(rows), whole[rows], atol=1e-6)


def test_the_same_entries_are_proposed_as_by_exact_cosines_of_all(entries, query, everything):
    similarity, _ = compared(entries, query, everything)
    rows = np.flatnonzero(everything)
    whole, own = similarity.whole(rows), similarity.own(rows)
    naive = {"whole": whole, "own": own, "sum": whole + own, "scan": whole}
    expected = {i for name, n in N_PROPOSED.items() for i in np.argsort(-naive[name])[:n]}
    assert set(proposed(similarity, similarity, everything)) == expected


@pytest.mark.parametrize("share", [0.1, 0.8])
def test_what_is_not_allowed_is_not_proposed(entries, query, everything, share):
    allowed = np.random.RandomState(1).random(len(everything)) < share
    similarity, _ = compared(entries, query, allowed)
    assert np.isneginf(similarity.rough_whole[~allowed]).all()
    assert np.isfinite(similarity.rough_whole[allowed]).all()
    assert allowed[proposed(similarity, similarity, allowed)].all()


def test_fewer_allowed_entries_than_are_proposed_all_are(entries, query, everything):
    allowed = np.arange(len(everything)) < 3
    similarity, _ = compared(entries, query, allowed)
    assert proposed(similarity, similarity, allowed).tolist() == [0, 1, 2]


def test_look_alikes_are_those_above_the_bound_and_of_the_same_phase(entries, query, everything):
    similarity, _ = compared(entries, query, everything)
    cosine = similarity.whole(np.flatnonzero(everything))
    best = int(np.argmax(cosine))
    same = np.array([best, 250])
    others, claimed = look_alikes(similarity, best, same, [251], everything)
    assert set(np.flatnonzero(claimed)) == {best, 250, *np.flatnonzero(cosine >= ALIKE)}
    assert 250 in others
    assert 251 not in others  # it fits, but its lines are elsewhere
    assert best not in others


@pytest.mark.parametrize("share", [0.3, 0.8, 1.0])
def test_rough_cosines_are_the_same_to_the_last_digit_by_any_number_of_threads(entries, share):
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(2 * ENTRIES + 700, len(GRID))).astype(np.float16)
    library = replace(entries.index.encoded, rows=rows)
    peaks = rng.random((3, 2, len(GRID)))
    ready = normalised(peaks, np.ones(peaks.shape, dtype=bool), [0.02, 0.0, 0.02])
    taken = None if share == 1.0 else np.flatnonzero(rng.random(len(rows)) < share)
    whole, own = rough_cosines(library, ready, taken)
    assert whole.shape == (2, len(rows) if taken is None else len(taken))
    for n_jobs in (2, 3, -1):
        again = rough_cosines(library, ready, taken, n_jobs)
        np.testing.assert_array_equal(again[0], whole)
        np.testing.assert_array_equal(again[1], own)
