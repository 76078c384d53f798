"""Cell and sites refined together."""

import numpy as np
import pytest
from pymatgen.core import Structure
from solved_crystals import perovskite, rutile, scan_of

from xrdmatch.refinement import ScanModel, SiteModel, refine_sites, scan_queries
from xrdmatch.refinement._refine_sites import _crystal, _point, _Stage, _unit_candidates
from xrdmatch.refinement._scan_fit import prior_of
from xrdmatch.refinement._scan_model import Layout

MODEL = ScanModel(model_error=0.15, tail_error=0.05, faintest=0.005, expansion=0.02,
                  distortion=0.015, largest_strain=0.07)  # fmt: skip


@pytest.fixture(scope="module")
def queries():
    return scan_queries(scan_of(rutile()), MODEL)


def test_the_gradient_is_that_of_the_cost(queries):
    """By all parameters of cell and lines, and by the displacement of oxygen, in their sigmas."""
    crystal = _crystal(rutile(x=0.29), "xray", SiteModel())
    prior = prior_of(Layout(len(crystal.basis)), MODEL, queries[-1].lines)
    stage = _Stage(queries[-1], _unit_candidates(crystal, queries[-1]), prior)
    at, sigma = np.append(prior.mean, 0.02), np.append(prior.sigma, 0.15)

    def cost(point):
        return _point(point[:-1].astype(np.float32), point[-1:], crystal, stage).cost

    steps = np.where(np.arange(len(at)) < len(crystal.basis), 0.003, 0.01)  # cells: on a grid
    differences = [
        (cost(at + step) - cost(at - step)) / (2 * steps[i])
        for i, step in enumerate(np.diag(steps * sigma))
    ]
    gradient = -2 * sigma * _point(prior.mean, at[-1:], crystal, stage).slope
    noise = 0.02 * np.abs(gradient).max()  # of single precision, and of peaks between points
    assert differences == pytest.approx(gradient, rel=0.02, abs=noise)
    assert differences[-1] == pytest.approx(gradient[-1], rel=0.02)


def test_displaced_atoms_and_a_strained_cell_come_back(queries):
    found = refine_sites(queries, rutile(4.65, 2.93, 0.285), MODEL)
    assert found.structure.lattice.abc == pytest.approx(rutile().lattice.abc, rel=1e-3)
    off = found.structure.frac_coords - rutile().frac_coords
    assert np.abs(off @ rutile().lattice.matrix).max() < 0.01


def test_a_perfect_structure_stays_put(queries):
    found = refine_sites(queries, rutile(), MODEL)
    assert np.abs(found.displacements).max() < 3e-3
    assert found.structure.lattice.abc == pytest.approx(rutile().lattice.abc, rel=2e-4)
    assert (found.n_free, found.space_group) == (3, 136)


def test_another_cell_and_origin_give_the_same(queries):
    """A supercell along c, its origin elsewhere."""
    start = rutile(4.62, 2.94, 0.295)
    other = start * (1, 1, 2)
    other.translate_sites(range(len(other)), [0.1, 0.2, 0.3])
    one, two = (refine_sites(queries, crystal, MODEL) for crystal in (start, other))
    assert two.structure.lattice.c / 2 == pytest.approx(one.structure.lattice.c, rel=2e-4)
    bonds = [
        min(c.get_distance(0, j) for j in range(1, len(c))) for c in (one.structure, two.structure)
    ]
    assert bonds[0] == pytest.approx(bonds[1], abs=0.01)


def test_atoms_on_special_positions_stay():
    queries = scan_queries(scan_of(perovskite()), MODEL)
    start = perovskite(3.95)
    found = refine_sites(queries, start, MODEL)
    assert np.array_equal(found.structure.frac_coords, start.frac_coords)
    assert found.structure.lattice.a == pytest.approx(3.905, rel=5e-4)
    assert found.n_free == 1


def test_sites_that_must_not_move_do_not(queries):
    start = rutile(x=0.29)
    found = refine_sites(queries, start, MODEL, SiteModel(displacement=0))
    assert np.array_equal(found.structure.frac_coords, start.frac_coords)
    assert found.n_free == 2


def test_atoms_do_not_run_into_each_other():
    """A scan that asks for what cannot be: the contact holds against it."""
    queries = scan_queries(scan_of(rutile(x=0.2)), MODEL)
    found = refine_sites(queries, rutile(x=0.24), MODEL)
    free = rutile(x=0.2)
    assert found.structure.get_distance(0, 2) > free.get_distance(0, 2)
    assert isinstance(found.structure, Structure)
