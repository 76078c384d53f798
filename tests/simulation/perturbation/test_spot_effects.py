"""Spots missing, hidden or added: shares, places, and the last one that stays."""

import numpy as np
import pytest

from xrdmatch.simulation import BeamStop, MissingSpots, SpuriousSpots
from xrdmatch.simulation._perturbation.spot_effects import without

N_SIGMA = 4.0


@pytest.fixture
def spots():
    """A thousand patterns with 40 spots between 0.2 and 1 1/Å."""
    rng = np.random.default_rng(0)
    length, angle = rng.uniform(0.2, 1, (1000, 40)), rng.uniform(0, 2 * np.pi, (1000, 40))
    q = np.stack([length * np.cos(angle), length * np.sin(angle)], axis=2)
    return q, rng.lognormal(size=(1000, 40))


def drawn(effect, spots, severity=1.0):
    return effect(*spots, np.broadcast_to(severity, len(spots[0])), np.random.RandomState(1))


@pytest.mark.parametrize("severity", [0.5, 2.0])
def test_share_of_missing_spots(spots, severity):
    _, intensity = drawn(MissingSpots(0.1), spots, severity)
    missing = np.isnan(intensity)
    share = 0.1 * severity
    assert abs(missing.mean() - share) < N_SIGMA * np.sqrt(share * (1 - share) / missing.size)
    np.testing.assert_array_equal(intensity[~missing], spots[1][~missing])


@pytest.mark.parametrize("severity", [1.0, 3.0])
def test_weak_spots_are_missing(spots, severity):
    _, intensity = drawn(MissingSpots(0, threshold=0.05), spots, severity)
    weak = spots[1] < severity * 0.05 * spots[1].max(1, keepdims=True)
    np.testing.assert_array_equal(np.isnan(intensity), weak)
    assert 0 < weak.mean() < 1


@pytest.mark.parametrize(
    "effect", [MissingSpots(1.0), MissingSpots(0, threshold=1.5), BeamStop(10.0)], ids=repr
)
def test_the_strongest_stays_where_all_would_go(spots, effect):
    q, intensity = drawn(effect, spots)
    assert (np.isfinite(intensity).sum(1) == 1).all()
    np.testing.assert_array_equal(np.nanmax(intensity, 1), spots[1].max(1))
    rows, columns = np.nonzero(np.isfinite(intensity))
    np.testing.assert_array_equal(q[rows, columns], spots[0][rows, spots[1].argmax(1)])


def test_without_by_hand():
    nan = np.nan
    q = np.arange(12.0).reshape(2, 3, 2)
    q[1, 2] = nan
    intensity = np.array([[1.0, 3.0, 2.0], [5.0, 4.0, nan]])
    gone = np.array([[True, False, True], [True, True, False]])
    found_q, found = without(q, intensity, gone)
    np.testing.assert_array_equal(found, [[nan, 3, nan], [5, nan, nan]])
    np.testing.assert_array_equal(found_q[0], [[nan, nan], [2, 3], [nan, nan]])
    np.testing.assert_array_equal(found_q[1], [[6, 7], [nan, nan], [nan, nan]])


@pytest.mark.parametrize("severity", [0.5, 2.0])
def test_number_of_spurious_spots_is_that_of_poisson(spots, severity):
    _, intensity = drawn(SpuriousSpots(4), spots, severity)
    counts = np.isfinite(intensity[:, 40:]).sum(1)
    mean = 4 * severity
    assert abs(counts.mean() - mean) < N_SIGMA * np.sqrt(mean / 1000)
    spread = np.sqrt((mean + 2 * mean**2) / 1000)  # of the variance of Poisson numbers
    assert abs(counts.var() - mean) < N_SIGMA * spread
    np.testing.assert_array_equal(intensity[:, :40], spots[1])


def test_spurious_spots_fill_the_disc_with_exponential_intensities(spots):
    q, intensity = drawn(SpuriousSpots(10, strength=0.2, q_max=2.0), spots)
    there = np.isfinite(intensity[:, 40:])
    share = ((q[:, 40:][there] / 2.0) ** 2).sum(1)  # of the disc's area inside the spot
    relative = (intensity[:, 40:] / spots[1].max(1, keepdims=True))[there]
    n = there.sum()
    assert share.max() <= 1
    assert abs(share.mean() - 0.5) < N_SIGMA * np.sqrt(1 / 12 / n)
    assert np.abs(q[:, 40:][there].mean(0)).max() < N_SIGMA * 1.0 / np.sqrt(n)
    assert abs(relative.mean() - 0.2) < N_SIGMA * 0.2 / np.sqrt(n)
    assert abs((relative**2).mean() - 2 * 0.2**2) < N_SIGMA * np.sqrt(20) * 0.2**2 / np.sqrt(n)


def test_spurious_spots_reach_the_outermost_spot(spots):
    """Half of the patterns are twice as large."""
    factor = np.repeat([1.0, 2.0], 500)[:, None]
    q, _ = drawn(SpuriousSpots(10), (spots[0] * factor[..., None], spots[1]))
    lengths = np.linalg.norm(q, axis=2)
    reach = lengths[:, :40].max(1)
    more = np.nanmax(np.where(np.isfinite(lengths[:, 40:]), lengths[:, 40:], 0), 1) / reach
    assert more.max() <= 1
    assert (more > 0.9).reshape(2, 500).mean(1).min() > 0.5  # 1 - 0.81**10 = 0.88 for ten spots


@pytest.mark.parametrize("severity", [1.0, 2.0])
def test_the_beam_stop_hides_a_disc(spots, severity):
    q, intensity = drawn(BeamStop(0.3), spots, severity)
    hidden = np.linalg.norm(spots[0], axis=2) < 0.3 * severity
    np.testing.assert_array_equal(np.isnan(intensity), hidden)
    np.testing.assert_array_equal(np.isnan(q).all(2), hidden)
    assert 0.05 < hidden.mean() < 0.6


@pytest.mark.parametrize(("direction", "axis", "sign"), [(0, 0, 1), (90, 1, 1), (270, 1, -1)])
def test_the_arm_hides_a_strip_on_one_side(spots, direction, axis, sign):
    _, intensity = drawn(BeamStop(0, arm=0.2, direction=direction), spots, 1.5)
    along, across = sign * spots[0][..., axis], spots[0][..., 1 - axis]
    np.testing.assert_array_equal(np.isnan(intensity), (along > 0) & (np.abs(across) < 0.15))


@pytest.mark.parametrize(
    ("effect", "options", "message"),
    [
        (MissingSpots, {"share": 1.5}, "share must be finite and not negative and at most 1, got"),
        (MissingSpots, {"threshold": -1}, "MissingSpots's threshold must be finite and not neg"),
        (SpuriousSpots, {"n_spots": -1}, "SpuriousSpots's n_spots must be finite and not neg"),
        (SpuriousSpots, {"q_max": 0}, r"q_max must be positive \[1/Å\] or None, got 0; None"),
        (
            BeamStop,
            {"radius": np.inf},
            "BeamStop's radius must be finite and not negative, got inf",
        ),
    ],
)
def test_bad_options(effect, options, message):
    with pytest.raises(ValueError, match=message):
        effect(**options)
