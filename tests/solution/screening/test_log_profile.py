"""A grid of ln q."""

import numpy as np
import pytest

from xrdmatch.solution._screening.log_profile import (
    FIRST,
    N_GRID,
    N_POINTS,
    Q_RANGE,
    STEP,
    compared,
    places,
    spread,
)


def test_places_are_steps_of_ln_q_from_the_first_on():
    assert places(Q_RANGE[0]) == pytest.approx(0)
    assert places(np.exp(FIRST + 17.25 * STEP)) == pytest.approx(17.25)


def test_a_crystal_that_grows_moves_along_the_grid():
    q = np.array([0.2, 0.31, 0.44])
    assert places(q / 1.03) == pytest.approx(places(q) - np.log(1.03) / STEP)


def test_masses_are_shared_by_neighbouring_points():
    (profile,) = spread(np.array([10.25, 40.0]), np.array([4.0, 2.0]))
    assert profile[[10, 11, 40]] == pytest.approx([3.0, 1.0, 2.0])
    assert profile.sum() == pytest.approx(6.0)


def test_what_is_beyond_the_grid_is_dropped():
    (profile,) = spread(np.array([-3.0, N_GRID + 5.0, 7.0]), np.ones(3))
    assert profile.sum() == pytest.approx(1.0)


def test_each_mass_goes_to_its_own_row():
    found = spread(np.array([5.0, 6.0]), np.array([1.0, 2.0]), 2, np.array([1, 0]))
    assert found[0, 6] == pytest.approx(2.0)
    assert found[1, 5] == pytest.approx(1.0)


def test_a_factor_on_all_intensities_is_a_factor_on_the_compared_profile():
    raw = spread(np.array([300.0, 500.5]), np.array([1.0, 3.0]))
    assert compared(9 * raw) == pytest.approx(3 * compared(raw), abs=1e-3)


def test_nothing_stands_behind_the_grid():
    raw = spread(np.array([N_GRID - 5.0]), np.array([1.0]))
    assert (compared(raw)[:, N_GRID:] == 0).all()
    assert compared(raw).shape == (1, N_POINTS)
