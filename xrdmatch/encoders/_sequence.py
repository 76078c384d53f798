"""Towers of Fu et al.: a transformer over crystal tokens, and one over spots."""

import math

import torch
from torch import nn

from xrdmatch.encoders._transformer import ProjectionHead, Transformer

N_LATTICE = 7  # the start mark and the six lattice parameters behind it


class SequenceTowers(nn.Module):
    """Towers of Fu et al. (2025): crystal tokens and diffraction spots.

    Crystal: every number through one shared linear map, plus a positional encoding; a transformer
    in which the start mark attends to the lattice only; start mark plus end mark are read out.
    Pattern: linear maps for q_x, q_y and log intensity, concatenated, and an end mark that is
    read out. Each read-out passes a LayerNorm and two linear layers. The paper's size is
    4 layers, 4 heads, 384 wide.

    Parameters
    ----------
    n_layers, n_heads, embedding_dim : int
        Size; `embedding_dim` is also the width of the transformers.
    dropout : float
        Share left out while training.

    See Also
    --------
    StructureFactorTowers
        Crystal and pattern as points in reciprocal space, read by one shared transformer.
    xrdmatch.preprocessing.CrystalTokenizer : Write each crystal as one sequence of numbers.
    """

    def __init__(self, *, n_layers=4, n_heads=4, embedding_dim=384, dropout=0.0):
        super().__init__()
        size = (embedding_dim, n_layers, n_heads, dropout)
        self.token_map = nn.Linear(1, embedding_dim)
        self.structure_transformer = Transformer(*size)
        self.structure_head = ProjectionHead(embedding_dim, embedding_dim)
        widths = [embedding_dim - 2 * (embedding_dim // 3), *2 * [embedding_dim // 3]]
        self.spot_maps = nn.ModuleList(nn.Linear(1, width) for width in widths)
        self.end_mark = nn.Parameter(torch.randn(embedding_dim) / math.sqrt(embedding_dim))
        self.pattern_transformer = Transformer(*size)
        self.pattern_head = ProjectionHead(embedding_dim, embedding_dim)

    def encode_structures(self, tokens, **_):
        """Embed token sequences (B, T), NaN as padding."""
        x, mask = self.structure_tokens(tokens)
        x = self.structure_transformer(x, mask)
        end = torch.isfinite(tokens).sum(1) - 1
        read_out = x[:, 0] + x[torch.arange(len(x), device=x.device), end]
        return nn.functional.normalize(self.structure_head(read_out), dim=1)

    def encode_patterns(self, points):
        """Embed patterns (B, n_points, 3): q_x, q_y [1/Å] and log intensity, NaN as padding."""
        x = self.pattern_transformer(*self.pattern_tokens(points))
        return nn.functional.normalize(self.pattern_head(x[:, -1]), dim=1)

    def structure_weights(self, tokens, **_):
        """Return the crystal tower's attention weights, (B, n_heads, T, T) for each layer."""
        return self.structure_transformer.weights(*self.structure_tokens(tokens))

    def pattern_weights(self, points):
        """Return the pattern tower's attention weights, the end mark last."""
        return self.pattern_transformer.weights(*self.pattern_tokens(points))

    def structure_tokens(self, tokens, **_):
        """Return the crystal tower's input (B, T, width) and who sees whom, (B, 1, T, T)."""
        present = torch.isfinite(tokens)
        x = self.token_map(torch.where(present, tokens, 0.0)[..., None])
        x = x + positional_encoding(x.shape[1], x.shape[2], x.device)
        mask = present[:, None, None].repeat(1, 1, tokens.shape[1], 1)
        mask[:, :, 0, N_LATTICE:] = False
        return x, mask

    def pattern_tokens(self, points):
        """Return the pattern tower's input, the end mark last, and who sees whom."""
        present = torch.isfinite(points[..., 2])
        columns = torch.where(present[..., None], points, 0.0).split(1, dim=2)
        x = torch.cat([m(c) for m, c in zip(self.spot_maps, columns, strict=True)], 2)
        x = torch.cat([x, self.end_mark.expand(len(x), 1, -1)], 1)  # (B, n_points + 1, width)
        seen = nn.functional.pad(present, (0, 1), value=True)
        return x, seen[:, None, None]


def positional_encoding(length, width, device=None):
    """Sines and cosines of the position (Vaswani et al. 2017); shape (length, width)."""
    position = torch.arange(length, device=device)[:, None]
    rate = torch.exp(torch.arange(0, width, 2, device=device) * (-math.log(1e4) / width))
    encoding = torch.zeros(length, width, device=device)
    encoding[:, 0::2] = torch.sin(position * rate)
    encoding[:, 1::2] = torch.cos(position * rate)[:, : width // 2]
    return encoding
