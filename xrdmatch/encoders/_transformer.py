"""A transformer over sets or sequences of tokens."""

from torch import nn

from xrdmatch.encoders._attention import MultiHeadAttention


class TransformerLayer(nn.Module):
    """Attention and a feed-forward step, each normalised before and added after.

    Parameters
    ----------
    width : int
        Length of a token's vector.
    n_heads : int
        Number of heads.
    dropout : float
        Share left out while training.
    """

    def __init__(self, width, n_heads, dropout=0.0):
        super().__init__()
        self.attention_norm = nn.LayerNorm(width)
        self.attention = MultiHeadAttention(width, n_heads, dropout)
        self.feed_forward = nn.Sequential(
            nn.LayerNorm(width),
            nn.Linear(width, 4 * width),
            nn.GELU(),
            nn.Linear(4 * width, width),
            nn.Dropout(dropout),
        )

    def forward(self, x, mask=None):
        """Map tokens (B, T, width) to tokens (B, T, width)."""
        x = x + self.attention(self.attention_norm(x), mask)
        return x + self.feed_forward(x)

    def weights(self, x, mask=None):
        """Return this layer's attention weights, (B, n_heads, T, T)."""
        return self.attention.weights(self.attention_norm(x), mask)


class Transformer(nn.Module):
    """A stack of layers.

    Parameters
    ----------
    width : int
        Length of a token's vector.
    n_layers : int
        Number of layers.
    n_heads : int
        Number of heads in each.
    dropout : float
        Share left out while training.

    See Also
    --------
    MultiHeadAttention : Self-attention of several heads.
    """

    def __init__(self, width, n_layers, n_heads, dropout=0.0):
        super().__init__()
        self.layers = nn.ModuleList(
            TransformerLayer(width, n_heads, dropout) for _ in range(n_layers)
        )

    def forward(self, x, mask=None):
        """Map tokens (B, T, width) to tokens; `mask`, (B, 1, T or 1, T): who sees whom."""
        for layer in self.layers:
            x = layer(x, mask)
        return x

    def weights(self, x, mask=None):
        """Return every layer's attention weights, (n_layers, B, n_heads, T, T) as a list."""
        maps = []
        for layer in self.layers:
            maps.append(layer.weights(x, mask))
            x = layer(x, mask)
        return maps


class ProjectionHead(nn.Sequential):
    """LayerNorm and two linear layers, from a read-out to an embedding.

    Parameters
    ----------
    width : int
        Length of the read-out.
    embedding_dim : int
        Length of the embedding.
    """

    def __init__(self, width, embedding_dim):
        super().__init__(
            nn.LayerNorm(width),
            nn.Linear(width, 2 * width),
            nn.GELU(),
            nn.Linear(2 * width, embedding_dim),
        )
