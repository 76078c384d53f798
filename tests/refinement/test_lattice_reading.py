"""Patterns read as spots on lattices: mates, what is missing, noise, and what lies elsewhere."""

import numpy as np
import pytest
from turned_patterns import placed, placement_of, thinned

from xrdmatch import DiffractionPattern
from xrdmatch.crystallography import lift_pattern
from xrdmatch.refinement._lattice_reading import (
    FAINT,
    MISSING_RANGE,
    NOISE_WEIGHT,
    TYPICAL_MISSING,
    TYPICAL_NOISE,
    _missing,
    _noise,
    read_lattices,
    upper_half,
    with_tilted,
)

BASIS = np.array([[0.11, 0.0], [0.03, 0.14]])
REACH = 1.0  # [1/Å]


def spots(basis=BASIS, reach=REACH):
    """All lattice points within a circle but 000, each pair of mates equally strong."""
    hk = np.mgrid[-20:21, -20:21].reshape(2, -1).T
    hk = hk[hk.any(1)]
    q = hk @ basis
    inside = np.linalg.norm(q, axis=1) <= reach
    hk, q = hk[inside], q[inside]
    half, _ = upper_half(hk)
    return DiffractionPattern(q=q, intensity=np.exp(-2 + np.sin(half @ [3.1, 1.7])))


WHOLE = spots()


def reading_of(pattern, **options):
    return read_lattices(pattern, **options).readings[0]


def half_of(pattern):
    return thinned(pattern, pattern.q @ [1.0, 1e-3] > 0)


def test_every_pair_is_a_point():
    reading = reading_of(WHOLE)
    assert len(reading.indices) == WHOLE.n_peaks / 2
    assert (reading.n_seen == 2).all()
    assert (upper_half(reading.indices)[1] == 1).all()
    np.testing.assert_allclose(reading.position, reading.indices @ reading.basis, atol=1e-9)
    assert abs(np.linalg.det(reading.basis)) == pytest.approx(abs(np.linalg.det(BASIS)))
    assert reading.n_stray == 0
    assert reading.missing == MISSING_RANGE[0]
    assert (reading.height == 0).all()


def test_log_intensities_are_means_relative_to_the_strongest():
    rng = np.random.default_rng(0)
    pattern = DiffractionPattern(WHOLE.q, 7 * rng.uniform(0.1, 1, WHOLE.n_peaks))
    reading = reading_of(pattern)
    log = np.log(pattern.intensity / pattern.intensity.max())
    for at, value in zip(reading.position, reading.log_intensity, strict=True):
        mates = np.abs(pattern.q - at).max(1) < 1e-6, np.abs(pattern.q + at).max(1) < 1e-6
        assert value == pytest.approx((log[mates[0]][0] + log[mates[1]][0]) / 2)
    assert reading.faintest == pytest.approx(log.min())


def test_the_unit_of_the_intensities_does_not_matter():
    pattern = half_of(WHOLE)
    scaled = DiffractionPattern(pattern.q, 1e7 * pattern.intensity)
    for mine, theirs in zip(reading_of(pattern), reading_of(scaled), strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-9)


def test_an_intensity_of_zero_is_faint():
    intensity = WHOLE.intensity.copy()
    intensity[5] = 0.0
    reading = reading_of(DiffractionPattern(WHOLE.q, intensity))
    assert reading.faintest == pytest.approx(np.log(FAINT))
    nothing = reading_of(DiffractionPattern(WHOLE.q, np.zeros(WHOLE.n_peaks)))
    assert (nothing.log_intensity == np.log(FAINT)).all()


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
def test_the_share_of_missing_spots_is_found(share):
    rng = np.random.default_rng(1)
    kept = rng.random(WHOLE.n_peaks) > share
    reading = reading_of(thinned(WHOLE, kept))
    assert reading.missing == pytest.approx(share, abs=0.07)
    assert reading.n_seen.sum() == kept.sum()
    seen = reading.n_seen > 0
    np.testing.assert_array_equal(np.isnan(reading.position[:, 0]), ~seen)
    assert (reading.log_intensity[~seen] == 0).all()


def test_missing_spots_by_the_pairs_that_are_seen_once():
    """With f = 2 p / (1 + p) of them, f drawn to 1/4 by three pairs more; n = 2, 2, 1, 0."""
    share, seen = _missing(np.array([2, 2, 1, 0]))
    once = (1 + 1) / (3 + 4)
    assert 2 * share / (1 + share) == pytest.approx(once)
    assert seen.tolist() == [2, 2, 1, 0]
    nearly_all = _missing(np.array([2] + [1] * 500))[0]
    assert nearly_all == MISSING_RANGE[1]


def test_merged_mates_stand_for_both():
    reading = reading_of(half_of(WHOLE))
    assert (reading.n_seen == 2).all()
    assert reading.missing == TYPICAL_MISSING
    assert reading.noise == pytest.approx(TYPICAL_NOISE)


