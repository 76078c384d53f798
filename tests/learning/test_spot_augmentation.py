"""Fresh queries: their share, their strength, their chance."""

import numpy as np
import pytest

from xrdmatch import DiffractionSimulator, PatternPointCloud
from xrdmatch.crystallography import layer_frame, site_table
from xrdmatch.learning._spot_augmentation import MAX_SEVERITY, SHARE_GIVEN, SpotAugmentation
from xrdmatch.simulation import Perturbation, check_settings

SETTINGS = check_settings(DiffractionSimulator())


@pytest.fixture
def augment(layers):
    """Function of a perturbation and a seed."""

    def make(perturbation=None, seed=0):
        framed = layer_frame(site_table(layers))
        rng = np.random.RandomState(seed)
        return SpotAugmentation(framed, SETTINGS, perturbation or Perturbation(), rng)

    return make


@pytest.fixture(scope="module")
def points(patterns):
    return PatternPointCloud().transform(patterns)


def points_of(draws):
    return PatternPointCloud().transform_spots(draws.q, draws.intensity)


def test_without_strength_fresh_patterns_are_the_ideal_ones(augment, points):
    still = augment(Perturbation(severity=0.0))
    np.testing.assert_allclose(points_of(still.standard(np.arange(40))), points, atol=1e-6)
    drawn = augment().drawn(np.arange(40), np.zeros(40))
    np.testing.assert_allclose(points_of(drawn), points, atol=1e-6)


def test_rows_are_those_asked_for(augment, points):
    rows = np.array([30, 4, 4])
    drawn = augment().drawn(rows, np.zeros(3))
    np.testing.assert_allclose(points_of(drawn), points[rows], atol=1e-6)


def test_draws_are_patterns_too(augment):
    draws = augment().standard(np.arange(4))
    points = PatternPointCloud().transform(draws.patterns())
    np.testing.assert_allclose(points, points_of(draws), atol=1e-9)
    assert {pattern.radiation.kind for pattern in draws.patterns()} == {"xray"}


def test_a_share_of_the_queries_stays_as_given(augment):
    """Binomial: within four standard deviations of the share."""
    augmentation = augment()
    given = np.concatenate([augmentation.fresh(np.arange(40))[0] for _ in range(50)])
    error = np.sqrt(SHARE_GIVEN * (1 - SHARE_GIVEN) / len(given))
    assert abs(given.mean() - SHARE_GIVEN) < 4 * error


def test_severities_reach_up_to_the_largest(augment, monkeypatch):
    augmentation = augment()
    seen = []
    original = augmentation.drawn
    monkeypatch.setattr(
        augmentation,
        "drawn",
        lambda rows, severity: seen.extend(severity) or original(rows, severity),
    )
    for _ in range(25):
        augmentation.fresh(np.arange(40))
    assert len(seen) == 1000
    assert 0 <= min(seen) < 0.02
    assert MAX_SEVERITY - 0.02 < max(seen) <= MAX_SEVERITY


def test_every_call_draws_anew_and_a_seed_repeats_it(augment):
    first, second, again = augment(), augment(seed=1), augment()
    rows = np.arange(40)
    drawn = first.standard(rows).q
    np.testing.assert_array_equal(again.standard(rows).q, drawn)
    for other in (first, second):
        assert np.nanmax(np.abs(other.standard(rows).q - drawn)) > 0.01
