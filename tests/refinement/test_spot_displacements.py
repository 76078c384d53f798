"""Moving a candidate's atoms: derivatives, what it finds, what must not change it."""

import numpy as np
import pytest
import torch

from xrdmatch import DiffractionSimulator, PatternPointCloud
from xrdmatch.refinement import _spot_displacements
from xrdmatch.refinement._spot_displacements import (
    _chunks,
    _model,
    _pairs,
    _solved,
    refined_evidence,
)
from xrdmatch.refinement._spot_likelihood import fit_candidates, paired_spots
from xrdmatch.refinement._spot_moments import moment_library
from xrdmatch.simulation import Perturbation, ThermalDisplacement, check_settings, perturb_patterns

MOVED_ONLY = Perturbation(ThermalDisplacement(0.03))


@pytest.fixture(scope="module")
def library(layers):
    return moment_library(layers, check_settings(DiffractionSimulator()))


@pytest.fixture(scope="module")
def moved(layers):
    """Points of noiseless patterns whose atoms stand elsewhere."""
    patterns = perturb_patterns(layers, perturbation=MOVED_ONLY, random_state=0)
    return PatternPointCloud().transform(patterns)


@pytest.fixture(scope="module")
def pairs(library, moved):
    """Every pattern beside its own structure."""
    points, own = torch.as_tensor(moved).float(), torch.arange(len(moved))[:, None]
    spots = paired_spots(points, library, own)
    n_sites = int((library.atoms.numbers > 0).sum(1).max())
    return _pairs(spots, library, own, torch.arange(len(moved)), n_sites)


def test_derivatives_are_those_of_automatic_differentiation(pairs):
    few = pairs._replace(**{name: x[:3] for name, x in pairs._asdict().items()})
    moves = 0.02 * torch.randn(*few.sites.shape, 2, generator=torch.Generator().manual_seed(0))
    scale, _, jacobian = _model(few, moves)
    exact = torch.autograd.functional.jacobian(lambda d: _model(few, d)[1].sum(0), moves)
    expected = exact.permute(1, 2, 3, 0).flatten(1, 2) * scale[:, None]
    torch.testing.assert_close(jacobian, expected, rtol=1e-3, atol=1e-3)


def test_no_displacement_is_the_ideal_pattern(layers, library):
    """Without moves the model is the simulator's square root of the intensity."""
    points = PatternPointCloud().transform(DiffractionSimulator().transform(layers))
    own = torch.arange(len(points))[:, None]
    spots = paired_spots(torch.as_tensor(points).float(), library, own)
    n_sites = int((library.atoms.numbers > 0).sum(1).max())
    ideal = _pairs(spots, library, own, own[:, 0], n_sites)
    scale, model, _ = _model(ideal, torch.zeros(*ideal.sites.shape, 2))
    gap = ((scale * model - ideal.amplitude) * ideal.used).abs()
    assert gap.max() < 0.02  # the floor of relative intensities, 1e-5, and rounding


def test_displaced_atoms_explain_the_pattern(pairs):
    """Small displacements without noise are found: nine in ten residuals are next to nothing."""
    scale, model, _ = _model(pairs, torch.zeros(*pairs.sites.shape, 2))
    before = (((pairs.amplitude - scale * model) * pairs.used) ** 2).mean(1).sqrt()
    after = ((_solved(pairs).residual * pairs.used) ** 2).mean(1).sqrt()
    assert (after < 0.02).float().mean() > 0.9
    assert (after <= before + 1e-3).float().mean() > 0.95


def test_it_finds_more_than_independent_spots(moved, library):
    own = np.arange(len(moved))[:, None]
    refined = refined_evidence(moved, library, own, np.ones_like(own, dtype=bool))
    independent = fit_candidates(moved, library, own).evidence
    assert np.median(refined - independent) > 20


def test_what_is_not_wanted_is_left_out(moved, library):
    own = np.arange(len(moved))[:, None]
    wanted = own % 2 == 0
    some = refined_evidence(moved, library, own, wanted)
    assert np.isfinite(some[wanted]).all()
    assert (some[~wanted] == -np.inf).all()
    assert (refined_evidence(moved, library, own, wanted & False) == -np.inf).all()


def test_chunks_hold_every_wanted_pair_once(monkeypatch):
    monkeypatch.setattr(_spot_displacements, "MAX_ENTRIES", 100)
    n_sites, wanted = torch.tensor([3, 1, 7, 2, 2]), torch.tensor([True, True, True, False, True])
    parts = [part.tolist() for part in _chunks(n_sites, wanted, 30)]
    assert sorted(i for part in parts for i in part) == [0, 1, 2, 4]
    assert len(parts) > 1
    assert [n_sites[i] for part in parts for i in part] == sorted(n_sites[wanted])
