"""Attention, with its weights as a function of their own."""

import math

import torch
from torch import nn
from torch.nn import functional


def attention_weights(query, key, mask=None):
    """Softmax of scaled dot products.

    Parameters
    ----------
    query : Tensor of shape (..., n_queries, d)
        What asks.
    key : Tensor of shape (..., n_keys, d)
        What is asked.
    mask : Tensor of bool, broadcastable to (..., n_queries, n_keys), optional
        True where a query may look.

    Returns
    -------
    Tensor of shape (..., n_queries, n_keys)
        Rows that sum to one.

    See Also
    --------
    MultiHeadAttention : Self-attention of several heads.

    Examples
    --------
    >>> import torch
    >>> from xrdmatch.encoders import attention_weights
    >>> attention_weights(torch.zeros(1, 4), torch.zeros(2, 4))
    tensor([[0.5000, 0.5000]])
    """
    scores = query @ key.transpose(-1, -2) / math.sqrt(query.shape[-1])
    if mask is not None:
        scores = scores.masked_fill(~mask, -torch.inf)
    return scores.softmax(-1)


class MultiHeadAttention(nn.Module):
    """Self-attention of several heads.

    Parameters
    ----------
    width : int
        Length of a token's vector.
    n_heads : int
        Number of heads; divides `width`.
    dropout : float
        Share of weights left out while training.

    Raises
    ------
    ValueError
        If the heads do not divide the width.

    See Also
    --------
    Transformer : A stack of layers.
    attention_weights : Softmax of scaled dot products.
    """

    def __init__(self, width, n_heads, dropout=0.0):
        super().__init__()
        if width % n_heads:
            raise ValueError(
                f"n_heads must divide the width, got {n_heads} heads for width {width}; "
                "change one of them."
            )
        self.n_heads = n_heads
        self.dropout = dropout
        self.project_in = nn.Linear(width, 3 * width)
        self.project_out = nn.Linear(width, width)

    def forward(self, x, mask=None):
        """Mix the tokens of `x`, (B, T, width), each with those that `mask` lets it see."""
        query, key, value = self._split(x)
        mixed = functional.scaled_dot_product_attention(
            query, key, value, mask, self.dropout if self.training else 0.0
        )
        return self.project_out(mixed.transpose(1, 2).flatten(2))  # (B, T, width)

    def weights(self, x, mask=None):
        """Return the weights with which `forward` mixes, (B, n_heads, T, T)."""
        query, key, _ = self._split(x)
        return attention_weights(query, key, mask)

    def _split(self, x):
        parts = self.project_in(x).unflatten(2, (3, self.n_heads, -1))  # (B, T, 3, n_heads, d)
        return parts.permute(2, 0, 3, 1, 4)  # (3, B, n_heads, T, d)
