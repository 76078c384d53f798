"""The network that reads average cells: a residual network on a torus."""

from torch import nn


class PeriodicBlock(nn.Module):
    """Two convolutions that go round the cell, added to what came in.

    Parameters
    ----------
    n_in, n_out : int
        Channels.
    stride : int, default=1
        2 halves the picture.
    """

    def __init__(self, n_in, n_out, stride=1):
        super().__init__()
        self.steps = nn.Sequential(
            _convolution(n_in, n_out, stride),
            nn.BatchNorm2d(n_out),
            nn.ReLU(),
            _convolution(n_out, n_out),
            nn.BatchNorm2d(n_out),
        )
        same = n_in == n_out and stride == 1
        self.shortcut = nn.Identity() if same else nn.Conv2d(n_in, n_out, 1, stride)

    def forward(self, x):
        """Map (B, n_in, n, n) to (B, n_out, n / stride, n / stride)."""
        return nn.functional.relu(self.shortcut(x) + self.steps(x))


class SlipNetwork(nn.Module):
    """Average cells to slip targets, by a residual network of three stages.

    Convolutions go round the cell and the last pictures are averaged, so that the answer depends
    little on the origin, which nothing tells; training on cells moved at random does the rest.

    Parameters
    ----------
    n_targets : int
        How many numbers come out.
    width : int, default=24
        Channels of the first stage; the others have twice and four times as many.
    n_blocks : int, default=2
        Residual blocks of each stage.

    References
    ----------
    He, Zhang, Ren and Sun, CVPR (2016), 770: residual networks.

    Examples
    --------
    >>> import torch
    >>> from xrdmatch.stacking._regression.network import SlipNetwork
    >>> SlipNetwork(8)(torch.rand(5, 32, 32)).shape
    torch.Size([5, 8])
    """

    def __init__(self, n_targets, width=24, n_blocks=2):
        super().__init__()
        widths = [width, 2 * width, 4 * width]
        first = nn.Conv2d(1, width, 5, stride=2, padding=2, padding_mode="circular")
        stages = [_stage(width, width, 1, n_blocks)]
        stages += [_stage(n, 2 * n, 2, n_blocks) for n in widths[:2]]
        self.stages = nn.Sequential(first, *stages)
        wide = widths[-1]
        self.read_out = nn.Sequential(nn.Linear(wide, wide), nn.ReLU(), nn.Linear(wide, n_targets))

    def forward(self, cells):
        """Map cells (B, n, n) to targets (B, n_targets)."""
        pictures = self.stages(cells[:, None])  # (B, 4 width, n / 8, n / 8)
        return self.read_out(pictures.mean(dim=(2, 3)))


def _stage(n_in, n_out, stride, n_blocks):
    same = [PeriodicBlock(n_out, n_out) for _ in range(n_blocks - 1)]
    return nn.Sequential(PeriodicBlock(n_in, n_out, stride), *same)


def _convolution(n_in, n_out, stride=1):
    return nn.Conv2d(n_in, n_out, 3, stride, padding=1, padding_mode="circular", bias=False)
