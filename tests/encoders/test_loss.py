"""The contrastive loss, against a naive loop."""

import math

import pytest
import torch

from xrdmatch.encoders import ContrastiveCrossEntropy


def unit(n, d):
    return torch.nn.functional.normalize(torch.randn(n, d), dim=1)


def naive_loss(structures, patterns, scale, groups):
    """Mean over both directions of -log softmax, other copies left out of the sums."""
    n = len(groups)
    total = 0.0
    for ours, theirs in ((structures, patterns), (patterns, structures)):
        for i in range(n):
            terms = [
                math.exp(scale * float(ours[i] @ theirs[j]))
                for j in range(n)
                if j == i or groups[j] != groups[i]
            ]
            total -= math.log(math.exp(scale * float(ours[i] @ theirs[i])) / sum(terms))
    return total / (2 * n)


@pytest.mark.parametrize("groups", [[0, 1, 2, 3, 4, 5], [0, 1, 0, 2, 0, 1]])
@pytest.mark.parametrize("scale", [1.0, 14.0])
def test_loss_is_the_naive_one(groups, scale):
    structures, patterns = unit(6, 4), unit(6, 4)
    loss = ContrastiveCrossEntropy()((structures, patterns, scale), torch.tensor(groups))
    assert float(loss) == pytest.approx(naive_loss(structures, patterns, scale, groups), rel=1e-5)


def test_loss_of_a_guess_is_the_logarithm_of_the_batch():
    same = torch.ones(8, 3) / math.sqrt(3)
    loss = ContrastiveCrossEntropy()((same, same, 5.0), torch.arange(8))
    assert float(loss) == pytest.approx(math.log(8))


def test_copies_among_themselves_cost_nothing():
    same = torch.ones(8, 3) / math.sqrt(3)
    loss = ContrastiveCrossEntropy()((same, same, 5.0), torch.zeros(8, dtype=int))
    assert float(loss) == 0.0


def test_gradients_are_finite_with_copies():
    structures = unit(4, 3).requires_grad_()
    groups = torch.tensor([0, 0, 1, 2])
    ContrastiveCrossEntropy()((structures, unit(4, 3), 10.0), groups).backward()
    assert structures.grad.isfinite().all()
    assert structures.grad.abs().max() > 0


def test_equal_views_that_are_not_compared_are_one():
    structures, patterns, groups = unit(6, 4), unit(6, 4), torch.tensor([0, 1, 0, 2, 3, 4])
    one = ContrastiveCrossEntropy()((structures, patterns, 7.0), groups)
    two = ContrastiveCrossEntropy(between_views=0)((structures, patterns, patterns, 7.0), groups)
    assert float(two) == pytest.approx(float(one), rel=1e-6)


@pytest.mark.parametrize("weight", [0.0, 0.5, 2.0])
def test_two_views_of_two_structures_in_closed_form(weight):
    """Structures and first views are the axes, second views the axes turned by an angle."""
    scale, angle = 3.0, 0.4
    c, s = math.cos(angle), math.sin(angle)
    axes, turned = torch.eye(2), torch.tensor([[c, s], [-s, c]])
    straight = math.log(1 + math.exp(-scale))
    terms = [math.log(1 + math.exp(scale * (sign * s - c))) for sign in (1, -1)]
    expected = (straight + sum(terms) / 2) / 2 + weight * sum(terms) / 2
    loss = ContrastiveCrossEntropy(weight)((axes, axes, turned, scale), torch.arange(2))
    assert float(loss) == pytest.approx(expected, rel=1e-6)


def test_several_views_are_averaged():
    groups = torch.tensor([0, 1, 0, 2])
    structures, *views = (unit(4, 3) for _ in range(4))
    with_structures = [naive_loss(structures, view, 5.0, groups.tolist()) for view in views]
    among = [
        naive_loss(views[i], views[j], 5.0, groups.tolist()) for i, j in ((0, 1), (0, 2), (1, 2))
    ]
    loss = ContrastiveCrossEntropy(0.3)((structures, *views, 5.0), groups)
    assert float(loss) == pytest.approx(sum(with_structures) / 3 + 0.3 * sum(among) / 3, rel=1e-5)
