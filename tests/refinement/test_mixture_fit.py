"""Phases refined together: weight fractions against pymatgen's intensities, and invariances."""

import numpy as np
import pytest
from mixed_scans import known_structures, mixed_scan

from xrdmatch.crystallography import Scan
from xrdmatch.refinement import (
    ScanModel,
    fit_mixture,
    fit_queries,
    mixture_phase,
    mixture_report,
    powders_of,
    scan_queries,
    weight_fractions,
    without_phases,
)
from xrdmatch.simulation import DiffractionSimulator

MODEL = ScanModel(model_error=0.12, tail_error=0.04, faintest=0.004)
WEIGHTS = 0.3, 0.7
NAMES = "NaCl", "TiO2"


@pytest.fixture(scope="module")
def structures():
    known = known_structures()
    return [known[name] for name in NAMES]


@pytest.fixture(scope="module")
def powders(structures):
    return powders_of(structures, DiffractionSimulator("powder", "CuKa"))


@pytest.fixture(scope="module")
def scan(structures):
    return mixed_scan(structures, WEIGHTS)


def fitted(scan, powders):
    queries = scan_queries(scan, MODEL)
    alone = fit_queries(queries, powders, MODEL)
    starts = {at: fit.parameters[i] for part, fit in alone.parts for i, at in enumerate(part)}
    phases = [mixture_phase(queries, p, starts[i]) for i, p in enumerate(powders)]
    return fit_mixture(queries[-1], phases, MODEL, 15)


@pytest.fixture(scope="module")
def fit(scan, powders):
    return fitted(scan, powders)


@pytest.fixture(scope="module")
def masses(structures):
    return [float(s.composition.weight) for s in structures]


def test_weight_fractions_are_those_that_pymatgen_was_given(fit, masses):
    fractions, covariance = weight_fractions(fit, masses)
    np.testing.assert_allclose(fractions, WEIGHTS, atol=0.015)
    np.testing.assert_allclose(covariance.sum(0), 0.0, atol=1e-9)  # they sum to 1
    sigma = np.sqrt(np.diag(covariance))
    assert (np.abs(fractions - WEIGHTS) < 3 * sigma).all()
    assert (sigma < 0.05).all()


def test_cells_that_were_strained_are_found(scan, structures):
    strained = [s.copy() for s in structures]
    for s, strain in zip(strained, [0.004, [-0.004, -0.004, 0.003]], strict=True):
        s.apply_strain(strain)
    powders = powders_of(strained, DiffractionSimulator("powder", "CuKa"))
    values, _, r_wp = mixture_report(scan_queries(scan, MODEL)[-1], fitted(scan, powders))
    assert values[0]["lattice"][0] == pytest.approx(5.64, abs=0.002)
    np.testing.assert_allclose(values[1]["lattice"][[0, 2]], [4.594, 2.959], atol=0.003)
    assert r_wp < 0.06


def test_neither_units_nor_order_matter(fit, scan, powders, masses):
    fractions, _ = weight_fractions(fit, masses)
    sigma = 7.0 * np.sqrt(np.maximum(scan.counts, 1.0))
    scaled = Scan(scan.two_theta, 7.0 * scan.counts, sigma, scan.radiation)
    np.testing.assert_allclose(
        weight_fractions(fitted(scaled, powders), masses)[0], fractions, atol=3e-3
    )
    other = fitted(scan, powders[::-1])
    np.testing.assert_allclose(weight_fractions(other, masses[::-1])[0], fractions[::-1], atol=3e-3)


def test_what_is_not_there_weighs_nothing(scan, structures, masses):
    absent = known_structures()["LiF"]
    powders = powders_of([*structures, absent], DiffractionSimulator("powder", "CuKa"))
    fit = fitted(scan, powders)
    fractions, _ = weight_fractions(fit, [*masses, float(absent.composition.weight)])
    assert (fit.scale >= 0).all()
    assert fractions[2] < 0.02


def test_nothing_that_shows_has_no_fractions(fit, masses):
    fractions, covariance = weight_fractions(fit._replace(scale=np.zeros(2)), masses)
    assert np.isnan(fractions).all()
    assert np.isnan(covariance).all()


def test_the_profile_is_the_sum_of_its_parts(fit):
    _, profile, r_wp = mixture_report(fit.query, fit)
    np.testing.assert_allclose(profile.calculated, profile.phases.sum(0) + profile.background)
    weighted = (profile.observed - profile.calculated) / profile.sigma
    norm = ((profile.observed / profile.sigma) ** 2).sum()
    assert r_wp == pytest.approx(np.sqrt((weighted**2).sum() / norm))
    assert len(profile.ticks) == 2


def test_all_phases_share_one_zero(fit):
    values, _, _ = mixture_report(fit.query, fit)
    assert values[0]["zero_shift"] == values[1]["zero_shift"] == pytest.approx(fit.zero)


def test_together_they_fit_no_worse_than_alone(fit, scan, powders):
    queries = scan_queries(scan, MODEL)
    alone = fit_queries(queries, powders, MODEL).log_likelihood
    assert fit.log_likelihood > alone.max()
    one = fit_mixture(queries[-1], fit.phases[:1], MODEL)
    assert one.log_likelihood >= alone[0] - 1.0


def test_accepted_phases_no_longer_count(fit, scan, powders):
    queries = scan_queries(scan, MODEL)
    assert without_phases(queries, ()) == queries
    left = without_phases(queries, fit.phases)
    for before, after in zip(queries, left, strict=True):
        assert after.misfit_of_nothing < 0.05 * before.misfit_of_nothing
        np.testing.assert_allclose(after.target @ after.background, 0, atol=1e-2)
    again = fit_queries(left, powders, MODEL).log_likelihood
    assert again.max() < 0.02 * fit.log_likelihood


def test_the_curvature_is_that_of_the_cost(fit, scan):
    """Half the second derivative by the first scale, all else at rest: a closed form."""
    query = fit.query
    rows = query.without_background(fit.profile * query.weight)
    expected = query.share * rows @ rows.T
    n = len(fit.phases)
    np.testing.assert_allclose(fit.curvature[-n:, -n:], expected, rtol=1e-4)


def test_no_phase_at_all_is_a_report_too(scan):
    query = scan_queries(scan, MODEL)[-1]
    values, profile, r_wp = mixture_report(query)
    assert values == []
    assert profile.phases.shape == (0, len(query.two_theta))
    assert r_wp > 0.3
