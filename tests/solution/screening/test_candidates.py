"""Templates of one formula with the query's elements."""

from itertools import pairwise

import numpy as np
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice
from solved_crystals import cadmium_iodide, fluorite, perovskite, rutile, scan_of

from xrdmatch.preprocessing import flattened
from xrdmatch.solution import FoundCell
from xrdmatch.solution._screening import candidates as module
from xrdmatch.solution._screening.atomic_volumes import N_ELEMENTS, AtomicVolumes
from xrdmatch.solution._screening.candidates import (
    Candidate,
    Candidates,
    Wanted,
    candidates_as_they_are,
    candidates_of,
    candidates_on,
)
from xrdmatch.solution._screening.log_profile import N_POINTS
from xrdmatch.solution._screening.query_profile import query_profile
from xrdmatch.solution._screening.template_table import template_of

VOLUMES = AtomicVolumes(np.full(N_ELEMENTS, 12.0))
AB2 = [template_of(c, i) for i, c in enumerate([fluorite(), rutile(), cadmium_iodide()])]


def query(crystal):
    return query_profile(flattened([scan_of(crystal)])[0])


@pytest.fixture(scope="module")
def grown():
    """Rutile's structure with other elements, 4 % larger along all axes."""
    return rutile(1.04 * 4.594, 1.04 * 2.959, elements=("Mn", "F"))


@pytest.fixture(scope="module")
def asked(grown):
    return query(grown)


WANTED = Wanted((1, 2), np.array([25, 9]), VOLUMES)


def test_all_sets_of_elements():
    """A perovskite's kinds are oxygen, titanium and strontium."""
    wanted = Wanted((1, 1, 3), np.array([56, 40, 8]), VOLUMES)
    ways = wanted.ways(template_of(perovskite(), 0))
    assert sorted(ways.tolist()) == [[8, 40, 56], [8, 56, 40]]


def test_half_of_the_size_is_by_density():
    """Atoms of 12 Å^3 everywhere: the size is between the template's own and 12 Å^3 an atom."""
    template = template_of(fluorite(), 0)
    (found,) = WANTED.log_scales(template, WANTED.ways(template))
    assert found == pytest.approx(np.log(36 / (5.463**3 / 4)) / 6)


def test_twice_the_volume_of_atoms_is_twice_the_volume():
    volume = np.full(N_ELEMENTS, 12.0)
    volume[[25, 17]] = 24.0
    template, chloride = template_of(fluorite(), 0), np.array([[17, 25]])
    larger = WANTED._replace(volumes=AtomicVolumes(volume)).log_scales(template, chloride)
    assert larger - WANTED.log_scales(template, chloride) == pytest.approx(np.log(2) / 3)


def test_the_right_template_is_found_at_its_size(asked, grown):
    best = candidates_of(asked, AB2, WANTED, 10).ranked[0]
    assert (best.template.label, best.origin) == (1, "template")
    assert best.log_scale == pytest.approx(np.log(1.04), abs=0.003)
    assert best.similarity > 0.95
    assert StructureMatcher(ltol=0.01, stol=0.01, scale=False).fit(best.structure, grown)


def test_the_best_come_first(asked):
    found = candidates_of(asked, AB2, WANTED, 10)
    assert len(found.ranked) == len(found.profiles) == 3
    assert found.kinds == [candidate.kind for candidate in found.ranked]
    assert all(a.similarity >= b.similarity for a, b in pairwise(found.ranked))


def test_as_many_are_kept_as_are_wanted_and_the_best_of_each_kind(asked):
    """Ten crystals of rutile's type do not push the other two types out."""
    many = [template_of(rutile(4.594, 2.959 + 0.01 * i), 3 + i) for i in range(10)]
    found = candidates_of(asked, [*many, *AB2], WANTED, 4)
    assert sorted(found.kinds) == sorted(
        [*[found.kinds[0]] * 4, *candidates_of(asked, [AB2[0], AB2[2]], WANTED, 4).kinds]
    )
    assert found.kinds[0][0] == 136


