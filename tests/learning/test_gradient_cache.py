"""Gradients of a batch in pieces are those of the whole."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from xrdmatch.encoders import ContrastiveCrossEntropy
from xrdmatch.learning._gradient_cache import PairChunks, cached_step
from xrdmatch.learning._pairs import PairBatch


class Towers(nn.Module):
    def __init__(self, dropout):
        super().__init__()
        self.sides = nn.ModuleList(
            nn.Sequential(nn.Linear(6, 20), nn.Dropout(dropout), nn.GELU(), nn.Linear(20, 5))
            for _ in range(2)
        )
        self.log_scale = nn.Parameter(torch.tensor(2.0))

    def forward(self, batch):
        first, second = self.sides
        x, *views = (values for side in batch.sides for values in side.values())
        embeddings = first(x), *(second(y) for y in views)
        return *(functional.normalize(z, dim=1) for z in embeddings), self.log_scale.exp()


def pieces(x, y, sizes, *views):
    parts = zip(*(side.split(sizes) for side in (x, y, *views)), strict=True)
    return [
        PairBatch({"x": a}, {"y": b}, len(a), [{"y": c} for c in more]) for a, b, *more in parts
    ]


@pytest.fixture
def batch():
    torch.manual_seed(0)
    return torch.randn(2, 11, 6, dtype=torch.float64), torch.tensor([*range(9), 2, 5])


@pytest.mark.parametrize("n_more", [0, 1, 2])
@pytest.mark.parametrize("sizes", [[11], [4, 4, 3], [1] * 11])
def test_gradients_are_those_of_the_whole(batch, sizes, n_more):
    (x, y), groups = batch
    views = [torch.randn_like(y) for _ in range(n_more)]
    towers, criterion = Towers(0.0).double(), ContrastiveCrossEntropy()
    (whole,) = pieces(x, y, [11], *views)
    expected = criterion(towers(whole), groups)
    expected.backward()
    gradients = [p.grad.clone() for p in towers.parameters()]
    towers.zero_grad()
    scale = towers.log_scale.exp()
    parts = pieces(x, y, sizes, *views)
    loss, (*sides, _) = cached_step(towers, criterion, scale, parts, groups)
    torch.testing.assert_close(loss, expected.detach())
    assert [side.shape for side in sides] == [(11, 5)] * (2 + n_more)
    for found, gradient in zip(towers.parameters(), gradients, strict=True):
        torch.testing.assert_close(found.grad, gradient, rtol=1e-10, atol=1e-12)


def test_both_passes_leave_out_the_same(batch):
    """With dropout: against autograd through both passes, random numbers in the same order."""
    (x, y), groups = batch
    towers, criterion = Towers(0.5).double().train(), ContrastiveCrossEntropy()
    parts = pieces(x, y, [4, 7])
    torch.manual_seed(1)
    sides = [towers(part)[:2] for part in parts]
    first, second = (torch.cat(side) for side in zip(*sides, strict=True))
    criterion((first, second, towers.log_scale.exp()), groups).backward()
    gradients = [p.grad.clone() for p in towers.parameters()]
    towers.zero_grad()
    torch.manual_seed(1)
    cached_step(towers, criterion, towers.log_scale.exp(), parts, groups)
    after = torch.rand(1)
    for found, gradient in zip(towers.parameters(), gradients, strict=True):
        torch.testing.assert_close(found.grad, gradient, rtol=1e-10, atol=1e-12)
    torch.manual_seed(1)
    for part in parts:
        towers(part)
    assert torch.rand(1) == after


def test_pieces_move_together(batch):
    (x, y), _ = batch
    moved = PairChunks(pieces(x, y, [4, 7])).to("meta")
    assert len(moved) == 11
    assert {chunk.patterns["y"].device.type for chunk in moved.chunks} == {"meta"}
