"""Conditions of scans: their ranges and their shares."""

import numpy as np
import pytest

from xrdmatch.simulation._powder import conditions as module
from xrdmatch.simulation._powder.conditions import random_conditions

N, Q_MAX = 4000, 0.95


@pytest.fixture(scope="module")
def conditions():
    return random_conditions(N, Q_MAX, np.random.RandomState(0))


def test_one_of_each_for_every_scan(conditions):
    assert conditions.strain.shape == (N, 6)
    for name, values in conditions._asdict().items():
        assert len(values) == N
        assert np.isfinite(values).all(), name


def test_everything_is_within_what_happens(conditions):
    assert np.abs(conditions.strain).max() <= module.LARGEST_STRAIN
    assert ((conditions.q_low > 0.04) & (conditions.q_low < 0.2)).all()
    assert ((conditions.q_high > conditions.q_low + 0.3) & (conditions.q_high <= Q_MAX)).all()
    for name in ("texture", "fwhm", "size", "microstrain", "counts", "background"):
        assert (getattr(conditions, name) > 0).all()
    assert ((conditions.eta >= 0) & (conditions.eta <= 1)).all()


def test_shares(conditions):
    """Each within four standard deviations of what it should be."""
    largest = np.abs(conditions.strain[:, 1:]).max(1)
    shares = {
        module.SHARE_TEXTURED: conditions.texture != 1,
        module.SHARE_MEASURED["mixed"]: largest < 4 * module.MEASURED_STRAIN,
        module.SHARE_FOREIGN: conditions.n_spurious > 0,
    }
    for share, found in shares.items():
        assert abs(found.mean() - share) < 4 * np.sqrt(share * (1 - share) / N) + 0.005


def test_a_seed_repeats_them_and_another_does_not(conditions):
    again = random_conditions(N, Q_MAX, np.random.RandomState(0))
    other = random_conditions(N, Q_MAX, np.random.RandomState(1))
    for name, values in conditions._asdict().items():
        np.testing.assert_array_equal(getattr(again, name), values)
        assert (getattr(other, name) != values).any()


@pytest.mark.parametrize(("cells", "spread"), [("measured", 0.001), ("computed", 0.008)])
def test_cells_deviate_as_where_they_are_from_says(cells, spread):
    strain = random_conditions(N, Q_MAX, np.random.RandomState(0), cells).strain[:, 1:]
    assert strain.std() == pytest.approx(spread, rel=0.05)
