"""One-dimensional residual network over powder profiles."""

from torch import nn

from xrdmatch.encoders._transformer import ProjectionHead

PLACES = 140  # about how many places the first convolution leaves
SHRINK = 4  # by how much the second stage is shorter


class ResidualBlock(nn.Module):
    """Two convolutions, normalised before and added after.

    Parameters
    ----------
    channels : int
        Number of channels.
    dropout : float
        Share left out while training.
    """

    def __init__(self, channels, dropout=0.0):
        super().__init__()
        self.steps = nn.Sequential(
            nn.GroupNorm(8, channels),
            nn.SiLU(),
            nn.Conv1d(channels, channels, 5, padding=2),
            nn.GroupNorm(8, channels),
            nn.SiLU(),
            nn.Dropout(dropout),
            nn.Conv1d(channels, channels, 5, padding=2),
        )

    def forward(self, x):
        """Map (B, channels, n) to the same."""
        return x + self.steps(x)


class ProfileResNet(nn.Module):
    """Powders as intensities in bins, read by a residual network in two stages.

    The first convolution reads bins in about 140 pieces, whatever the length; the second stage has
    a quarter of the places and twice the channels. All places go to the read-out, each with
    weights of its own, since where a peak lies is what it says.

    Parameters
    ----------
    n_layers : int, default=3
        Residual blocks of each stage.
    embedding_dim : int, default=384
        Length of the embeddings.
    dropout : float, default=0.0
        Share left out while training.
    length : int, default=140
        Number of bins: that of the `BinnedPattern`.
    channels : int, default=64
        Of the first stage; a multiple of 8.

    See Also
    --------
    xrdmatch.preprocessing.BinnedPattern : Makes the vectors.

    References
    ----------
    .. [1] Zhang, Wang and Hu, preprint 202504.1913 (2025).

    Examples
    --------
    >>> import torch
    >>> from xrdmatch.encoders import ProfileResNet
    >>> ProfileResNet(length=850).encode_patterns(torch.rand(5, 2, 850)).shape
    torch.Size([5, 384])
    """

    def __init__(self, *, n_layers=3, embedding_dim=384, dropout=0.0, length=140, channels=64):
        super().__init__()
        if length < SHRINK:
            raise ValueError(f"length must be at least {SHRINK}, got {length}; 140 is usual.")
        self.length = length
        stride = max(1, length // PLACES)
        wide = 2 * channels
        self.read = nn.Conv1d(2, channels, 2 * stride + 5, stride=stride, padding=stride + 2)
        self.first = nn.Sequential(*(ResidualBlock(channels, dropout) for _ in range(n_layers)))
        self.shrink = nn.Conv1d(channels, wide, SHRINK, stride=SHRINK)
        self.second = nn.Sequential(*(ResidualBlock(wide, dropout) for _ in range(n_layers)))
        n_places = (length + 2 * (stride + 2) - (2 * stride + 5)) // stride + 1
        flat = n_places // SHRINK * wide
        self.read_out = nn.Sequential(nn.LayerNorm(flat), nn.Linear(flat, embedding_dim), nn.SiLU())
        self.head = ProjectionHead(embedding_dim, embedding_dim)

    def encode_patterns(self, profile):
        """Embed powders (B, 2, length): intensities, and where was measured.

        Parameters
        ----------
        profile : Tensor of shape (B, 2, length)
            The powders.

        Returns
        -------
        Tensor of shape (B, embedding_dim)
            Unit vectors.

        Raises
        ------
        ValueError
            If vectors are of another length.
        """
        if profile.shape[-1] != self.length:
            raise ValueError(
                f"The tower reads vectors of {self.length} bins, got {profile.shape[-1]}; give "
                "BinnedPattern the length that it learned with."
            )
        x = self.second(self.shrink(self.first(self.read(profile))))
        return nn.functional.normalize(self.head(self.read_out(x.flatten(1))).float(), dim=1)
