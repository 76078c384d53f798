"""How probable a pattern is if it came from a candidate that is strained, vibrating and noisy."""

import math
from typing import NamedTuple

import numpy as np
import torch

from xrdmatch.encoders import SpotSums, bragg_survival, intensity_moments
from xrdmatch.refinement._fits import SpotFits
from xrdmatch.refinement._spot_indexing import Indexing, index_spots

POSITION_SIGMA = 0.004  # [1/Å] error of a spot's position
MAX_GAP = 4 * POSITION_SIGMA  # farther from its lattice point a spot is not the candidate's
STRAIN_SIGMA = 0.01  # prior of each component of the in-plane deformation ...
STRAIN_FREEDOM = 8.0  # ... Student's t: the larger, the less is a strong deformation forgiven
DISPLACEMENTS = (0.004, 0.012, 0.03, 0.055, 0.085, 0.13, 0.2, 0.34)  # [Å] u, integrated over
NOISES = (0.01, 0.04, 0.13, 0.4)  # relative error of an intensity, integrated over
TYPICAL_DISPLACEMENT, TYPICAL_NOISE, SPREAD = 0.08, 0.15, 0.7  # log-normal priors
FLOOR = 1e-3  # in units of the mean intensity: less is not told from nothing
OUTLIER = 0.01  # share of spots that are missing, spurious, or whatever they like
LOG_RANGE = math.log(12.0)  # an outlier's log intensity is uniform over this many e-foldings
MAX_ENTRIES = 400_000  # (query, candidate, spot) entries at a time


class _Fits(NamedTuple):
    """Fields of `SpotFits` as tensors, (Q, C) and more."""

    log_likelihood: torch.Tensor
    evidence: torch.Tensor
    strain: torch.Tensor
    displacement: torch.Tensor
    noise: torch.Tensor
    scale: torch.Tensor
    n_extra: torch.Tensor
    n_missing: torch.Tensor


class Spots(NamedTuple):
    """Spots of Q queries beside those of C candidates each."""

    q: torch.Tensor  # (Q, n, 2) [1/Å]
    present: torch.Tensor  # not padding, (Q, n)
    intensity: torch.Tensor  # in units of the pattern's mean, (Q, n)
    indexing: Indexing
    place: torch.Tensor  # number of the candidate's spot, -1: beyond its range, (Q, C, n)
    judged: torch.Tensor  # within the candidate's range, (Q, C, n) of bool
    paired: torch.Tensor  # (Q, C, n) of bool
    sums: SpotSums  # of the candidate's spots, zero where there is none, (Q, C, n)

    @property
    def length(self):
        """``|q|`` [1/Å], (Q, 1, n)."""
        return self.q.norm(dim=-1)[:, None]

    @property
    def level(self):
        """Intensities with their floor, (Q, 1, n)."""
        return self.intensity[:, None] + FLOOR