@pytest.mark.parametrize("noise", [0.05, 0.3, 0.6])
def test_mates_say_how_noisy_intensities_are(noise):
    errors = np.exp(noise * np.random.default_rng(2).normal(size=WHOLE.n_peaks))
    reading = reading_of(DiffractionPattern(WHOLE.q, WHOLE.intensity * errors))
    assert reading.noise == pytest.approx(noise, rel=0.2)


def test_noise_of_two_pairs():
    """The variance of one of two is half their squared difference; a typical one counts too."""
    place, log = np.array([0, 1, 0, 1, 2]), np.array([0.0, 1.0, 0.4, 0.8, 9.0])
    square = (0.4**2 + 0.2**2) / 2 + NOISE_WEIGHT * TYPICAL_NOISE**2
    assert _noise(place, log) == pytest.approx(np.sqrt(square / (2 + NOISE_WEIGHT)))


def test_what_lies_elsewhere_is_counted():
    stray = (np.array([[1, 2], [-3, 1], [0, 2], [2, -2]]) + 0.45) @ BASIS
    pattern = DiffractionPattern(
        np.concatenate([WHOLE.q, stray]), np.append(WHOLE.intensity, np.full(4, 0.1))
    )
    reading = reading_of(pattern)
    assert reading.n_stray == 4
    assert (reading.n_seen == 2).all()


def test_stated_errors():
    """Relative variances, their mean over what is seen of a pair, and that of the mean of both."""
    sigma = WHOLE.intensity * np.where(WHOLE.q @ [1.0, 1e-3] > 0, 0.2, 0.1)
    pattern = DiffractionPattern(WHOLE.q, WHOLE.intensity, sigma=sigma)
    reading = reading_of(pattern)
    np.testing.assert_allclose(reading.relative_variance, (0.2**2 + 0.1**2) / 2 / 2)
    assert (reading_of(WHOLE).relative_variance == 0).all()


@pytest.mark.parametrize(("angle", "mirrored", "scale"), [(11, False, 1.0), (205, True, 1.04)])
def test_a_turned_pattern_reads_the_same(angle, mirrored, scale):
    rng = np.random.default_rng(3)
    pattern = thinned(WHOLE, rng.random(WHOLE.n_peaks) > 0.2)
    mine, theirs = (
        reading_of(x) for x in (pattern, placed(pattern, placement_of(angle, mirrored, scale)))
    )
    assert sorted(mine.n_seen) == sorted(theirs.n_seen)
    np.testing.assert_allclose(sorted(mine.log_intensity), sorted(theirs.log_intensity))
    assert mine.missing == theirs.missing
    assert mine.noise == pytest.approx(theirs.noise)
    areas = [abs(np.linalg.det(x.basis)) for x in (mine, theirs)]
    assert areas[1] == pytest.approx(areas[0] * scale**2)


@pytest.mark.parametrize("n", [1, 6])
def test_a_row_of_spots_has_no_lattice(n):
    row = np.arange(1, n + 1)[:, None] * [0.2, 0.1]
    query = read_lattices(DiffractionPattern(row, np.ones(n)))
    assert query.readings == ()
    assert query.n_spots == n


def test_a_scale_error_that_is_stated_counts():
    stated = DiffractionPattern(WHOLE.q, WHOLE.intensity, scale_error=0.01)
    assert read_lattices(stated, 0.05).scale_error == 0.01
    assert read_lattices(WHOLE, 0.05).scale_error == 0.05
    assert read_lattices(WHOLE).n_spots == WHOLE.n_peaks


def test_tilted_patterns_are_read_on_the_same_lattice():
    """Of rods normal to the layer: the plane that is cut goes through the origin."""
    tilt = np.radians(20)
    inside = np.hypot(WHOLE.q[:, 0] / np.cos(tilt), WHOLE.q[:, 1]) <= REACH
    flat = thinned(WHOLE, inside)
    plane, height = flat.q, -np.tan(tilt) * flat.q[:, 0]
    detector = plane * [1 / np.cos(tilt), 1.0]  # as long as q
    tilted = lift_pattern(DiffractionPattern(detector, flat.intensity), (20, 0))
    np.testing.assert_allclose(tilted.q, np.column_stack([plane, height]), atol=1e-9)
    query = with_tilted(read_lattices(WHOLE), [tilted])
    for reading in query.readings:
        (own,) = reading.tilted
        np.testing.assert_allclose(own.height, own.indices @ own.basis @ [-np.tan(tilt), 0.0])
    own = query.readings[0].tilted[0]
    assert own.n_stray == 0
    length = np.hypot(np.linalg.norm(own.indices @ own.basis, axis=1), own.height)
    assert (own.n_seen[length <= REACH] == 2).all()
    np.testing.assert_allclose(own.basis, query.readings[0].basis, atol=1e-6)
