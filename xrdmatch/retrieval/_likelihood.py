"""How probable a pattern is if it came from a candidate that is strained, vibrating and noisy."""

import math
from typing import NamedTuple

import torch

from xrdmatch.encoders import SpotSums, bragg_survival, intensity_moments
from xrdmatch.retrieval._indexing import index_spots

POSITION_SIGMA = 0.004  # [1/Å] error of a spot's position
MAX_GAP = 4 * POSITION_SIGMA  # farther from its lattice point a spot is not the candidate's
STRAIN_SIGMA = 0.01  # prior of each component of the in-plane deformation ...
STRAIN_FREEDOM = 8.0  # ... Student's t: the larger, the less is a strong deformation forgiven
DISPLACEMENTS = (0.01, 0.02, 0.035, 0.06, 0.08, 0.11, 0.16, 0.24, 0.36)  # [Å] u, integrated over
NOISES = (0.04, 0.1, 0.2, 0.4)  # relative error of an intensity, integrated over
TYPICAL_DISPLACEMENT, TYPICAL_NOISE, SPREAD = 0.08, 0.15, 0.7  # log-normal priors
FLOOR = 1e-3  # in units of the mean intensity: less is not told from nothing
OUTLIER = 0.01  # share of spots that are missing, spurious, or whatever they like
LOG_RANGE = math.log(12.0)  # an outlier's log intensity is uniform over this many e-foldings
MAX_ENTRIES = 400_000  # (query, candidate, spot) entries at a time


class CandidateFits(NamedTuple):
    """How Q patterns fit C candidates each; Tensors of shape (Q, C) if not said otherwise."""

    log_likelihood: torch.Tensor  # of the pattern over that of spots anywhere, of any intensity
    strain: torch.Tensor  # D - 1 of the cell L D, (Q, C, 2, 2)
    displacement: torch.Tensor  # u, root mean square displacement along an axis [Å]
    noise: torch.Tensor  # relative error of the intensities
    scale: torch.Tensor  # of the pattern's mean intensity over the candidate's
    n_extra: torch.Tensor  # spots that the candidate has no place for
    n_missing: torch.Tensor  # spots of the candidate, within the pattern's reach, that are not seen


