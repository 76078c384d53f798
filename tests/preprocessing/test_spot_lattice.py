"""Lattices of spots: found in any frame and unit, with stray and missing spots."""

import numpy as np
import pytest

from xrdmatch.preprocessing import find_lattices

BASIS = np.array([[0.31, 0.02], [0.07, 0.42]])
HK = np.array([(h, k) for h in range(-3, 4) for k in range(-2, 3) if (h, k) != (0, 0)])


def turned(angle):
    c, s = np.cos(angle), np.sin(angle)
    return np.array([[c, s], [-s, c]])


def is_same_lattice(basis, other, tolerance=0.02):
    change = basis @ np.linalg.inv(other)
    whole = np.rint(change)
    return np.abs(change - whole).max() < tolerance and abs(np.linalg.det(whole)) == 1


@pytest.mark.parametrize("angle", [0.0, 0.4, 2.0, 4.5])
@pytest.mark.parametrize("mirror", [1, -1])
def test_a_perfect_lattice_is_found_in_any_frame(angle, mirror):
    basis = BASIS @ np.diag([1, mirror]) @ turned(angle)
    (lattice, *_) = find_lattices(HK @ basis)
    assert is_same_lattice(lattice.basis, basis, 1e-6)
    np.testing.assert_allclose(lattice.indices @ lattice.basis, HK @ basis, atol=1e-8)
    assert lattice.is_on.all()
    assert lattice.area == pytest.approx(abs(np.linalg.det(BASIS)))


@pytest.mark.parametrize("seed", range(5))
def test_stray_missing_and_inexact_spots_do_not_hide_it(seed):
    rng = np.random.default_rng(seed)
    seen = HK[rng.uniform(size=len(HK)) > 0.3]
    q = np.concatenate([seen @ BASIS, rng.uniform(-1, 1, (6, 2))])
    lattice = find_lattices(q + rng.normal(0, 0.002, q.shape))[0]
    assert is_same_lattice(lattice.basis, BASIS)
    assert lattice.is_on[: len(seen)].mean() > 0.95
    assert lattice.is_on[len(seen) :].sum() <= 2


def test_the_unit_makes_no_difference():
    in_pixels = find_lattices(HK @ BASIS * 96.0, position_sigma=0.003 * 96.0)[0]
    np.testing.assert_allclose(in_pixels.basis / 96.0, find_lattices(HK @ BASIS)[0].basis)


def test_the_basis_is_reduced():
    sheared = np.array([[1, 0], [3, 1]]) @ BASIS
    first, second = find_lattices(HK @ sheared)[0].basis
    assert first @ first <= second @ second
    assert 2 * abs(first @ second) <= first @ first * (1 + 1e-9)


def test_one_row_of_spots_has_no_lattice():
    assert find_lattices(np.arange(1, 6)[:, None] * [[0.3, 0.1]]) == []
    assert find_lattices(np.empty((0, 2))) == []


@pytest.mark.parametrize(
    ("q", "sigma", "message"),
    [
        (np.ones((3, 3)), 0.003, r"rows of two numbers, got shape \(3, 3\); leave out"),
        ([[0.1, np.nan]], 0.003, "finite rows of two numbers"),
        ([[0.1, 0.2]], 0.0, "position_sigma must be positive, .* got 0.0"),
    ],
)
def test_bad_input(q, sigma, message):
    with pytest.raises(ValueError, match=message):
        find_lattices(q, position_sigma=sigma)


def test_a_lattice_of_three_thousand_spots_is_found_in_seconds():
    """Its short differences are enough, which occur the most often."""
    hk = np.array([(h, k) for h in range(-29, 30) for k in range(-26, 27)])
    q = hk[hk.any(1)] @ (BASIS / 10)
    rng = np.random.default_rng(0)
    lattice = find_lattices(q + rng.normal(0, 5e-4, q.shape), position_sigma=5e-4)[0]
    assert is_same_lattice(lattice.basis, BASIS / 10)
    assert lattice.is_on.mean() > 0.99
