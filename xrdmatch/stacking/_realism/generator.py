"""The generator of a content and attribute model: content and look into an image."""

import torch
from torch import nn

from xrdmatch.stacking._realism.encoders import N_ATTRIBUTES, ResidualBlock, of_each_domain


class DoublingBlock(nn.Module):
    """A transposed convolution that doubles the image.

    Parameters
    ----------
    n_in, n_out : int
        Channels.
    """

    def __init__(self, n_in, n_out):
        super().__init__()
        self.convolution = nn.ConvTranspose2d(n_in, n_out, 3, 2, padding=1, output_padding=1)
        self.norm = nn.GroupNorm(1, n_out)

    def forward(self, x):
        """Return features of twice the size."""
        return torch.relu(self.norm(self.convolution(x)))


class DomainGenerator(nn.Module):
    """What draws the images of one domain.

    Parameters
    ----------
    size : NetworkSize
        Channels and blocks.
    """

    def __init__(self, size):
        super().__init__()
        self.n_noise = size.n_noise
        told = N_ATTRIBUTES + size.n_noise
        first = size.content + told
        second = (first + told) // 2
        third = (second + told) // 2
        self.stages = nn.ModuleList(
            [
                nn.Sequential(*(ResidualBlock(first) for _ in range(size.n_blocks))),
                DoublingBlock(first + told, second),
                DoublingBlock(second + told, third),
                nn.Conv2d(third + told, 1, 1),
            ]
        )

    def forward(self, features, attributes):
        """Draw images of shape (B, 1, 4 h, 4 w) of features (B, c, h, w); each stage is told."""
        for stage in self.stages:
            maps = attributes[:, :, None, None].expand(-1, -1, *features.shape[2:])
            noise = torch.randn_like(features[:, : self.n_noise])
            features = stage(torch.cat([features, maps, noise], dim=1))
        return features


class Generator(nn.Module):
    """Contents and attributes into images of either domain: the first block is shared.

    Parameters
    ----------
    size : NetworkSize
        Channels and blocks.
    """

    def __init__(self, size):
        super().__init__()
        self.shared = ResidualBlock(size.content)
        self.own = of_each_domain(lambda: DomainGenerator(size))

    def forward(self, content, attributes, domain):
        """Draw images of shape (B, 1, 4 h, 4 w) of contents (B, c, h, w) and attributes (B, 8)."""
        return self.own[domain](self.shared(content), attributes)
