"""The likelihood of spots on a lattice: densities one by one, and what is extra or missing."""

import numpy as np
import pytest
from scipy import stats
from turned_patterns import SIMULATOR, placed, placement_of, thinned

from xrdmatch import DiffractionPattern, DiffractionSimulator
from xrdmatch.refinement import _turned_likelihood
from xrdmatch.refinement._lattice_keys import lattice_keys
from xrdmatch.refinement._lattice_reading import read_lattices
from xrdmatch.refinement._lattice_settings import find_settings
from xrdmatch.refinement._spot_likelihood import FLOOR, LOG_RANGE, SPREAD
from xrdmatch.refinement._spot_table import TYPICAL_DISPLACEMENT, spot_table
from xrdmatch.refinement._turned_likelihood import (
    OUTLIER,
    _seen,
    _unseen,
    displacement_prior,
    expected_rows,
    fit_settings,
    noise_variance,
    typical_likelihood,
)
from xrdmatch.simulation import (
    Perturbation,
    ThermalDisplacement,
    check_settings,
    perturb_patterns,
)

ENTRY = 5  # of no symmetry but half a turn
NOISE = 0.2


@pytest.fixture(scope="module")
def table(layers):
    return spot_table(layers, check_settings(SIMULATOR))


@pytest.fixture(scope="module")
def keys(table):
    return lattice_keys(table)


@pytest.fixture(scope="module")
def clean(layers):
    """The pattern of one entry, turned, at its own scale."""
    return placed(SIMULATOR.transform([layers[ENTRY]])[0], placement_of(50))


@pytest.fixture(scope="module")
def imperfect_reading(layers):
    pattern = perturb_patterns([layers[ENTRY]], simulator=SIMULATOR, random_state=0)[0]
    kept = np.random.default_rng(0).random(pattern.n_peaks) > 0.3
    return read_lattices(thinned(pattern, kept)).readings[0]


def settings_of(keys, reading):
    return find_settings(keys, reading.basis, 0.03)


def best_fit(table, keys, pattern):
    """Settings and fits of the entry's most probable setting."""
    reading = read_lattices(pattern).readings[0]
    found = settings_of(keys, reading)
    found = found.chosen(found.entry == ENTRY)
    fits = fit_settings(table, reading, found)
    best = np.argmax(fits.log_likelihood + found.log_prior)[None]
    return found.chosen(best), fits.chosen(best)


# Densities ---------------------------------------------------------------------------------------


def test_seen_intensities_have_gamma_densities(table, keys, imperfect_reading):
    """Of ln I, or with a share of 2 % anywhere within the range of logarithms."""
    reading = imperfect_reading
    found = settings_of(keys, reading)
    rows, exists, _ = expected_rows(table, reading.indices, found)
    mean, variance = (np.where(exists, x[rows], 0.0) for x in table.typical)
    log, log_scale = _seen(reading, mean, variance, NOISE)
    seen = np.flatnonzero(reading.n_seen)
    for setting in range(len(found.entry)):
        total = 0.0
        for i in seen:
            m, v = mean[setting, i] + FLOOR, variance[setting, i]
            square = v + NOISE**2 / reading.n_seen[i] * (m**2 + v) + FLOOR**2
            intensity = np.exp(reading.log_intensity[i] - log_scale[setting])
            gamma = stats.gamma(m**2 / square, scale=square / m)
            density = gamma.pdf(intensity) * intensity
            total += np.log((1 - OUTLIER) * np.exp(LOG_RANGE) * density + OUTLIER)
        assert log[setting] == pytest.approx(total, abs=1e-6)


def test_what_is_not_seen_was_too_weak_or_is_missing(table, keys, imperfect_reading):
    """Twice, as mates are."""
    reading = imperfect_reading
    found = settings_of(keys, reading)
    rows, exists, _ = expected_rows(table, reading.indices, found)
    mean, variance = (np.where(exists, x[rows], 0.0) for x in table.typical)
    log_scale = np.linspace(-2, 0, len(found.entry))
    log = _unseen(reading, mean, variance, NOISE, log_scale)
    for setting in range(len(found.entry)):
        m = mean[setting, reading.n_seen == 0] + FLOOR
        v = variance[setting, reading.n_seen == 0]
        square = v + NOISE**2 * (m**2 + v) + FLOOR**2
        faintest = np.exp(reading.faintest - log_scale[setting]) + FLOOR
        below = stats.gamma.cdf(faintest, m**2 / square, scale=square / m)
        expected = 2 * np.log(reading.missing + (1 - reading.missing) * below).sum()
        assert log[setting] == pytest.approx(expected)


def test_mates_that_are_both_seen_have_half_the_variance(imperfect_reading):
    variance = noise_variance(imperfect_reading, 0.3)
    n_seen = imperfect_reading.n_seen[imperfect_reading.n_seen > 0]
    assert set(n_seen) == {1, 2}
    np.testing.assert_allclose(variance, 0.3**2 / n_seen)
    stated = imperfect_reading._replace(relative_variance=np.full(len(imperfect_reading[2]), 0.04))
    np.testing.assert_allclose(noise_variance(stated, 0.3), variance + 0.04)


def test_prior_of_displacements():
    assert displacement_prior(TYPICAL_DISPLACEMENT) == 0
    factor = np.exp(SPREAD)
    for u in (TYPICAL_DISPLACEMENT * factor, TYPICAL_DISPLACEMENT / factor):
        assert displacement_prior(u) == pytest.approx(-0.5)


