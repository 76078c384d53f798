"""Bounded refinement of a scan by many candidates at once."""

from typing import NamedTuple

import numpy as np

from xrdmatch.refinement._scan_model import Layout, calculated, calculated_with_slopes

BLUR = 0.6  # [degrees] by which the scan is widened at first
STARTS = tuple(np.linspace(-0.02, 0.02, 11))  # isotropic strains that the fit starts from
N_STEPS = 6, 7  # of the widened scan, of the scan itself
DAMPING = 1e-2, 0.3, 6.0  # at first; after a step that helps; after one that does not
TINY = 1e-20


class ScanModel(NamedTuple):
    """Priors: what a measured scan may differ by from what a candidate would give."""

    model_error: float = 0.3  # of a profile, in units of the peak seen there
    expansion: float = 0.008  # linear, of the cell
    distortion: float = 0.006  # of each strain that keeps the volume
    texture: float = 0.4  # of each tensor component
    zero: float = 0.06  # [degrees]
    width: tuple = (0.2, 0.5)  # [degrees] typical full width; spread of its logarithm
    b_iso: float = 0.8  # [Å^2]
    eta: tuple = (0.5, 0.25)  # Lorentzian share and its spread


class Fit(NamedTuple):
    """What came out, for n candidates of one lattice type."""

    parameters: np.ndarray  # (n, n_parameters)
    cost: np.ndarray  # misfit and priors, twice a negative log probability, (n,)
    curvature: np.ndarray  # half the second derivatives of the cost, (n, p, p)
    scale: np.ndarray  # (n,)
    profile: np.ndarray  # of scale 1, not weighted, (n, n_points)


class _Point(NamedTuple):
    parameters: np.ndarray
    cost: np.ndarray
    curvature: np.ndarray
    slope: np.ndarray
    scale: np.ndarray
    profile: np.ndarray


def refined(wide, sharp, at_rest, model):
    """Refine the parameters of candidates.

    1. Start from the isotropic strain that suits the widened scan best.
    2. Fit the widened scan, in which peaks off by a degree still overlap with their own.
    3. Fit the scan itself.

    Parameters
    ----------
    wide, sharp : ScanQuery
        The scan widened, and as it is.
    at_rest : tuple of Candidates
        The candidates before each of them.
    model : ScanModel
        The priors.

    Returns
    -------
    Fit
        The most probable parameters.
    """
    layout = Layout(at_rest[0].basis.shape[1])
    prior = _prior(layout, model)
    parameters = _start(wide, at_rest[0], layout, prior)
    point = None
    for query, candidates, n_steps in zip((wide, sharp), at_rest, N_STEPS, strict=True):
        point = _descended(parameters, query, candidates, layout, prior, n_steps)
        parameters = point.parameters
    return Fit(point.parameters, point.cost, point.curvature, point.scale, point.profile)


def _prior(layout, model):
    """Means and standard deviations of all parameters."""
    mean, sigma = np.zeros((2, layout.n_parameters), dtype=np.float32)
    sigma[layout.strain], sigma[layout.strain.start] = model.distortion, model.expansion
    sigma[layout.texture] = model.texture
    sigma[layout.zero], sigma[layout.b_iso] = model.zero, model.b_iso
    mean[layout.widths], sigma[layout.widths] = np.log(model.width[0]), model.width[1]
    mean[layout.eta], sigma[layout.eta] = model.eta
    return mean, sigma


def _bounds(layout):
    """Where parameters must stay, whatever the prior; and the longest step."""
    low, high, step = np.zeros((3, layout.n_parameters), dtype=np.float32)
    for part, a, b, c in (
        (layout.strain, -0.04, 0.04, 0.006),
        (layout.texture, -3.0, 3.0, 0.5),
        (layout.zero, -0.4, 0.4, 0.08),
        (layout.widths, np.log(0.03), np.log(2.0), 0.5),
        (layout.b_iso, -2.0, 6.0, 0.8),
        (layout.eta, 0.0, 1.0, 0.3),
    ):
        low[part], high[part], step[part] = a, b, c
    return low, high, step


def _start(query, candidates, layout, prior):
    """Try isotropic strains and keep the best for each candidate."""
    best, kept = None, None
    for strain in STARTS:
        parameters = np.tile(prior[0], (len(candidates.q), 1))
        parameters[:, layout.strain.start] = strain
        profile = query.without_background(calculated(parameters, candidates, query) * query.weight)
        cost = _cost(parameters, profile, _scale(profile, query), query, prior)
        if best is None:
            best, kept = cost, parameters
        better = cost < best
        best, kept = _where(better, cost, best), _where(better, parameters, kept)
    return kept


def _scale(profile, query):
    """Most probable scale of weighted profiles, never negative."""
    return np.maximum(profile @ query.target / np.maximum((profile**2).sum(1), TINY), 0)


def _cost(parameters, profile, scale, query, prior):
    residual = query.target - scale[:, None] * profile
    mean, sigma = prior
    return query.share * (residual**2).sum(1) + (((parameters - mean) / sigma) ** 2).sum(1)


def _descended(parameters, query, candidates, layout, prior, n_steps):
    """Levenberg and Marquardt's steps, each candidate with a damping of its own."""
    low, high, longest = _bounds(layout)
    point = _point(parameters, query, candidates, prior)
    damping = np.full(len(parameters), DAMPING[0], dtype=np.float32)
    for _ in range(n_steps):
        diagonal = point.curvature * np.eye(layout.n_parameters, dtype=np.float32)
        matrix = point.curvature + damping[:, None, None] * diagonal
        step = np.linalg.solve(matrix, point.slope[..., None])[..., 0]
        moved = np.clip(point.parameters + np.clip(step, -longest, longest), low, high)
        trial = _point(moved, query, candidates, prior)
        better = trial.cost < point.cost
        point = _Point(*(_where(better, new, old) for new, old in zip(trial, point, strict=True)))
        damping *= np.where(better, *DAMPING[1:]).astype(np.float32)
    return point


def _where(choice, new, old):
    return np.where(choice.reshape(-1, *[1] * (new.ndim - 1)), new, old)


def _point(parameters, query, candidates, prior):
    """Cost of some parameters, its slope and its curvature; the scale follows along."""
    raw, slopes = calculated_with_slopes(parameters, candidates, query)
    profile = query.without_background(raw * query.weight)
    scale = _scale(profile, query)
    slopes = query.without_background(slopes * query.weight) * scale[:, None, None]
    square = np.maximum((profile**2).sum(1), TINY)
    along = (slopes @ profile[..., None])[..., 0] / square[:, None]
    slopes = slopes - along[..., None] * profile[:, None]  # the scale is fitted as well
    residual = query.target - scale[:, None] * profile
    mean, sigma = prior
    curvature = query.share * slopes @ slopes.transpose(0, 2, 1) + np.diag(sigma**-2)
    slope = query.share * (slopes @ residual[..., None])[..., 0] - (parameters - mean) / sigma**2
    cost = _cost(parameters, profile, scale, query, prior)
    return _Point(parameters, cost, curvature, slope, scale, raw)
