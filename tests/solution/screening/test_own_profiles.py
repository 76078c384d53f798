"""Templates with the elements that they have."""

import numpy as np
import pytest
from solved_crystals import cadmium_iodide, fluorite, perovskite, rutile, scan_of

from xrdmatch.crystallography import as_radiation
from xrdmatch.preprocessing import flattened
from xrdmatch.solution._screening import own_profiles as module
from xrdmatch.solution._screening.log_profile import N_GRID
from xrdmatch.solution._screening.own_profiles import most_alike, own_profiles
from xrdmatch.solution._screening.query_profile import query_profile
from xrdmatch.solution._screening.template_table import template_of

CRYSTALS = [rutile(), perovskite(), fluorite(), cadmium_iodide()]
TEMPLATES = [template_of(crystal, i) for i, crystal in enumerate(CRYSTALS)]


@pytest.fixture(scope="module")
def profiles():
    return own_profiles(TEMPLATES, as_radiation("CuKa"))


def query(crystal):
    return query_profile(flattened([scan_of(crystal)])[0])


def test_they_are_of_norm_1(profiles):
    assert profiles.shape == (4, N_GRID)
    assert np.linalg.norm(profiles.astype(float), axis=1) == pytest.approx(np.ones(4), abs=1e-3)


@pytest.mark.parametrize("i", range(4))
def test_each_crystal_is_most_alike_to_itself_though_two_percent_larger(profiles, i):
    larger = CRYSTALS[i].copy()
    larger.scale_lattice(1.02**3 * larger.volume)
    assert most_alike(query(larger), profiles, 4)[0] == i


def test_as_many_as_are_wanted(profiles):
    assert len(most_alike(query(rutile()), profiles, 2)) == 2
    assert sorted(most_alike(query(rutile()), profiles, 9)) == [0, 1, 2, 3]


def test_blocks_change_nothing(profiles, monkeypatch):
    asked = query(fluorite())
    whole = most_alike(asked, profiles, 4)
    monkeypatch.setattr(module, "BLOCK", 3)
    assert np.array_equal(own_profiles(TEMPLATES, as_radiation("CuKa")), profiles)
    assert np.array_equal(most_alike(asked, profiles, 4), whole)


def test_any_cell_of_a_crystal_has_the_same_profile(profiles):
    (other,) = own_profiles([template_of(rutile() * (1, 1, 2), 0)], as_radiation("CuKa"))
    assert other == pytest.approx(profiles[0], abs=1e-3)
