"""Discriminators of a content and attribute model: real or generated, and of which domain."""

from torch import nn
from torch.nn import functional


class ImageDiscriminator(nn.Module):
    """Tells measured images from generated ones, patch by patch, at several resolutions.

    Parameters
    ----------
    size : NetworkSize
        Channels and scales.
    """

    def __init__(self, size):
        super().__init__()
        self.scales = nn.ModuleList(self._scale(size.channels) for _ in range(size.n_scales))

    @staticmethod
    def _scale(c):
        layers = []
        for n_in, n_out in ((1, c), (c, 2 * c), (2 * c, 4 * c), (4 * c, 8 * c)):
            convolution = nn.Conv2d(n_in, n_out, 4, 2, padding=1, padding_mode="reflect")
            layers += [convolution, nn.LeakyReLU(0.01)]
        return nn.Sequential(*layers, nn.Conv2d(8 * c, 1, 1))

    def forward(self, images):
        """Judge images of shape (B, 1, h, w): a list of logits, positive for real."""
        logits = []
        for scale in self.scales:
            logits.append(scale(images))
            images = functional.avg_pool2d(images, 3, 2, padding=1, count_include_pad=False)
        return logits


class ContentDiscriminator(nn.Module):
    """Tells contents of simulated images from those of measured ones.

    Parameters
    ----------
    size : NetworkSize
        Channels, filters and layers.
    """

    def __init__(self, size):
        super().__init__()
        c, layers = size.content, []
        for _ in range(size.content_layers):
            layers += [
                nn.Conv2d(c, c, size.content_kernel, 2, padding=1),
                nn.InstanceNorm2d(c),
                nn.LeakyReLU(0.01),
            ]
        self.layers = nn.Sequential(
            *layers, nn.Conv2d(c, c, 4), nn.LeakyReLU(0.01), nn.Conv2d(c, 1, 1)
        )

    def forward(self, contents):
        """Judge contents of shape (B, c, h, w): logits, positive for measured."""
        return self.layers(contents)
