"""The stack of layers: an equivariance, and the weights it shows."""

import torch

from xrdmatch.encoders import Transformer
from xrdmatch.encoders._transformer import ProjectionHead

SINGLE = 1e-5  # single precision, through a few layers


def test_tokens_are_a_set():
    """Without positions, permuting the tokens permutes the result."""
    transformer = Transformer(width=16, n_layers=2, n_heads=4)
    x = torch.randn(3, 9, 16)
    order = torch.randperm(9)
    torch.testing.assert_close(
        transformer(x[:, order]), transformer(x)[:, order], atol=SINGLE, rtol=0
    )


def test_what_is_masked_is_not_there():
    transformer = Transformer(width=16, n_layers=2, n_heads=2)
    x = torch.randn(2, 9, 16)
    mask = (torch.arange(9) < 6)[None, None, None]
    torch.testing.assert_close(
        transformer(x, mask)[:, :6], transformer(x[:, :6]), atol=SINGLE, rtol=0
    )


def test_weights_are_those_that_the_layers_use():
    """Replaying the layers by hand meets the same weights in every one."""
    transformer = Transformer(width=8, n_layers=3, n_heads=2)
    x = torch.randn(2, 5, 8)
    maps = transformer.weights(x)
    assert len(maps) == 3
    for layer, weights in zip(transformer.layers, maps, strict=True):
        normed = layer.attention_norm(x)
        _, _, value = layer.attention.project_in(normed).unflatten(2, (3, 2, 4)).unbind(2)
        mixed = torch.einsum("bhij,bjhd->bihd", weights, value).flatten(2)
        y = x + layer.attention.project_out(mixed)
        y = y + layer.feed_forward(y)
        torch.testing.assert_close(y, layer(x), atol=SINGLE, rtol=0)
        torch.testing.assert_close(weights.sum(-1), torch.ones(2, 2, 5), atol=SINGLE, rtol=0)
        x = y


def test_head():
    head = ProjectionHead(width=6, embedding_dim=4)
    assert head(torch.randn(3, 6)).shape == (3, 4)
    scaled = torch.randn(3, 6)
    torch.testing.assert_close(head(scaled), head(100 * scaled), atol=1e-3, rtol=0)  # LayerNorm
