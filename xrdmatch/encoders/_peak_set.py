"""Peak-set towers for powders: crystals and patterns as sets of peaks, with shared weights."""

import math

import torch
from torch import nn

from xrdmatch.encoders._transformer import ProjectionHead, Transformer

N_TOKENS = 48  # strongest peaks that the transformer reads; the histogram has all
N_BINS = 512  # of the histogram, even in log (q + 0.1)
BLUR = 1.5  # standard width of its peaks, in bins
REACH = 6  # bins on either side that a peak reaches
LONGEST_PERIOD = 2.0  # [1/Å], and in units of log q
N_OCTAVES = 9
OFFSET = 0.1  # [1/Å] added to q before its logarithm: errors of angles matter at small q
WEAKEST = -8.0  # log intensity, relative to the strongest


class PeakFeatures(nn.Module):
    """Features of peaks: Fourier features of q and of log (q + 0.1), log intensity, the range.

    Differences of q are what a displaced zero leaves alone, differences of log q what another
    size of the cell leaves alone.
    """

    def __init__(self):
        super().__init__()
        frequencies = 2 * math.pi / LONGEST_PERIOD * 2.0 ** torch.arange(N_OCTAVES)
        self.register_buffer("frequencies", frequencies)
        self.n_features = 4 * N_OCTAVES + 4

    def forward(self, q, log_intensity, ends):
        """Map q and log intensity (B, T) and ends of the range (B, T, 2) to (B, T, n_features)."""
        places = torch.stack([q, torch.log(q + OFFSET)], -1)[..., None]  # (B, T, 2, 1)
        angles = (places * self.frequencies).flatten(2)  # (B, T, 2 * N_OCTAVES)
        level = log_intensity[..., None].clamp_min(WEAKEST)
        return torch.cat([angles.sin(), angles.cos(), level / 2, level**2 / 16, ends], -1)


class PeakHistogram(nn.Module):
    """Blurred histograms of peaks: by amplitude, by log intensity, and where was measured.

    Parameters
    ----------
    q_max : float
        Where the histogram ends [1/Å].
    """

    def __init__(self, q_max):
        super().__init__()
        places = torch.linspace(math.log(OFFSET), math.log(q_max + OFFSET), N_BINS)
        self.register_buffer("edges", torch.exp(places) - OFFSET)
        steps = torch.arange(-REACH, REACH + 1)
        kernel = torch.exp(-0.5 * (steps / BLUR) ** 2)
        self.register_buffer("kernel", (2 * BLUR * kernel / kernel.sum())[None, None])
        self.scale = (N_BINS - 1) / (math.log(q_max + OFFSET) - math.log(OFFSET))

    def forward(self, q, log_intensity, mask, ends):
        """Map q, log intensity, mask (B, T) and ends of the range (B, 2) to (B, 3 * N_BINS)."""
        place = (torch.log(q / OFFSET + 1) * self.scale).clamp(0, N_BINS - 1.001)
        left = place.long()
        part = place - left
        amplitude = torch.exp(log_intensity / 2) * mask
        level = (1 + log_intensity / 7).clamp_min(0) * mask
        values = torch.stack([amplitude, level], 1)  # (B, 2, T)
        bins = values.new_zeros(*values.shape[:2], N_BINS)
        for where, share in ((left, 1 - part), (left + 1, part)):
            where, share = where[:, None].expand_as(values), share[:, None]
            bins = bins.scatter_add(2, where, values * share)
        blurred = nn.functional.conv1d(bins.flatten(0, 1)[:, None], self.kernel, padding=REACH)
        seen = (self.edges >= ends[:, :1]) & (self.edges <= ends[:, 1:])
        return torch.cat([blurred.view(len(q), 2 * N_BINS), seen.to(q.dtype)], 1)


