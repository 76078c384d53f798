"""Refinement of many candidates at once."""

import numpy as np
import pytest
from pymatgen.core import Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.crystallography import Scan
from xrdmatch.crystallography._cell_strain import strain_basis
from xrdmatch.refinement import _scan_fit as module
from xrdmatch.refinement._scan_fit import ScanModel, refined
from xrdmatch.refinement._scan_model import Layout, candidates_at_rest
from xrdmatch.refinement._scan_query import scan_queries
from xrdmatch.simulation import PowderProfile, powder_reflections

TWO_THETA = np.arange(12, 85, 0.03)
MODEL = ScanModel()
SETTLED = 0.02  # of a standard deviation: how far a fit may still be from where the slope is zero


def copper(a):
    return Structure.from_prototype("fcc", ["Cu"], a=a)


def refined_cells(cells, measured_cell=3.615, model=MODEL):
    """Copper of one cell, refined from others."""
    profile = PowderProfile(TWO_THETA, fwhm=0.2, eta=0.5)
    (scan,) = DiffractionSimulator("powder", "CuKa", profile=profile).transform(
        [copper(measured_cell)]
    )
    counts = 40 + np.random.default_rng(0).poisson(3000 * scan.counts / scan.counts.max())
    scan = Scan(TWO_THETA, counts, radiation="CuKa")
    queries = scan_queries(scan, model)
    structures = [copper(a) for a in cells]
    found = powder_reflections(structures, DiffractionSimulator("powder", "CuKa", q_max=1.0))
    n = min(len(x.q) for x in found)
    q = [x.hkl[:n] @ np.linalg.inv(s.lattice.matrix).T for s, x in zip(structures, found, strict=1)]
    basis = [strain_basis(s.lattice.matrix) for s in structures]
    strength = [x.strength[:n] / found[0].strength.max() for x in found]
    arrays = [np.array(x, dtype=np.float32) for x in (q, strength, basis)]
    at_rest = tuple(candidates_at_rest(*arrays, query) for query in queries)
    return queries, refined(queries, at_rest, model)


@pytest.mark.parametrize("error", [-0.02, -0.013, 0.0, 0.008, 0.02])
def test_a_cell_that_is_off_by_up_to_two_percent_comes_home(error):
    """Peaks at 74 degrees start 1.7 degrees off, eight times their width."""
    _, fit = refined_cells([3.615 * (1 - error)])
    found = 1 / (1 - float(fit.parameters[0, 0])) - 1
    assert found == pytest.approx(1 / (1 - error) - 1, abs=5e-4)


def test_several_cells_are_refined_as_each_alone():
    _, together = refined_cells([3.58, 3.615, 3.66])
    for i, cell in enumerate((3.58, 3.615, 3.66)):
        _, alone = refined_cells([cell])
        assert float(alone.cost[0]) == pytest.approx(float(together.cost[i]), abs=0.05)


def test_a_right_candidate_costs_what_noise_does():
    (_, query), fit = refined_cells([3.615, 4.0])
    n_independent = len(query.two_theta) * query.share
    assert float(fit.cost[0]) < 1.2 * n_independent
    assert float(fit.cost[1]) > 1.5 * float(fit.cost[0])
    assert float(fit.cost[1]) < query.misfit_of_nothing + 1.0


def test_the_fit_ends_where_the_slope_is_zero():
    """A Newton step from there would hardly move, in units of the standard errors."""
    _, fit = refined_cells([3.63])
    _, longer = refined_cells([3.6301])  # another start, the same end
    sigma = np.sqrt(np.linalg.inv(fit.curvature[0]).diagonal())
    shift = float(fit.parameters[0, 0] - longer.parameters[0, 0])
    assert shift == pytest.approx(0.0001 / 3.63, abs=5 * SETTLED * float(sigma[0]))


def test_priors_hold_back():
    """A cell that must not change takes no part in the misfit."""
    stiff = MODEL._replace(expansion=1e-5, zero=1e-5)
    _, fit = refined_cells([3.63], model=stiff)
    layout = Layout(1)
    assert abs(float(fit.parameters[0, 0])) < 1e-4
    assert abs(float(fit.parameters[0, layout.zero])) < 1e-4
    _, free = refined_cells([3.63])
    assert float(free.cost[0]) < float(fit.cost[0])


def test_candidates_that_have_settled_are_where_more_steps_would_take_them(monkeypatch):
    cells = [3.59, 3.615, 3.64]
    _, early = refined_cells(cells)
    monkeypatch.setattr(module, "SETTLED", 0.0)
    _, late = refined_cells(cells)
    np.testing.assert_allclose(early.cost, late.cost, atol=0.05)
    sigma = np.sqrt(np.linalg.inv(late.curvature)[:, 0, 0])
    assert (np.abs(early.parameters[:, 0] - late.parameters[:, 0]) < SETTLED * sigma).all()