def fit_candidates(points, library, candidates):
    """Compare patterns with candidates, all strengths of imperfection unknown.

    Parameters
    ----------
    points : ndarray of shape (Q, n, 3)
        Output of `PatternPointCloud`.
    library : MomentLibrary
        The gallery.
    candidates : ndarray of int, shape (Q, C)
        Positions in the gallery.

    Returns
    -------
    SpotFits
        Log likelihoods and fitted parameters; distances are minus the former, each pattern is a
        query.

    See Also
    --------
    moment_library : Sum up the atoms of structures.
    refined_evidence : Evidence of the paired intensities when every atom's displacement is fitted.
    """
    indices = np.asarray(candidates)
    points = torch.as_tensor(points, dtype=torch.float32)
    candidates = torch.as_tensor(candidates)
    n_columns = min(candidates.shape[1], max(1, MAX_ENTRIES // points.shape[1]))
    n_rows = max(1, MAX_ENTRIES // (points.shape[1] * n_columns))
    with torch.inference_mode():
        rows = [
            _joined([_fit(p, library, part) for part in c.split(n_columns, dim=1)], dim=1)
            for p, c in zip(points.split(n_rows), candidates.split(n_rows), strict=True)
        ]
        values = [value.numpy() for value in _joined(rows, dim=0)]
    return SpotFits(-values[0], indices, np.arange(len(indices)), *values)


def _joined(parts, dim):
    return _Fits(*(torch.cat(fields, dim) for fields in zip(*parts, strict=True)))


def _fit(points, library, candidates):
    """Fit a few queries; see `fit_candidates`."""
    spots = paired_spots(points, library, candidates)
    evidence, strengths = _integrated(spots)
    strain = spots.indexing.deformation - torch.eye(2)
    extra = (spots.judged & ~spots.paired).sum(-1)
    unseen, missing = _unseen(library, candidates, spots, strengths)
    total = evidence + _strain_prior(strain) + extra * math.log(OUTLIER) + unseen
    return _Fits(total, evidence, strain, *strengths, extra, missing)


def paired_spots(points, library, candidates):
    """Lay the spots of patterns, (Q, n, 3), beside those of candidates, (Q, C)."""
    present = torch.isfinite(points[..., 2])
    points = torch.where(present[..., None], points, 0.0)
    q, intensity = points[..., :2], torch.where(present, points[..., 2].exp(), 0.0)
    intensity = intensity / (intensity.sum(1) / present.sum(1))[:, None]
    reciprocal = library.reciprocal[candidates]
    indexing = index_spots(q, present, reciprocal, POSITION_SIGMA, STRAIN_SIGMA)
    place = library.numbers_of(indexing.hk)  # (Q, C, n)
    sums = library.sums[candidates[..., None], place.clamp_min(0)]  # (Q, C, n, 6)
    known = present[:, None] & (place >= 0) & sums[..., 0].isfinite()
    judged = known | (present[:, None] & (indexing.hk == 0).all(-1))
    paired = known & (indexing.gap < MAX_GAP)
    sums = SpotSums(*sums.nan_to_num(0.0).unbind(-1))
    return Spots(q, present, intensity, indexing, place, judged, paired, sums)


def _strain_prior(strain):
    """Log density of the deformation, up to a constant."""
    square = (strain**2).sum((-1, -2)) / STRAIN_SIGMA**2
    return -(STRAIN_FREEDOM + 4) / 2 * torch.log1p(square / STRAIN_FREEDOM)


def _integrated(spots):
    """Log evidence of the paired intensities; most probable u, noise and scale; (Q, C) each."""
    logs, scales = [], []
    for u in DISPLACEMENTS:
        mean, variance = intensity_moments(spots.sums, bragg_survival(spots.length, u))
        ratio = spots.level / (mean + FLOOR)
        moments = mean, variance, ratio, ratio.log()
        for noise in NOISES:
            log, scale = _paired(spots.paired, *moments, noise)
            logs.append(log + strength_prior(u, noise))
            scales.append(scale)
    logs = torch.stack(logs, -1)
    scale = (logs.softmax(-1) * torch.stack(scales, -1)).sum(-1)
    grid = logs.unflatten(-1, (len(DISPLACEMENTS), len(NOISES)))
    u, noise = _peak(grid.logsumexp(-1), DISPLACEMENTS), _peak(grid.logsumexp(-2), NOISES)
    return logs.logsumexp(-1), (u, noise, scale)


def _peak(logs, values):
    """Most probable value: the top of a parabola through the highest of `logs` and its neighbours.

    The grid's logarithms count as evenly spaced.
    """
    top = logs.argmax(-1, keepdim=True).clamp(1, len(values) - 2)
    before, at, after = (logs.gather(-1, top + i)[..., 0] for i in (-1, 0, 1))
    offset = ((before - after) / (2 * (before - 2 * at + after)).clamp_max(-1e-6)).clamp(-1, 1)
    place = top[..., 0] + offset
    logarithms = torch.tensor(values).log()
    left = place.floor().long().clamp(0, len(values) - 2)
    return torch.lerp(logarithms[left], logarithms[left + 1], place - left).exp()


def strength_prior(u, noise):
    """Log-normal priors on a grid that is even in the logarithm, up to a constant."""
    misfits = math.log(u / TYPICAL_DISPLACEMENT), math.log(noise / TYPICAL_NOISE)
    return -sum((misfit / SPREAD) ** 2 for misfit in misfits) / 2


def _paired(paired, mean, variance, ratio, log_ratio, noise):
    """Log likelihood of the paired spots and the most probable scale; `ratio`: seen over mean."""
    shape = gamma_shape(mean, variance, noise)
    weight = shape * paired
    strength = weight.sum(-1, keepdim=True).clamp_min(1e-6)
    scale = (weight * ratio).sum(-1, keepdim=True) / strength
    scale = torch.where(scale > 0, scale, 1.0)
    log = shape * (shape.log() + log_ratio - scale.log() - ratio / scale) - torch.lgamma(shape)
    total = (with_outliers(log) * paired).sum(-1)
    return total - strength[..., 0].clamp_min(1).log() / 2, scale[..., 0]


def gamma_shape(mean, variance, noise):
    """Shape of the Gamma density of a noisy intensity, everything being floored."""
    total = variance + noise**2 * (mean**2 + variance) + FLOOR**2
    return (mean + FLOOR) ** 2 / total


def with_outliers(log_density):
    """Log density of ln I over that of an outlier, never less than an outlier's own."""
    return (log_density + LOG_RANGE + math.log1p(-OUTLIER)).clamp_min(math.log(OUTLIER))


def _unseen(library, candidates, spots, strengths):
    """Log probability that what is missing was too weak, and the number of missing spots."""
    missing, length = _missing(library, candidates, spots)
    faintest = torch.where(spots.intensity > 0, spots.intensity, torch.inf).amin(1)
    entry = missing.nonzero(as_tuple=True)
    chosen = SpotSums(*library.sums[candidates][entry].unbind(-1))
    others = (length, *(x[..., None] for x in strengths), faintest[:, None, None])
    log = torch.zeros_like(length)
    log[entry] = _log_below(chosen, *(x.expand_as(missing)[entry] for x in others))
    return log.sum(-1), missing.sum(-1)


def _missing(library, candidates, spots):
    """Which of the candidates' spots (Q, C, n_spots) should be seen and are not; their ``|q|``."""
    seen = torch.zeros(*spots.place.shape[:2], len(library.hk) + 1)
    seen.scatter_(-1, torch.where(spots.paired, spots.place, len(library.hk)), 1.0)
    change = torch.linalg.inv(spots.indexing.deformation).transpose(-1, -2)
    length = (library.hk @ library.reciprocal[candidates] @ change).norm(dim=-1)
    reach = spots.length.amax(-1, keepdim=True)
    exists = library.sums[candidates][..., 0].isfinite()
    return (seen[..., :-1] == 0) & (length <= reach) & exists, length


def _log_below(sums, length, u, noise, scale, faintest):
    """Log probability of an intensity below the faintest that was seen."""
    mean, variance = intensity_moments(sums, bragg_survival(length, u))
    shape = gamma_shape(mean, variance, noise)
    below = torch.special.gammainc(shape, shape * (faintest / scale + FLOOR) / (mean + FLOOR))
    return torch.log(OUTLIER + (1 - OUTLIER) * below)
