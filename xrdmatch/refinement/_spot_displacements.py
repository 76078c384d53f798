"""Refinement of atomic displacements against spot intensities."""

import math
from typing import NamedTuple

import torch

from xrdmatch.encoders import bragg_survival, intensity_moments
from xrdmatch.refinement._spot_likelihood import (
    DISPLACEMENTS,
    FLOOR,
    NOISES,
    TYPICAL_DISPLACEMENT,
    paired_spots,
    strength_prior,
    with_outliers,
)

START_NOISE = 0.12  # relative error of the intensities while atoms are moved
STRENGTHS = [(u, noise, strength_prior(u, noise)) for u in DISPLACEMENTS for noise in NOISES]
# What atoms have yet to move blurs the pattern: this share of the blur in each step. Spots at low
# q, which depend smoothly on the positions, lead the way.
BLUR = (1.0, 1.0, 1.0, 0.6, 0.6, 0.3, 0.3, 0.15, 0.15, 0.05, 0.05, 0.0, 0.0, 0.0, 0.0)
MAX_STEP = 0.1  # [Å] along an axis
MAX_ENTRIES = 300_000  # (pair, site, spot) entries at a time


class Pairs(NamedTuple):
    """P pairs of a pattern and a candidate."""

    waves: torch.Tensor  # complex amplitude of every site, (P, n_sites, n)
    q: torch.Tensor  # (P, n, 2) [1/Å]
    amplitude: torch.Tensor  # square root of the intensity, (P, n)
    used: torch.Tensor  # 1.0 or 0.0, (P, n)
    blur: torch.Tensor  # variance of the amplitude when no atom has moved yet, (P, n)
    sites: torch.Tensor  # 1.0 or 0.0, (P, n_sites)
    relative: torch.Tensor  # error of an intensity at noise 1, (P, n) or (1, 1)
    start: torch.Tensor  # noise while atoms are moved, (1, 1)


class Solution(NamedTuple):
    """Displacements that are most probable, and how sharply."""

    square: torch.Tensor  # sum of the squared displacements [Å^2], (P,)
    curvature: torch.Tensor  # eigenvalues of the misfit's second derivatives at noise 1, (P, 2 s)
    residual: torch.Tensor  # of the amplitudes, (P, n)


def refined_evidence(points, library, candidates, wanted):
    """Evidence of the paired intensities when every atom's displacement is fitted.

    The displacements in the plane minimise the misfit of the amplitudes plus
    ``sum d^2 / (2 u^2)``, by Gauss and Newton; Laplace's approximation integrates over them, and
    the strengths u and noise are summed over as in `fit_candidates`.

    Parameters
    ----------
    points : ndarray of shape (Q, n, 3)
        Output of `PatternPointCloud`.
    library : MomentLibrary
        The gallery.
    candidates : ndarray of int, shape (Q, C)
        Positions in the gallery.
    wanted : ndarray of bool, shape (Q, C)
        Which of them to refine.

    Returns
    -------
    ndarray of shape (Q, C)
        Log evidence, comparable with that of `SpotFits`; -inf where none is wanted.

    See Also
    --------
    fit_candidates : Compare patterns with candidates, all strengths of imperfection unknown.
    """
    evidence = torch.full(candidates.shape, -torch.inf).flatten()
    with torch.inference_mode():
        points, candidates = torch.as_tensor(points).float(), torch.as_tensor(candidates)
        spots = paired_spots(points, library, candidates)
        n_sites = (library.atoms.numbers[candidates] > 0).sum(-1).flatten()
        for part in _chunks(n_sites, torch.as_tensor(wanted).flatten(), points.shape[1]):
            pairs = _pairs(spots, library, candidates, part, int(n_sites[part].max()))
            evidence[part] = pairs_evidence(pairs, STRENGTHS)
    return evidence.view(candidates.shape).numpy()


def _chunks(n_sites, wanted, n_spots):
    """Wanted pairs, those of like size together, few enough at a time."""
    order = n_sites.argsort(stable=True)
    order = order[wanted[order]]
    block = n_sites[order].cumsum(0) * n_spots // MAX_ENTRIES
    return order.split(block.unique_consecutive(return_counts=True)[1].tolist())


