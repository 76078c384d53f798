"""Weights put into towers: all of them, and nothing else."""

import pytest
import torch
from torch import nn

from xrdmatch.learning._weights import take_weights


@pytest.fixture
def module():
    return nn.Linear(3, 2)


def test_weights_are_taken(module):
    weights = {"weight": torch.arange(6.0).reshape(2, 3), "bias": torch.tensor([1.0, -1.0])}
    take_weights(module, weights)
    inputs = torch.tensor([1.0, 0.0, 2.0])
    assert module(inputs).tolist() == [0 + 4 + 1, 3 + 10 - 1]


def test_half_precision_becomes_single(module):
    take_weights(module, {name: x.half() for name, x in module.state_dict().items()})
    assert {x.dtype for x in module.state_dict().values()} == {torch.float32}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"bias": None}, "the card describes, got none called 'bias'; keep the two files"),
        ({"extra": torch.ones(1)}, "the card describes, got one called 'extra'; keep the two"),
        ({"bias": torch.ones(3)}, r"got shape \(3,\) in place of \(2,\) for 'bias'; keep the two"),
        ({"bias": torch.tensor([0, torch.nan])}, "must be finite, got others in 'bias'; the file"),
        ({"bias": torch.tensor([0, torch.inf])}, "must be finite, got others in 'bias'; the file"),
    ],
)
def test_other_weights_are_refused_and_nothing_is_changed(module, change, message):
    before = {name: x.clone() for name, x in module.state_dict().items()}
    weights = {name: torch.zeros_like(x) for name, x in before.items()} | change
    with pytest.raises(ValueError, match=message):
        take_weights(module, {name: x for name, x in weights.items() if x is not None})
    assert all(torch.equal(x, before[name]) for name, x in module.state_dict().items())
