"""Both sides of a pair change together."""

import numpy as np
import pytest

from xrdmatch.learning import PairDataset, Rescaling, Side


class Lengths:
    def batch(self, rows):
        return {"x": rows}

    def rescaled(self, rows, factors):
        return rows * factors


class Reciprocals(Lengths):
    def rescaled(self, rows, factors):
        return rows / factors


def pairs(*inputs):
    x = np.linspace(1, 2, 50)
    sides = (Side(own, rows) for own, rows in zip(inputs, (x, 1 / x), strict=True))
    return PairDataset(*sides, np.arange(50), Rescaling(np.random.RandomState(0)))


def test_factors_are_near_one():
    factors = Rescaling(np.random.RandomState(0)).factors(1000)
    assert 0.97 <= factors.min() < 0.971
    assert 1.029 < factors.max() <= 1.03


def test_pairs_stay_right():
    dataset = pairs(Lengths(), Reciprocals())
    batch, _ = dataset.__getitems__(np.arange(50))
    lengths, reciprocals = batch.structures["x"], batch.patterns["x"]
    np.testing.assert_allclose(lengths * reciprocals, 1)
    assert (lengths != np.linspace(1, 2, 50)).all()
    again, _ = dataset.__getitems__(np.arange(50))
    assert (again.structures["x"] != lengths).any()


def test_pairs_held_out_stay_as_they_are():
    kept = pairs(Lengths(), Reciprocals()).frozen(np.arange(5))
    batch, _ = kept.__getitems__(np.arange(5))
    np.testing.assert_array_equal(batch.structures["x"], np.linspace(1, 2, 50)[:5])


def test_inputs_that_cannot_are_named():
    class Fixed:
        def batch(self, rows):
            return {"x": rows}

    with pytest.raises(
        ValueError, match=r"a method rescaled\(rows, factors\), got Fixed; write it"
    ):
        pairs(Lengths(), Fixed()).__getitems__(np.arange(5))
