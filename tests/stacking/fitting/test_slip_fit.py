"""The scale between a model's waves and measured ones."""

from types import SimpleNamespace

import numpy as np
import pytest

from xrdmatch.stacking._fitting.slip_fit import _scale

WAVES = np.array([1 + 2j, 0.5 - 1j, 3.0])
PROBLEM = SimpleNamespace(amplitudes=2.5 * WAVES, sigma=np.array([0.1, 0.2, 0.5]))


def test_the_scale_is_that_of_least_squares():
    assert _scale(PROBLEM, WAVES) == pytest.approx(2.5)
    assert _scale(PROBLEM, -WAVES) == 0.0


def test_layers_whose_waves_cancel_have_no_scale():
    assert _scale(PROBLEM, np.zeros(3)) == 0.0