def _pairs(spots, library, candidates, part, n_sites):
    """Collect what the fit of some pairs needs; `part` counts through (Q, C)."""
    rows, row = candidates.flatten()[part], part // candidates.shape[1]
    flat = spots.place.shape[2]
    atoms = library.atoms
    length = spots.length[row, 0]
    unit = (atoms.occupancy[rows].sum(1) * library.unit[rows]).sqrt()[:, None, None]
    size = atoms.factors(rows, n_sites, length) / unit
    hk = spots.indexing.hk.reshape(-1, flat, 2)[part].float()
    phases = 2 * math.pi * atoms.coordinates[rows, :n_sites] @ hk.transpose(1, 2)
    sums = type(spots.sums)(*(x.reshape(-1, flat)[part] for x in spots.sums))
    mean, variance = intensity_moments(sums, bragg_survival(length, TYPICAL_DISPLACEMENT))
    return Pairs(
        torch.polar(size, phases),
        spots.q[row],
        spots.level[row, 0].sqrt(),
        spots.paired.reshape(-1, flat)[part].float(),
        variance / (4 * mean.clamp_min(FLOOR)),
        (atoms.numbers[rows, :n_sites] > 0).float(),
        torch.ones(1, 1),
        torch.full((1, 1), START_NOISE),
    )


def pairs_evidence(pairs, strengths):
    """Evidence of the intensities of pairs when their atoms are moved.

    Parameters
    ----------
    pairs : Pairs
        Patterns and candidates.
    strengths : list of (u, noise, log_prior)
        Displacements [Å] and relative errors that are summed over, with their prior.

    Returns
    -------
    Tensor of shape (P,)
        Log evidence, Laplace's approximation.
    """
    return _evidence(pairs, _solved(pairs), strengths)


def _solved(pairs):
    """Most probable displacements of all pairs."""
    moves = torch.zeros(*pairs.sites.shape, 2)
    prior = torch.full_like(moves, TYPICAL_DISPLACEMENT**-2).flatten(1)
    for share in BLUR:
        scale, model, jacobian = _model(pairs, moves)
        variance = _variance(pairs, pairs.start) + share * scale**2 * pairs.blur
        weighted = jacobian * (pairs.used / variance)[:, None]
        misfit = (pairs.amplitude - scale * model)[..., None]
        curvature = weighted @ jacobian.transpose(1, 2)
        slope = (weighted @ misfit)[..., 0] - moves.flatten(1) * prior
        factor = torch.linalg.cholesky(curvature + torch.diag_embed(prior))
        step = torch.cholesky_solve(slope[..., None], factor)[..., 0]
        step = step.clamp(-MAX_STEP, MAX_STEP).view_as(moves)
        moves = moves + step * pairs.sites[..., None]
    return _solution(pairs, moves)


def _solution(pairs, moves):
    scale, model, jacobian = _model(pairs, moves)
    weight = pairs.used / _variance(pairs, 1.0)
    curvature = torch.linalg.eigvalsh((jacobian * weight[:, None]) @ jacobian.transpose(1, 2))
    residual = pairs.amplitude - scale * model
    return Solution((moves**2).sum((1, 2)), curvature.clamp_min(0), residual)


def _model(pairs, moves):
    """Scale (P, 1), amplitudes (P, n) and their derivatives (P, 2 n_sites, n) times the scale."""
    phases = 2 * math.pi * moves @ pairs.q.transpose(1, 2)  # (P, n_sites, n)
    waves = pairs.waves * torch.polar(torch.ones_like(phases), phases)
    total = waves.sum(1)
    model = (total.abs() ** 2 + FLOOR).sqrt()
    weight = pairs.used / _variance(pairs, pairs.start)
    scale = (weight * pairs.amplitude * model).sum(1, keepdim=True) / (
        (weight * model**2).sum(1, keepdim=True).clamp_min(1e-9)
    )
    by_phase = -(total.conj()[:, None] * waves).imag / model[:, None]  # (P, n_sites, n)
    along = 2 * math.pi * pairs.q.transpose(1, 2)[:, None]  # (P, 1, 2, n)
    return scale, model, (scale[:, None, None] * by_phase[:, :, None] * along).flatten(1, 2)


def _variance(pairs, noise):
    """Variance of a measured amplitude."""
    return (noise * pairs.relative * pairs.amplitude / 2) ** 2 + FLOOR / 4


def _evidence(pairs, solution, strengths):
    """Log evidence of the pairs, summed over the strengths; (P,)."""
    noises = {noise for _, noise, _ in strengths}
    misfit = {noise: _log_misfit(pairs, solution, noise) for noise in noises}
    logs = [
        misfit[noise]
        - solution.square / (2 * u**2)
        - torch.log1p(solution.curvature * (u / noise) ** 2).sum(1) / 2
        + log_prior
        for u, noise, log_prior in strengths
    ]
    return torch.stack(logs).logsumexp(0)


def _log_misfit(pairs, solution, noise):
    """Log density of all ln I over that of outliers; d ln I = 2 d amplitude / amplitude."""
    variance = _variance(pairs, noise)
    log = -(solution.residual**2) / variance / 2 - torch.log(2 * math.pi * variance) / 2
    return (with_outliers(log + torch.log(pairs.amplitude / 2)) * pairs.used).sum(1)
