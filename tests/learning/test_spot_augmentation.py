"""Fresh queries: their share, their strength, their chance."""

import numpy as np
import pytest

from xrdmatch import DiffractionSimulator, PatternPointCloud
from xrdmatch.crystallography import layer_frame, site_table
from xrdmatch.learning._spot_augmentation import MAX_SEVERITY, SHARE_GIVEN, Augmentation
from xrdmatch.simulation import Perturbation, check_settings

SETTINGS = check_settings(DiffractionSimulator())


@pytest.fixture
def augment(layers):
    """Function of a perturbation and a seed."""

    def make(perturbation=None, seed=0):
        framed = layer_frame(site_table(layers))
        rng = np.random.RandomState(seed)
        return Augmentation(
            framed, SETTINGS, PatternPointCloud(), perturbation or Perturbation(), rng
        )

    return make


@pytest.fixture(scope="module")
def points(patterns):
    return PatternPointCloud().transform(patterns)


def test_without_strength_fresh_patterns_are_the_ideal_ones(augment, points):
    still = augment(Perturbation(severity=0.0))
    np.testing.assert_allclose(still.points(np.arange(40), np.ones(40)), points, atol=1e-6)
    np.testing.assert_allclose(augment().points(np.arange(40), np.zeros(40)), points, atol=1e-6)


def test_rows_are_those_asked_for(augment, points):
    rows = np.array([30, 4, 4])
    np.testing.assert_allclose(augment().points(rows, np.zeros(3)), points[rows], atol=1e-6)


def test_a_share_of_the_queries_stays_as_given(augment):
    """Binomial: within four standard deviations of the share."""
    augmentation = augment()
    marked = np.full((40, 84, 3), 99.0)
    given = np.concatenate(
        [(augmentation(np.arange(40), marked) == 99).all((1, 2)) for _ in range(50)]
    )
    error = np.sqrt(SHARE_GIVEN * (1 - SHARE_GIVEN) / len(given))
    assert abs(given.mean() - SHARE_GIVEN) < 4 * error


def test_severities_reach_up_to_the_largest(augment, monkeypatch):
    augmentation = augment()
    seen = []
    original = augmentation.points
    monkeypatch.setattr(
        augmentation,
        "points",
        lambda rows, severity: seen.extend(severity) or original(rows, severity),
    )
    for _ in range(25):
        augmentation(np.arange(40), np.zeros((40, 84, 3)))
    assert len(seen) == 1000
    assert 0 <= min(seen) < 0.02
    assert MAX_SEVERITY - 0.02 < max(seen) <= MAX_SEVERITY


def test_every_call_draws_anew_and_a_seed_repeats_it(augment):
    first, second, again = augment(), augment(seed=1), augment()
    rows, severity = np.arange(40), np.ones(40)
    drawn = first.points(rows, severity)
    np.testing.assert_array_equal(again.points(rows, severity), drawn)
    for other in (first, second):
        assert np.abs(other.points(rows, severity) - drawn).max() > 0.01


def test_given_patterns_of_another_width(augment):
    short, long = np.full((40, 3, 3), 99.0), np.full((40, 100, 3), 99.0)
    for given, width in ((short, 84), (long, 100)):
        mixed = augment()(np.arange(40), given)
        assert mixed.shape == (40, width, 3)
        kept = (mixed[:, :3] == 99).all((1, 2))
        assert 0 < kept.sum() < 40
        assert np.isfinite(mixed[kept]).all(2).sum(1).tolist() == [given.shape[1]] * kept.sum()
        assert np.isfinite(mixed[~kept]).all(2).sum(1).tolist() == [84] * (~kept).sum()
