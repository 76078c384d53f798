"""Candidates compared with a scan at every size."""

import numpy as np
import pytest
from solved_crystals import perovskite, rutile

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import as_radiation
from xrdmatch.solution._screening.log_profile import (
    N_GRID,
    N_POINTS,
    STEP,
    compared,
    places,
    spread,
)
from xrdmatch.solution._screening.query_profile import QueryProfile
from xrdmatch.solution._screening.reflections import partial_factors
from xrdmatch.solution._screening.screen import intensities, screened

RADIATION = as_radiation(1.54059)
Q = np.array([0.21, 0.29, 0.33, 0.41, 0.47])
MASS = np.array([3.0, 1.0, 2.0, 1.5, 0.7])


def profile(q=Q, mass=MASS):
    return compared(spread(places(q), mass))


def query(values, window=None):
    """A scan that shows a profile where a window is open."""
    window = (np.arange(N_POINTS) < N_GRID) if window is None else window
    seen = values[0] * window
    return QueryProfile(seen / np.linalg.norm(seen), window.astype(np.float32), RADIATION)


def found_of(asked, profiles, log_scale=(0.0,), freedom=0.12, sigma=0.03):
    return screened(asked, profiles, np.array(log_scale), freedom, sigma)


@pytest.mark.parametrize("structure", [rutile(), perovskite()])
def test_intensities_are_those_of_the_simulator(structure):
    """Half of the reflections, doubled and summed over families."""
    numbers, kinds = np.unique([s.specie.Z for s in structure], return_inverse=True)
    partial = partial_factors(structure.lattice.matrix, structure.frac_coords, kinds, 0.6)
    (found,) = 2 * intensities(partial, numbers[None], RADIATION)
    simulator = DiffractionSimulator("powder", wavelength=1.54059, q_max=0.6, b_iso=1.0)
    (wanted,) = simulator.transform([structure])
    sums = [found[np.abs(partial.q - q) < 1e-6].sum() for q in np.ravel(wanted.q)]
    assert np.array(sums) / max(sums) == pytest.approx(
        wanted.intensity / wanted.intensity.max(), rel=1e-4
    )


def test_each_set_of_elements_has_its_own_intensities():
    structure = perovskite()
    _, kinds = np.unique([s.specie.Z for s in structure], return_inverse=True)
    partial = partial_factors(structure.lattice.matrix, structure.frac_coords, kinds, 0.4)
    ways = np.array([[8, 22, 38], [8, 38, 22]])
    both = intensities(partial, ways, RADIATION)
    each = [intensities(partial, way[None], RADIATION)[0] for way in ways]
    assert both == pytest.approx(np.array(each))
    assert not np.allclose(*both)


@pytest.mark.parametrize("size", [0.92, 0.985, 1.0, 1.04, 1.11])
def test_a_crystal_of_another_size_is_found_at_this_size(size):
    found = found_of(query(profile(Q / size)), profile())
    assert found.log_scale[0] == pytest.approx(np.log(size), abs=STEP)
    assert found.similarity[0] == pytest.approx(1, abs=0.01)


def test_sizes_count_from_what_lengths_were_already_multiplied_with():
    at_rest = found_of(query(profile(Q / 1.05)), profile())
    grown = found_of(query(profile(Q / 1.05)), profile(Q / 1.03), [np.log(1.03)])
    assert grown.log_scale == pytest.approx(at_rest.log_scale, abs=STEP)


def test_beyond_its_freedom_a_size_is_not_found():
    found = found_of(query(profile(Q / 1.08)), profile(), freedom=0.04)
    assert found.similarity[0] < 0.5
    assert abs(found.log_scale[0]) <= 0.04 + STEP / 2


def test_of_two_sizes_that_show_the_same_the_nearer_one_is_taken():
    """One line, where the scan has two of equal strength."""
    asked = query(profile(np.array([0.3 / 1.02, 0.3 * 1.09]), np.ones(2)))
    found = found_of(asked, profile(np.array([0.3]), np.ones(1)))
    assert found.log_scale[0] == pytest.approx(np.log(1.02), abs=2 * STEP)


def test_what_was_not_measured_does_not_count():
    window = np.arange(N_POINTS) < places(0.45)
    found = found_of(query(profile(), window), profile())
    assert found.similarity[0] == pytest.approx(1, abs=0.01)
    assert found.log_scale[0] == pytest.approx(0, abs=STEP)


def test_similarity_is_a_cosine():
    """Against all products, point by point."""
    rng = np.random.default_rng(0)
    profiles = np.concatenate([profile(rng.uniform(0.15, 0.6, 6), rng.uniform(size=6))] * 3)
    asked = query(profile(Q, MASS))
    found = found_of(asked, profiles, np.zeros(3))
    n = np.rint(-found.log_scale / STEP).astype(int)
    for i in range(3):
        moved = np.roll(profiles[i], n[i])
        inside = moved * asked.window
        cosine = inside @ asked.values / np.linalg.norm(inside)
        assert found.similarity[i] == pytest.approx(cosine, abs=1e-3)
