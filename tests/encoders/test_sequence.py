"""The paper's towers: who sees whom, padding, and what an embedding must depend on."""

import math

import pytest
import torch

from xrdmatch.encoders import SequenceTowers
from xrdmatch.encoders._sequence import N_LATTICE, positional_encoding

SINGLE = 1e-5


@pytest.fixture
def towers():
    towers = SequenceTowers(n_layers=2, n_heads=2, embedding_dim=16)
    return towers.eval().requires_grad_(False)


@pytest.fixture
def tokens():
    """Start, lattice, three sites and an end mark: 20 numbers."""
    head = torch.tensor([[-1.0, 3.0, 4.0, 20.0, 90.0, 90.0, 100.0]]).repeat(4, 1)
    sites = torch.cat([torch.rand(4, 3, 3), torch.randint(1, 90, (4, 3, 1))], 2).flatten(1)
    return torch.cat([head, sites, torch.full((4, 1), -2.0)], 1)


@pytest.fixture
def points():
    return torch.cat([torch.randn(4, 12, 2), -5 * torch.rand(4, 12, 1)], -1)


def assert_same(first, second):
    torch.testing.assert_close(first, second, atol=SINGLE, rtol=0)


def test_embeddings_are_unit_vectors(towers, tokens, points):
    for embeddings in (towers.encode_structures(tokens), towers.encode_patterns(points)):
        assert embeddings.shape == (4, 16)
        assert_same(embeddings.norm(dim=1), torch.ones(4))


def test_padding_does_not_matter(towers, tokens, points):
    longer = torch.nn.functional.pad(tokens, (0, 9), value=torch.nan)
    assert_same(towers.encode_structures(longer), towers.encode_structures(tokens))
    more = torch.nn.functional.pad(points, (0, 0, 0, 7), value=torch.nan)
    assert_same(towers.encode_patterns(more), towers.encode_patterns(points))


def test_a_row_does_not_depend_on_its_company(towers, tokens):
    short = torch.full_like(tokens, torch.nan)
    short[:, :16] = torch.cat([tokens[:, :15], torch.full((4, 1), -2.0)], 1)
    both = towers.encode_structures(torch.cat([tokens, short]))
    assert_same(both[:4], towers.encode_structures(tokens))
    assert_same(both[4:], towers.encode_structures(short[:, :16]))


def test_the_start_mark_attends_to_the_lattice_only(towers, tokens):
    tokens[0, 15:] = torch.nan
    x, mask = towers.structure_tokens(tokens)
    for weights in towers.structure_transformer.weights(x, mask):  # (B, n_heads, T, T)
        assert not weights[:, :, 0, N_LATTICE:].any()
        assert (weights[:, :, 0, :N_LATTICE] > 0).all()
        assert (weights[1:, :, 1:] > 0).all()  # all others see everything
        assert not weights[0, :, :, 15:].any()  # but padding
        assert_same(weights.sum(-1), torch.ones(weights.shape[:-1]))


def test_start_and_end_mark_are_read_out(towers, tokens):
    tokens[0, 15], tokens[0, 16:] = -2.0, torch.nan
    x = towers.structure_transformer(*towers.structure_tokens(tokens))
    both = x[:, 0] + torch.stack([x[0, 15], *x[1:, 19]])
    expected = torch.nn.functional.normalize(towers.structure_head(both), dim=1)
    assert_same(towers.encode_structures(tokens), expected)


def test_patterns_are_sets_that_end_with_the_mark(towers, points):
    assert_same(
        towers.encode_patterns(points[:, torch.randperm(12)]), towers.encode_patterns(points)
    )
    x, mask = towers.pattern_tokens(points)
    assert x.shape == (4, 13, 16)
    assert_same(x[:, -1], towers.end_mark.expand(4, 16))
    assert mask.all()


@pytest.mark.parametrize("position", [1, 6, 7, 9, 10, 18], ids=["a", "gamma", "x", "z", "Z", "Z3"])
def test_every_number_of_a_structure_matters(towers, tokens, position):
    towers, tokens = towers.double(), tokens.double()  # large numbers drown small changes
    changed = tokens.clone()
    changed[:, position] += 0.5 if position in (7, 9) else 1.0
    gap = (towers.encode_structures(changed) - towers.encode_structures(tokens)).norm(dim=1)
    assert gap.min() > 1e-9


@pytest.mark.parametrize("component", [0, 1, 2])
def test_every_number_of_a_pattern_matters(towers, points, component):
    changed = points.clone()
    changed[:, 0, component] += 0.5
    gap = (towers.encode_patterns(changed) - towers.encode_patterns(points)).norm(dim=1)
    assert gap.min() > 10 * SINGLE


@pytest.mark.parametrize("width", [6, 7])
def test_positional_encoding_by_hand(width):
    encoding = positional_encoding(5, width)
    assert encoding.shape == (5, width)
    for position in range(5):
        for i in range(width):
            angle = position / 1e4 ** ((i - i % 2) / width)
            expected = math.cos(angle) if i % 2 else math.sin(angle)
            assert float(encoding[position, i]) == pytest.approx(expected, abs=SINGLE)


def test_the_papers_size():
    """4 layers, 4 heads, 384 wide: twice 4 layers of 12 d^2 + 13 d, maps, marks and heads."""
    d = 384
    layers = 2 * 4 * (12 * d**2 + 13 * d)
    heads = 2 * (2 * d + (2 * d * d + 2 * d) + (2 * d * d + d))
    maps = 2 * d + 2 * d + d  # numbers, three spot maps, end mark
    towers = SequenceTowers()
    assert sum(p.numel() for p in towers.parameters()) == layers + heads + maps


def test_nothing_in_nothing_out(towers, tokens):
    assert towers.encode_structures(tokens[:0]).shape == (0, 16)
    assert towers.encode_patterns(torch.zeros(0, 1, 3)).shape == (0, 16)