class Spots(NamedTuple):
    """What the integration over the strengths needs, each of shape (Q, C, n)."""

    sums: SpotSums  # of the paired spots
    length: torch.Tensor  # |q| [1/Å]
    intensity: torch.Tensor  # in units of the pattern's mean, floored
    paired: torch.Tensor  # 1.0 or 0.0


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
    CandidateFits
        Log likelihoods and fitted parameters.
    """
    points = torch.as_tensor(points, dtype=torch.float32)
    candidates = torch.as_tensor(candidates)
    n_columns = min(candidates.shape[1], max(1, MAX_ENTRIES // points.shape[1]))
    n_rows = max(1, MAX_ENTRIES // (points.shape[1] * n_columns))
    with torch.inference_mode():
        rows = [
            _joined([_fit(p, library, part) for part in c.split(n_columns, dim=1)], dim=1)
            for p, c in zip(points.split(n_rows), candidates.split(n_rows), strict=True)
        ]
        return _joined(rows, dim=0)


def _joined(parts, dim):
    return CandidateFits(*(torch.cat(fields, dim) for fields in zip(*parts, strict=True)))


def _fit(points, library, candidates):
    """Fit a few queries; see `fit_candidates`."""
    present = torch.isfinite(points[..., 2])
    points = torch.where(present[..., None], points, 0.0)
    q, intensity = points[..., :2], torch.where(present, points[..., 2].exp(), 0.0)
    intensity = intensity / (intensity.sum(1) / present.sum(1))[:, None]
    reciprocal = library.reciprocal[candidates]
    indexing = index_spots(q, present, reciprocal, POSITION_SIGMA, STRAIN_SIGMA)
    place = library.numbers_of(indexing.hk)  # (Q, C, n)
    sums = library.sums[candidates[..., None], place.clamp_min(0)]  # (Q, C, n, 6)
    known = present[:, None] & (place >= 0) & sums[..., 0].isfinite()
    paired = known & (indexing.gap < MAX_GAP)
    spots = Spots(
        SpotSums(*sums.nan_to_num(0.0).unbind(-1)),
        q.norm(dim=-1)[:, None],
        intensity[:, None] + FLOOR,
        paired.float(),
    )
    evidence, strengths = _integrated(spots)
    strain = indexing.deformation - torch.eye(2)
    extra = (present[:, None] & (place != -1) & ~paired).sum(-1)
    unseen, missing = _unseen(library, candidates, indexing, place, paired, q, intensity, strengths)
    total = evidence + _strain_prior(strain) + extra * math.log(OUTLIER) + unseen
    return CandidateFits(total, strain, *strengths, extra, missing)


def _strain_prior(strain):
    """Log density of the deformation, up to a constant."""
    square = (strain**2).sum((-1, -2)) / STRAIN_SIGMA**2
    return -(STRAIN_FREEDOM + 4) / 2 * torch.log1p(square / STRAIN_FREEDOM)


def _integrated(spots):
    """Log evidence of the paired intensities, and the mean u, noise and scale; (Q, C) each."""
    logs, scales = [], []
    for u in DISPLACEMENTS:
        moments = intensity_moments(spots.sums, bragg_survival(spots.length, u))
        for noise in NOISES:
            log, scale = _paired(spots, *moments, noise)
            logs.append(log + _strength_prior(u, noise))
            scales.append(scale)
    logs = torch.stack(logs, -1)
    weight = logs.softmax(-1)
    grid = torch.cartesian_prod(torch.tensor(DISPLACEMENTS), torch.tensor(NOISES)).log()
    strengths = (weight @ grid).exp().unbind(-1)
    scale = (weight * torch.stack(scales, -1)).sum(-1)
    return logs.logsumexp(-1), (*strengths, scale)


def _strength_prior(u, noise):
    """Log-normal priors on a grid that is even in the logarithm, up to a constant."""
    misfits = math.log(u / TYPICAL_DISPLACEMENT), math.log(noise / TYPICAL_NOISE)
    return -sum((misfit / SPREAD) ** 2 for misfit in misfits) / 2


def _paired(spots, mean, variance, noise):
    """Log likelihood of the paired spots and the most probable scale."""
    total = variance + noise**2 * (mean**2 + variance) + FLOOR**2
    mean = mean + FLOOR
    shape = mean**2 / total
    ratio = spots.intensity / mean
    weight = shape * spots.paired
    strength = weight.sum(-1, keepdim=True).clamp_min(1e-6)
    scale = (weight * ratio).sum(-1, keepdim=True) / strength
    scale = torch.where(scale > 0, scale, 1.0)
    log = torch.logaddexp(
        _log_gamma_density(ratio / scale, shape) + LOG_RANGE + math.log1p(-OUTLIER),
        torch.tensor(math.log(OUTLIER)),
    )
    return (log * spots.paired).sum(-1) - strength[..., 0].clamp_min(1).log() / 2, scale[..., 0]


def _log_gamma_density(ratio, shape):
    """Density of ln(ratio) where ratio has a Gamma distribution of mean one."""
    return shape * (shape.log() + ratio.log() - ratio) - torch.lgamma(shape)


def _unseen(library, candidates, indexing, place, paired, q, intensity, strengths):
    """Log probability that what is missing was too weak, and the number of missing spots."""
    hidden = torch.zeros(*place.shape[:2], len(library.hk) + 1)
    hidden.scatter_(-1, torch.where(paired, place, len(library.hk)), 1.0)
    sums = library.sums[candidates]  # (Q, C, n_spots, 6)
    inverse = torch.linalg.inv(indexing.deformation).transpose(-1, -2)
    length = (library.hk @ library.reciprocal[candidates] @ inverse).norm(dim=-1)
    reach = q.norm(dim=-1).amax(-1)[:, None, None]
    missing = (hidden[..., :-1] == 0) & (length <= reach) & sums[..., 0].isfinite()
    u, noise, scale = (x[..., None] for x in strengths)
    faintest = torch.where(intensity > 0, intensity, torch.inf).amin(1)[:, None, None]
    entry = missing.nonzero(as_tuple=True)
    chosen = SpotSums(*sums[entry].unbind(-1))
    at = (x.expand_as(missing)[entry] for x in (length, u, noise, scale, faintest))
    log = torch.zeros_like(length)
    log[entry] = _log_below(chosen, *at)
    return log.sum(-1), missing.sum(-1)


def _log_below(sums, length, u, noise, scale, faintest):
    """Log probability of an intensity below the faintest that was seen."""
    mean, variance = intensity_moments(sums, bragg_survival(length, u))
    total = variance + noise**2 * (mean**2 + variance) + FLOOR**2
    mean = mean + FLOOR
    shape = mean**2 / total
    below = torch.special.gammainc(shape, shape * (faintest / scale + FLOOR) / mean)
    return torch.log(OUTLIER + (1 - OUTLIER) * below)
