"""Encoders of a content and attribute model: where the columns are, and how the image looks."""

import torch
from torch import nn

DOMAINS = ("simulated", "experimental")
N_ATTRIBUTES = 8


def of_each_domain(make):
    """Return a module of each domain.

    Parameters
    ----------
    make : callable
        Makes one.

    Returns
    -------
    torch.nn.ModuleDict
        One for each of `DOMAINS`.
    """
    return nn.ModuleDict({domain: make() for domain in DOMAINS})


def _convolution(n_in, n_out, kernel, stride=1):
    padding = (kernel - 1) // 2
    return nn.Conv2d(n_in, n_out, kernel, stride, padding, padding_mode="reflect")


class ResidualBlock(nn.Module):
    """Two normalised convolutions beside the identity.

    Parameters
    ----------
    channels : int
        Of input and output.
    """

    def __init__(self, channels):
        super().__init__()
        self.layers = nn.Sequential(
            _convolution(channels, channels, 3),
            nn.InstanceNorm2d(channels),
            nn.ReLU(),
            _convolution(channels, channels, 3),
            nn.InstanceNorm2d(channels),
        )

    def forward(self, x):
        """Return features of the same shape."""
        return x + self.layers(x)


class ContentEncoder(nn.Module):
    """Images of both domains into contents of one space: the last block is shared.

    Parameters
    ----------
    size : NetworkSize
        Channels and blocks.
    """

    def __init__(self, size):
        super().__init__()
        self.own = of_each_domain(lambda: self._own(size))
        self.shared = ResidualBlock(size.content)

    @staticmethod
    def _own(size):
        c = size.channels
        layers = [_convolution(1, c, 7), nn.LeakyReLU(0.2)]
        for n_in, n_out in ((c, 2 * c), (2 * c, 4 * c)):
            layers += [_convolution(n_in, n_out, 3, 2), nn.InstanceNorm2d(n_out), nn.ReLU()]
        return nn.Sequential(*layers, *(ResidualBlock(4 * c) for _ in range(size.n_blocks)))

    def forward(self, images, domain):
        """Encode images of shape (B, 1, h, w) as noisy contents (B, 4 channels, h / 4, w / 4)."""
        content = self.shared(self.own[domain](images))
        return content + torch.randn_like(content)


class HalvingBlock(nn.Module):
    """A residual block that halves the image.

    Parameters
    ----------
    n_in, n_out : int
        Channels.
    """

    def __init__(self, n_in, n_out):
        super().__init__()
        self.layers = nn.Sequential(
            nn.LeakyReLU(0.2),
            _convolution(n_in, n_in, 3),
            nn.LeakyReLU(0.2),
            _convolution(n_in, n_out, 3),
            nn.AvgPool2d(2),
        )
        self.shortcut = nn.Sequential(nn.AvgPool2d(2), nn.Conv2d(n_in, n_out, 1))

    def forward(self, x):
        """Return features of half the size."""
        return self.layers(x) + self.shortcut(x)


class AttributeEncoder(nn.Module):
    """Images into eight numbers, the mean and the log variance of each.

    Parameters
    ----------
    size : NetworkSize
        Channels.
    """

    def __init__(self, size):
        super().__init__()
        c = size.channels
        self.features = of_each_domain(lambda: self._features(c))
        self.moments = of_each_domain(lambda: nn.Linear(4 * c, 2 * N_ATTRIBUTES))

    @staticmethod
    def _features(c):
        widths = ((c, 2 * c), (2 * c, 3 * c), (3 * c, 4 * c))
        return nn.Sequential(
            _convolution(1, c, 4, 2),
            *(HalvingBlock(n_in, n_out) for n_in, n_out in widths),
            nn.LeakyReLU(0.2),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
        )

    def forward(self, images, domain):
        """Encode images of shape (B, 1, h, w) as means and log variances (B, 8)."""
        return self.moments[domain](self.features[domain](images)).chunk(2, dim=1)


def drawn_attributes(mean, log_variance):
    """Draw attributes that a gradient passes through.

    Parameters
    ----------
    mean, log_variance : Tensor of shape (n_images, 8)
        Of normal distributions.

    Returns
    -------
    Tensor of shape (n_images, 8)
        The attributes.
    """
    return mean + torch.randn_like(mean) * torch.exp(log_variance / 2)
