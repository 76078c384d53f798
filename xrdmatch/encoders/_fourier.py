"""Fourier features of spot positions."""

import math

import torch
from torch import nn

LONGEST_PERIOD = 5.0  # [1/Å] beyond the reach of every pattern: the first octave is unambiguous


class SpotFeatures(nn.Module):
    """Fourier features of a spot's position, the same for both spots of a Friedel pair.

    The half-turn q -> -q is divided out by doubling the angle: ``|q| (cos 2 phi, sin 2 phi)`` is
    continuous, tells any two spots apart that are no pair, and has no seam where an experiment's
    noise could flip a spot to its mate.

    Parameters
    ----------
    n_octaves : int
        Number of wavelengths, the first 5 1/Å, each half the one before.
    """

    def __init__(self, n_octaves=6):
        super().__init__()
        frequencies = 2 * math.pi / LONGEST_PERIOD * 2.0 ** torch.arange(n_octaves)
        self.register_buffer("frequencies", frequencies)
        self.n_features = 6 * n_octaves

    def forward(self, q):
        """Map scattering vectors (B, T, 2) [1/Å] to features (B, T, n_features)."""
        angles = friedel_invariant(q)[..., None] * self.frequencies  # (B, T, 3, n_octaves)
        return torch.cat([angles.sin(), angles.cos()], -1).flatten(2)


def friedel_invariant(q):
    """Return ``|q| (cos 2 phi, sin 2 phi)`` and ``|q|`` of scattering vectors; shape (..., 3)."""
    x, y = q.unbind(-1)
    length = torch.hypot(x, y)
    safe = length.clamp_min(1e-9)
    return torch.stack([(x * x - y * y) / safe, 2 * x * y / safe, length], -1)
