"""The contrastive module: two towers and a temperature."""

import math

import torch
from torch import nn

START_TEMPERATURE = 0.07
MAX_SCALE = 100.0


class TowerPair(nn.Module):
    """Two towers that share nothing, one for each side.

    Parameters
    ----------
    structure_tower : Module
        Has ``encode_structures(**inputs)``, to unit vectors.
    pattern_tower : Module
        Has ``encode_patterns(**inputs)``, to unit vectors of the same length.

    See Also
    --------
    ContrastiveTowers : Embed structures and patterns for the contrastive loss.

    Examples
    --------
    >>> import torch
    >>> from xrdmatch.encoders import PeakSetTowers, SequenceTowers, TowerPair
    >>> size = {"n_layers": 1, "n_heads": 2, "embedding_dim": 16}
    >>> pair = TowerPair(SequenceTowers(**size), PeakSetTowers(**size))
    >>> pair.encode_patterns(points=torch.tensor([[[0.49, 0.0, 0.1, 0.7]]])).shape
    torch.Size([1, 16])
    """

    def __init__(self, structure_tower, pattern_tower):
        super().__init__()
        self.structure_tower = structure_tower
        self.pattern_tower = pattern_tower

    def encode_structures(self, **inputs):
        """Embed structures by the one."""
        return self.structure_tower.encode_structures(**inputs)

    def encode_patterns(self, **inputs):
        """Embed patterns by the other."""
        return self.pattern_tower.encode_patterns(**inputs)


class ContrastiveTowers(nn.Module):
    """Embed structures and patterns for the contrastive loss.

    Parameters
    ----------
    towers : Module
        Has ``encode_structures(**inputs)`` and ``encode_patterns(**inputs)``, both to unit
        vectors: one module that reads both sides, or a `TowerPair`.
    temperature : "learned" or float
        Learned from 0.07 on, its inverse clipped at 100, or fixed.

    See Also
    --------
    ContrastiveCrossEntropy
        Symmetric cross-entropy over the batch, of two sides or of several views.
    TowerPair : Two towers that share nothing, one for each side.
    """

    def __init__(self, towers, temperature="learned"):
        super().__init__()
        self.towers = towers
        learned = temperature == "learned"
        log_scale = torch.tensor(-math.log(START_TEMPERATURE if learned else temperature))
        if learned:
            self.log_scale = nn.Parameter(log_scale)
        else:
            self.register_buffer("log_scale", log_scale)

    def forward(self, structures, *patterns):
        """Embed both sides' inputs, dicts, and give the scale.

        Parameters
        ----------
        structures : dict of str to Tensor
            Of a batch.
        *patterns : dict of str to Tensor
            One of each structure; further ones are other views.

        Returns
        -------
        tuple of Tensor
            Embeddings of all, (B, d) each, and the scale.
        """
        first = self.towers.encode_structures(**structures)
        views = [self.towers.encode_patterns(**view) for view in patterns]
        if first.shape != views[0].shape:
            raise ValueError(
                "Both towers must embed a batch as (n_pairs, embedding_dim) numbers, got "
                f"{tuple(first.shape)} for structures and {tuple(views[0].shape)} for patterns; "
                "build both with the size that they are given."
            )
        return first, *views, self.scale

    @property
    def scale(self):
        """What similarities are multiplied with: the inverse temperature."""
        return self.log_scale.exp().clamp(max=MAX_SCALE)