class PeakSetTowers(nn.Module):
    """Crystal and powder as sets of peaks, both read by the same maps.

    The strongest peaks pass a transformer whose mean is read out; all of them make a blurred
    histogram, which passes a small feed-forward network. What both read out is put together.

    Parameters
    ----------
    q_max : float
        Where the structures' peaks end [1/Å].
    n_layers, n_heads, embedding_dim : int
        Size; `embedding_dim` is also the width of the transformer.
    dropout : float
        Share left out while training.

    See Also
    --------
    StructureFactorTowers
        Crystal and pattern as points in reciprocal space, read by one shared transformer.
    xrdmatch.learning.CrystalPeaks
        Crystals of any size as the powder peaks that they are expected to give.
    """

    def __init__(self, *, q_max=0.95, n_layers=3, n_heads=4, embedding_dim=160, dropout=0.0):
        super().__init__()
        self.q_max = q_max
        self.features = PeakFeatures()
        self.peak_map = nn.Sequential(
            nn.Linear(self.features.n_features, embedding_dim),
            nn.GELU(),
            nn.Linear(embedding_dim, embedding_dim),
        )
        self.transformer = Transformer(embedding_dim, n_layers, n_heads, dropout)
        self.histogram = PeakHistogram(q_max)
        wide = 2 * embedding_dim
        self.histogram_map = nn.Linear(3 * N_BINS, wide)
        self.histogram_step = nn.Sequential(
            nn.LayerNorm(wide),
            nn.Linear(wide, 2 * wide),
            nn.GELU(),
            nn.Linear(2 * wide, wide),
            nn.Dropout(dropout),
        )
        self.norms = nn.ModuleList([nn.LayerNorm(embedding_dim), nn.LayerNorm(wide)])
        self.head = ProjectionHead(embedding_dim + wide, embedding_dim)

    def encode_patterns(self, points):
        """Embed powders (B, n_peaks, 4): q [1/Å], log intensity, ends of the range; NaN pads."""
        tokens, mask = self.pattern_tokens(points)
        x = self.transformer(tokens, mask[:, None, None])
        mean = (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        parts = zip(self.norms, (mean, self._outline(points)), strict=True)
        return nn.functional.normalize(self.head(torch.cat([n(x) for n, x in parts], 1)), dim=1)

    def encode_structures(self, peaks, **_):
        """Embed crystals by their peaks (B, n_peaks, 2): q [1/Å], log intensity; NaN pads."""
        return self.encode_patterns(self._with_ends(peaks))

    def pattern_weights(self, points):
        """Return the attention weights between a powder's peaks, (B, n_heads, T, T) a layer."""
        tokens, mask = self.pattern_tokens(points)
        return self.transformer.weights(tokens, mask[:, None, None])

    def structure_weights(self, peaks, **_):
        """Return the attention weights between a structure's peaks, likewise."""
        return self.pattern_weights(self._with_ends(peaks))

    def pattern_tokens(self, points):
        """Return a powder's input tokens and their mask, (B, T, width) and (B, T)."""
        points = points[:, :N_TOKENS]
        mask = torch.isfinite(points[..., 0])
        mask[:, 0] = True  # a powder without peaks still has its range
        q, log_intensity, *ends = points.nan_to_num(0.0).unbind(-1)
        return self.peak_map(self.features(q, log_intensity, torch.stack(ends, -1))), mask

    def structure_tokens(self, peaks, **_):
        """Return a structure's input tokens and their mask."""
        return self.pattern_tokens(self._with_ends(peaks))

    def _with_ends(self, peaks):
        """Peaks with a range: all that there is."""
        ends = peaks.new_tensor([0.0, self.q_max]).expand(*peaks.shape[:2], 2)
        return torch.cat([peaks, ends], -1)

    def _outline(self, points):
        """Read the histogram."""
        mask = torch.isfinite(points[..., 0])
        q, log_intensity, _, _ = points.nan_to_num(0.0).unbind(-1)
        x = self.histogram_map(self.histogram(q, log_intensity, mask, points[:, 0, 2:]))
        return x + self.histogram_step(x)