# Fits --------------------------------------------------------------------------------------------


def test_spots_are_looked_for_where_the_setting_has_them(table, keys, clean):
    reading = read_lattices(clean).readings[0]
    found = settings_of(keys, reading)
    rows, exists, length = expected_rows(table, reading.indices, found)
    np.testing.assert_allclose(table.length[rows][exists], length[exists])
    owners = np.broadcast_to(found.entry[:, None], rows.shape)
    np.testing.assert_array_equal(table.owners[rows][exists], owners[exists])
    own = found.entry == ENTRY
    ideal = np.linalg.norm(reading.indices @ reading.basis, axis=1)
    exact = np.abs(length[own] - ideal).max(1) < 1e-6
    assert exact.any()


def test_a_clean_pattern_lacks_nothing(table, keys, clean):
    found, fits = best_fit(table, keys, clean)
    assert fits.n_extra[0] == fits.n_missing[0] == 0
    assert fits.displacement[0] < 0.05
    sign = np.sign(found.deformation[0, 0, 0])  # half a turn is not told
    np.testing.assert_allclose(sign * found.deformation[0], placement_of(50), atol=1e-6)


@pytest.mark.parametrize("n", [1, 5])
def test_missing_spots_are_counted(table, keys, clean, n):
    """Pairs of which no mate is seen, each once."""
    half = np.flatnonzero(clean.q @ [1.0, 1e-3] > 0)
    strong = clean.q[half[np.argsort(-clean.intensity[half])[:n]]]
    gaps = np.linalg.norm(clean.q[:, None] - np.vstack([strong, -strong]), axis=2)
    fits = best_fit(table, keys, thinned(clean, gaps.min(1) > 1e-6))[1]
    assert fits.n_missing[0] == n
    assert fits.n_extra[0] == 0
    assert fits.log_likelihood[0] < best_fit(table, keys, clean)[1].log_likelihood[0]


def test_extra_spots_are_counted(table, keys, clean):
    reading = read_lattices(clean).readings[0]
    between = np.array([[0.5, 0.4], [1.5, 0.4], [0.5, 1.4], [-0.5, 1.4]]) @ reading.basis
    more = DiffractionPattern(np.vstack((clean.q, between)), np.append(clean.intensity, np.ones(4)))
    fits, without = (best_fit(table, keys, x)[1] for x in (more, clean))
    assert fits.n_extra[0] == 4
    cost = without.log_likelihood[0] - fits.log_likelihood[0]
    assert cost == pytest.approx(-4 * np.log(OUTLIER), abs=0.5)


def test_spots_beyond_the_range_are_extra(table, keys, layers):
    """A simulator that reaches less far knows nothing of them."""
    far = DiffractionSimulator(radiation="electron", q_max=1.3).transform([layers[ENTRY]])[0]
    outside = np.linalg.norm(far.q, axis=1) > 1.2
    fits = best_fit(table, keys, far)[1]
    assert fits.n_extra[0] == outside.sum() / 2


def test_the_scale_is_that_of_the_intensities(table, keys, clean):
    """Both relative to the mean of the expected ones, the strongest being 1."""
    fits = best_fit(table, keys, clean)[1]
    expected = np.log(clean.intensity.mean() / clean.intensity.max())
    assert fits.log_scale[0] == pytest.approx(expected, abs=0.05)


def test_the_typical_likelihood_is_one_term_of_the_sum(table, keys, imperfect_reading, monkeypatch):
    """That of the typical displacement and the noise that mates show."""
    found = settings_of(keys, imperfect_reading)
    typical = typical_likelihood(table, imperfect_reading, found)
    monkeypatch.setattr(_turned_likelihood, "DISPLACEMENTS", (TYPICAL_DISPLACEMENT,))
    monkeypatch.setattr(_turned_likelihood, "NOISE_FACTORS", (1.0,))
    monkeypatch.setattr(_turned_likelihood, "NOISE_LOGS", (0.0,))
    fits = fit_settings(table, imperfect_reading, found)
    np.testing.assert_allclose(fits.log_likelihood, typical, atol=1e-6)
    assert (fits.displacement == TYPICAL_DISPLACEMENT).all()


def test_no_setting_at_all(table, keys, imperfect_reading):
    none = settings_of(keys, imperfect_reading).chosen(slice(0, 0))
    assert typical_likelihood(table, imperfect_reading, none).shape == (0,)
    fits = fit_settings(table, imperfect_reading, none)
    assert all(field.shape == (0,) for field in fits)


@pytest.mark.parametrize("u", [0.02, 0.08, 0.2])
def test_displacements_are_found(table, keys, layers, u):
    """In the median of eight layers, within a factor of two."""
    found = []
    perturbation = Perturbation(ThermalDisplacement(u))
    patterns = perturb_patterns(
        layers[22:30], simulator=SIMULATOR, perturbation=perturbation, random_state=1
    )
    for entry, pattern in zip(range(22, 30), patterns, strict=True):
        reading = read_lattices(pattern).readings[0]
        own = settings_of(keys, reading)
        own = own.chosen(own.entry == entry)
        fits = fit_settings(table, reading, own)
        found.append(fits.displacement[fits.log_likelihood.argmax()])
    assert u / 2 < np.median(found) < 2 * u
