"""Rotation and scale: moments, and what they keep."""

import numpy as np
import pytest

from xrdmatch.simulation import Rotation, ScaleError

N_DRAWS = 4000
N_SIGMA = 4.0


def positions(effect, severity):
    """Two spots of many patterns, (1, 0) and (0, 2) before."""
    q, intensity = np.tile([[1.0, 0.0], [0.0, 2.0]], (N_DRAWS, 1, 1)), np.ones((N_DRAWS, 2))
    found, same = effect(q, intensity, np.full(N_DRAWS, severity), np.random.RandomState(0))
    np.testing.assert_array_equal(same, intensity)
    return found


def assert_normal(values, spread):
    assert abs(values.mean()) < N_SIGMA * spread / np.sqrt(N_DRAWS)
    assert abs(values.std() - spread) < N_SIGMA * spread / np.sqrt(2 * N_DRAWS)


@pytest.mark.parametrize("severity", [0.5, 2.0])
def test_rotation(severity):
    q = positions(Rotation(5), severity)
    first, second = np.moveaxis(q @ [1, 1j], 1, 0)
    assert_normal(np.degrees(np.angle(first)), severity * 5)
    np.testing.assert_allclose(second, 2j * first)  # all spots turn together, keeping lengths
    np.testing.assert_allclose(np.abs(first), 1)


@pytest.mark.parametrize("severity", [0.5, 2.0])
def test_scale(severity):
    q = positions(ScaleError(0.03), severity)
    assert_normal(np.log(q[:, 0, 0]), severity * 0.03)
    np.testing.assert_allclose(q[:, 1, 1], 2 * q[:, 0, 0])  # one factor for all spots
    assert not q[:, [0, 1], [1, 0]].any()  # directions stay