def test_profiles_are_those_at_the_size_that_was_found(asked):
    """Of norm 1, with the query's values as product."""
    found = candidates_of(asked, AB2, WANTED, 10)
    assert np.linalg.norm(found.profiles, axis=1) == pytest.approx(np.ones(3), abs=1e-4)
    cosines = found.profiles @ asked.values
    assert cosines == pytest.approx([c.similarity for c in found.ranked], abs=2e-3)


def test_batches_change_nothing(asked, monkeypatch):
    whole = candidates_of(asked, AB2, WANTED, 10)
    monkeypatch.setattr(module, "BATCH", 1)
    parts = candidates_of(asked, AB2, WANTED, 10)
    for one, other in zip(whole.ranked, parts.ranked, strict=True):
        assert one.template is other.template
        assert one.similarity == pytest.approx(other.similarity, abs=1e-5)
        assert one.log_scale == pytest.approx(other.log_scale)


def test_of_no_template_there_is_no_candidate(asked):
    found = candidates_of(asked, [], WANTED, 10)
    assert found.ranked == []
    assert found.profiles.shape == (0, N_POINTS)


def test_on_a_found_cell_axes_change_each_on_its_own():
    truth = rutile(4.95, 2.72)
    cell = FoundCell(truth.lattice, truth.lattice, "tetragonal", "P", 100.0, 0, 0.0)
    wanted = Wanted((1, 2), np.array([22, 8]), VOLUMES)
    best = candidates_on(query(truth), AB2, wanted, [cell], 10).ranked[0]
    assert (best.template.label, best.origin) == (1, "cell")
    assert abs(best.log_scale) <= 0.011
    assert best.similarity > 0.95


def test_as_they_are_templates_keep_their_elements():
    asked = query(rutile(1.02 * 4.594, 1.02 * 2.959))
    best = candidates_as_they_are(asked, AB2, None, 10).ranked[0]
    assert best.structure.composition.reduced_formula == "TiO2"
    assert best.log_scale == pytest.approx(np.log(1.02), abs=0.003)
    far = Lattice.cubic(20)
    cells = [FoundCell(far, far, "cubic", "P", 10.0, 0, 0.0)]
    assert candidates_as_they_are(asked, AB2, cells, 10).ranked == []


def test_kinds_differ_by_symmetry_and_by_which_element_is_where():
    template = template_of(perovskite(), 0)
    one, other = (Candidate(template, np.array(e), 0, 1, "") for e in ([8, 40, 56], [8, 56, 40]))
    assert one.kind != other.kind
    assert one.kind == one._replace(log_scale=0.1, similarity=0.2).kind
    assert one.kind[:2] == (221, 5)


def test_joined_candidates_are_ranked_together():
    def some(kinds, *similarities):
        ranked = [Candidate(None, None, 0.0, s, "") for s in similarities]
        return Candidates(ranked, list(kinds), np.array(similarities)[:, None])

    found = some("ab", 0.9, 0.5).joined(some("ba", 0.7, 0.1), 3)
    assert [c.similarity for c in found.ranked] == found.profiles[:, 0].tolist() == [0.9, 0.7, 0.5]
    assert found.kinds == ["a", "b", "b"]
    alike = some("ab", 0.9, 0.5).joined(some("aa", 0.7, 0.6), 2)
    assert alike.profiles[:, 0].tolist() == [0.9, 0.7, 0.5]


def test_moved_profiles_lose_what_leaves_the_grid():
    profiles = np.zeros((3, N_POINTS))
    profiles[:, [0, 5]] = 1.0, 2.0
    moved = module._moved(profiles, np.array([0, 3, -2]))
    assert moved[0, [0, 5]].tolist() == moved[1, [3, 8]].tolist() == [1.0, 2.0]
    assert (moved[2, 3], moved[2].sum()) == (2.0, 2.0)
