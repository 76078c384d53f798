"""Attention, against a naive loop."""

import math

import pytest
import torch

from xrdmatch.encoders import MultiHeadAttention, attention_weights

SINGLE = 1e-6  # single precision


def naive_weights(query, key, mask=None):
    """Softmax of dot products, one pair at a time; (n_queries, n_keys)."""
    rows = []
    for i, q in enumerate(query.detach()):
        terms = []
        for j, k in enumerate(key.detach()):
            seen = mask is None or bool(mask[i, j])
            terms.append(math.exp(float(q @ k) / math.sqrt(len(q))) if seen else 0.0)
        rows.append([term / sum(terms) for term in terms])
    return torch.tensor(rows)


@pytest.mark.parametrize("masked", [False, True])
def test_weights_are_a_softmax_of_scaled_dot_products(masked):
    query, key = torch.randn(5, 6), torch.randn(7, 6)
    mask = (torch.rand(5, 7) < 0.6) | (torch.arange(7) == 2) if masked else None
    weights = attention_weights(query, key, mask)
    torch.testing.assert_close(weights, naive_weights(query, key, mask), atol=SINGLE, rtol=0)
    torch.testing.assert_close(weights.sum(-1), torch.ones(5), atol=SINGLE, rtol=0)
    if masked:
        assert not weights[~mask].any()


def test_weights_of_many_heads_at_once():
    query, key = torch.randn(3, 2, 5, 4), torch.randn(3, 2, 7, 4)
    weights = attention_weights(query, key)
    assert weights.shape == (3, 2, 5, 7)
    one = naive_weights(query[1, 1], key[1, 1])
    torch.testing.assert_close(weights[1, 1], one, atol=SINGLE, rtol=0)


@pytest.mark.parametrize("masked", [False, True])
def test_attention_mixes_the_values_of_each_head_with_its_weights(masked):
    """Written out from the projections: head h owns columns 3 h to 3 h + 2 of each part."""
    width, n_heads, d = 6, 2, 3
    attention = MultiHeadAttention(width, n_heads)
    x = torch.randn(1, 5, width)
    mask = torch.rand(5, 5) < 0.5 if masked else None
    if masked:
        mask.fill_diagonal_(True)
    query, key, value = attention.project_in(x[0]).split(width, dim=1)
    mixed = torch.cat(
        [
            naive_weights(query[:, part], key[:, part], mask) @ value[:, part]
            for part in (slice(h * d, (h + 1) * d) for h in range(n_heads))
        ],
        dim=1,
    )
    torch.testing.assert_close(
        attention(x, mask)[0], attention.project_out(mixed), atol=SINGLE, rtol=0
    )
    weights = attention.weights(x, mask)
    assert weights.shape == (1, n_heads, 5, 5)
    for h in range(n_heads):
        part = slice(h * d, (h + 1) * d)
        torch.testing.assert_close(
            weights[0, h], naive_weights(query[:, part], key[:, part], mask), atol=SINGLE, rtol=0
        )


def test_dropout_only_while_training():
    attention = MultiHeadAttention(8, 2, dropout=0.5)
    x = torch.randn(2, 6, 8)
    assert not torch.equal(attention(x), attention(x))
    attention.eval()
    assert torch.equal(attention(x), attention(x))


def test_heads_that_do_not_divide_the_width():
    with pytest.raises(ValueError, match=r"n_heads must divide the width, got 3 heads for width 8"):
        MultiHeadAttention(8, 3)
