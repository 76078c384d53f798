"""Structure-factor towers: crystals and patterns as spots, with one transformer."""

import math

import torch
from torch import nn

from xrdmatch.encoders._expected import expected_pattern, gaussian_sum
from xrdmatch.encoders._fourier import SpotFeatures
from xrdmatch.encoders._transformer import ProjectionHead, Transformer

N_CHANNELS = 8  # learned structure factors


class StructureFactorTowers(nn.Module):
    """Crystal and pattern as points in reciprocal space, read by one shared transformer.

    A pattern's spot enters by its position and log intensity. A structure enters as the spots
    that it is expected to give while its atoms move, through the same input map; a second map,
    which starts at zero, adds what only the structure knows: the relative spread, the intensity
    without motion, the share of Bragg scattering, and learned channels
    ``|sum_j c(Z_j) exp(2 pi i q.r_j)|``.

    Parameters
    ----------
    hk : array-like of shape (n_spots, 2)
        Miller indices of a structure's spots, one of each Friedel pair.
    amplitude, width : array-like of shape (n_elements, n_gaussians)
        Gaussian coefficients of the form factors by atomic number, widths with the Debye-Waller
        factor added [Å^2].
    displacement : float
        Root mean square displacement that a structure is expected with [Å].
    q_max : float or None
        Largest length of q that patterns reach [1/Å]; a structure's spots beyond it are left out,
        except for its first.
    n_layers, n_heads, embedding_dim : int
        Size; `embedding_dim` is also the width of the transformer.
    dropout : float
        Share left out while training.

    See Also
    --------
    SequenceTowers : Towers of Fu et al. (2025): crystal tokens and diffraction spots.
    expected_pattern
        Mean and spread of ``|F|^2 / N`` when every atom moves by N(0, displacement) per axis.
    """

    def __init__(
        self,
        hk,
        amplitude,
        width,
        *,
        displacement=0.08,
        q_max=None,
        n_layers=3,
        n_heads=4,
        embedding_dim=160,
        dropout=0.0,
    ):
        super().__init__()
        for name, table in (("hk", hk), ("amplitude", amplitude), ("form_width", width)):
            self.register_buffer(name, torch.tensor(table, dtype=torch.float32))
        self.displacement = displacement
        self.q_max = math.inf if q_max is None else q_max
        self.position = SpotFeatures()
        self.spot_map = nn.Sequential(
            nn.Linear(self.position.n_features + 2, embedding_dim),
            nn.GELU(),
            nn.Linear(embedding_dim, embedding_dim),
        )
        self.channels = nn.Embedding(len(self.amplitude), N_CHANNELS)
        self.structure_map = nn.Linear(3 + N_CHANNELS, embedding_dim)
        nn.init.zeros_(self.structure_map.weight)
        nn.init.zeros_(self.structure_map.bias)
        self.transformer = Transformer(embedding_dim, n_layers, n_heads, dropout)
        self.head = ProjectionHead(embedding_dim, embedding_dim)

    def encode_patterns(self, points):
        """Embed patterns (B, n_points, 3): q_x, q_y [1/Å] and log intensity, NaN as padding."""
        return self._read_out(*self.pattern_tokens(points))

    def encode_structures(self, lattice, frac_coords, numbers, **_):
        """Embed framed cells (B, 3, 3) with sites (B, n_sites, 3) and numbers (B, n_sites)."""
        return self._read_out(*self.structure_tokens(lattice, frac_coords, numbers))

    def pattern_weights(self, points):
        """Return the attention weights between a pattern's spots, (B, n_heads, T, T) a layer."""
        return self._weights(*self.pattern_tokens(points))

    def structure_weights(self, lattice, frac_coords, numbers, **_):
        """Return the attention weights between a structure's spots, likewise."""
        return self._weights(*self.structure_tokens(lattice, frac_coords, numbers))

    def pattern_tokens(self, points):
        """Return a pattern's input tokens and their mask, (B, n_points, width), (B, n_points)."""
        mask = torch.isfinite(points[..., 2])
        points = torch.where(mask[..., None], points, 0.0)
        return self._spot_tokens(points[..., :2], points[..., 2], mask), mask

    def structure_tokens(self, lattice, frac_coords, numbers, **_):
        """Return a structure's input tokens and their mask."""
        with torch.autocast(lattice.device.type, enabled=False):  # phases need all their digits
            return self._structure_tokens(lattice, frac_coords, numbers)

    def expected(self, lattice, frac_coords, numbers, **_):
        """Return the spots that structures are expected to give, an `ExpectedPattern`."""
        xy = (frac_coords @ lattice)[..., :2]
        return expected_pattern(
            xy, numbers, lattice[:, :2, :2], self.hk, self._form_factors, self.displacement
        )

    def _structure_tokens(self, lattice, frac_coords, numbers):
        expected = self.expected(lattice, frac_coords, numbers)
        mask = self._within_reach(expected.q)
        log_mean = _log(expected.mean)
        tokens = self._spot_tokens(expected.q, log_mean, mask)
        return tokens + self.structure_map(self._own_features(expected, log_mean, numbers)), mask

    def _within_reach(self, q):
        length = q.norm(dim=2)
        return length <= length.amin(1, keepdim=True).clamp_min(self.q_max)  # (B, n_spots)

    def _form_factors(self, numbers, length):
        return gaussian_sum(numbers, length, self.amplitude, self.form_width)

    def _spot_tokens(self, q, log_intensity, mask):
        level = _relative(log_intensity, mask)[..., None]
        features = torch.cat([self.position(q), level, level**2 / 4], -1)
        return self.spot_map(features)  # (B, T, width)

    def _own_features(self, expected, log_mean, numbers):
        present = (numbers > 0)[..., None]
        weights = torch.where(present, self.channels(numbers), 0.0)  # (B, n_sites, N_CHANNELS)
        scale = present.sum(1).clamp_min(1).sqrt()[..., None]
        real, imag = (
            weights.transpose(1, 2) @ part / scale  # (B, N_CHANNELS, n_spots)
            for part in (expected.waves.real, expected.waves.imag)
        )
        channels = (real**2 + imag**2 + 1e-6).sqrt().transpose(1, 2)
        facts = torch.stack(
            [
                expected.deviation / expected.mean.clamp_min(1e-9),
                (_log(expected.bragg) - log_mean).clamp_min(-8.0) / 4,
                expected.survival,
            ],
            -1,
        )
        return torch.cat([facts, channels], -1)

    def _weights(self, tokens, mask):
        return self.transformer.weights(tokens, mask[:, None, None])

    def _read_out(self, tokens, mask):
        x = self.transformer(tokens, None if mask.all() else mask[:, None, None])
        x = (x * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        return nn.functional.normalize(self.head(x), dim=1)


def _log(intensity):
    return torch.log(intensity.clamp_min(1e-12))


def _relative(log_intensity, mask, floor=-7.0):
    """Log intensity relative to the pattern's mean intensity, floored; zero where masked."""
    total = torch.logsumexp(log_intensity.masked_fill(~mask, -torch.inf), 1, keepdim=True)
    mean = total - mask.sum(1, keepdim=True).log()
    return torch.where(mask, (log_intensity - mean).clamp_min(floor), 0.0) / 2
