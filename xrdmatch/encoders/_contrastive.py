"""Two towers and the temperature that compares them."""

import math

import torch
from torch import nn

START_TEMPERATURE = 0.07
MAX_SCALE = 100.0


class ContrastiveTowers(nn.Module):
    """Embed structures and patterns for the contrastive loss.

    Parameters
    ----------
    towers : Module
        Has ``encode_structures(**arrays)`` and ``encode_patterns(points)``, both to unit vectors.
    temperature : "learned" or float
        Learned from 0.07 on, its inverse clipped at 100, or fixed.
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

    def forward(self, points, **structures):
        """Return structure embeddings, pattern embeddings (B, d each) and the scale."""
        encode = self.towers.encode_structures, self.towers.encode_patterns
        return encode[0](**structures), encode[1](points), self.scale

    @property
    def scale(self):
        """What similarities are multiplied with: the inverse temperature."""
        return self.log_scale.exp().clamp(max=MAX_SCALE)
