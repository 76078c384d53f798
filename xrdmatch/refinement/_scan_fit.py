"""Bounded refinement of a scan by many candidates at once."""

from typing import NamedTuple

import numpy as np

from xrdmatch.refinement._scan_model import Layout, calculated, calculated_with_slopes

STARTS = tuple(np.linspace(-0.02, 0.02, 11))  # isotropic strains that the fit starts from
N_STEPS = 6, 7  # of each widened scan, of the scan itself
WIDEST = 2.0  # [degrees] that lines may be
DAMPING = 1e-2, 0.3, 6.0  # at first; after a step that helps; after one that does not
SETTLED = 1e-4  # of the cost: candidates that a step changes by less stay where they are
TINY = 1e-20


class ScanModel(NamedTuple):
    """Priors: what a measured scan may differ by from what a candidate would give.

    Parameters
    ----------
    model_error : float, default=0.3
        What a calculated profile errs by, in units of the peak that is seen there.
    expansion : float, default=0.008
        Linear expansion of the cell.
    distortion : float, default=0.006
        Each strain of the cell that keeps the volume.
    texture : float, default=0.4
        Each component of the tensor T in the factor ``exp(q.T.q / q^2)``.
    zero : float, default=0.06
        Shift of all angles [degrees].
    width : tuple of two floats, default=(0.2, 0.5)
        Typical full width at half maximum of lines [degrees], and the spread of its logarithm.
        Where lines are narrower than 0.05 degrees, or the instrument is known, the typical width
        is theirs.
    b_iso : float, default=0.8
        Debye-Waller factor on top of the simulator's [Å^2].
    eta : tuple of two floats, default=(0.5, 0.25)
        Typical Lorentzian share of lines, and its spread.
    tail_error : float, default=0.1
        What tails err by, in units of what is seen within 0.6 degrees.
    faintest : float, default=0.02
        What other phases and humps of the background may show, in units of the strongest peak.
    mean_expansion : float, default=0.0
        Linear expansion that is expected.
    largest_strain : float, default=0.04
        What no coefficient of the cell's strain exceeds.

    See Also
    --------
    scan_fits : Fit structures to scans, and say what was fitted.
    refine_scan : Refine a known structure against a powder scan.
    """

    model_error: float = 0.3
    expansion: float = 0.008
    distortion: float = 0.006
    texture: float = 0.4
    zero: float = 0.06
    width: tuple = (0.2, 0.5)
    b_iso: float = 0.8
    eta: tuple = (0.5, 0.25)
    tail_error: float = 0.1
    faintest: float = 0.02
    mean_expansion: float = 0.0
    largest_strain: float = 0.04


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

    def taken(self, rows):
        """Take some of the candidates."""
        return _Point(*(values[rows] for values in self))

    def update(self, rows, others):
        """Put others in the place of some candidates."""
        for own, new in zip(self, others, strict=True):
            own[rows] = new


class Prior(NamedTuple):
    """Of all parameters of one lattice type, (n_parameters,) each."""

    mean: np.ndarray
    sigma: np.ndarray
    low: np.ndarray  # where parameters must stay, whatever the prior
    high: np.ndarray
    longest: np.ndarray  # step


def refined(queries, at_rest, model, n_steps=N_STEPS):
    """Refine the parameters of candidates.

    1. Start from the isotropic strain that suits the widened scan best.
    2. Fit the widened scan, in which peaks off by a degree still overlap with their own; where
       lines are narrow, a less widened one next.
    3. Fit the scan itself.

    Parameters
    ----------
    queries : tuple of ScanQuery
        Output of `scan_queries`.
    at_rest : tuple of Candidates
        The candidates before each of them.
    model : ScanModel
        The priors.
    n_steps : tuple of two ints, default=(6, 7)
        Steps of the fit of each widened scan, and of the scan itself.

    Returns
    -------
    Fit
        The most probable parameters.
    """
    prior = prior_of(Layout(at_rest[0].basis.shape[1]), model, queries[-1].lines)
    parameters = _start(queries[0], at_rest[0], prior)
    steps = (*n_steps[:1] * (len(queries) - 1), n_steps[1])
    for query, candidates, n in zip(queries, at_rest, steps, strict=True):
        point = _descended(parameters, query, candidates, prior, n)
        parameters = point.parameters
    return Fit(point.parameters, point.cost, point.curvature, point.scale, point.profile)


def prior_of(layout, model, lines):
    """Means, standard deviations and bounds of all parameters."""
    prior = Prior(*np.zeros((5, layout.n_parameters), dtype=np.float32))
    smallest, longest = np.log(lines.narrowest), 0.08 * lines.reach
    most = model.largest_strain
    for part, mean, sigma, low, high, step in (
        (layout.strain, 0.0, model.distortion, -most, most, 0.006),
        (layout.strain.start, model.mean_expansion, model.expansion, -most, most, 0.006),
        (layout.texture, 0.0, model.texture, -3.0, 3.0, 0.5),
        (layout.zero, *lines.zero, -0.4, 0.4, longest),
        (layout.widths, np.log(lines.fwhm), model.width[1], smallest, np.log(WIDEST), 0.5),
        (layout.b_iso, 0.0, model.b_iso, -2.0, 6.0, 0.8),
        (layout.eta, lines.eta, model.eta[1], 0.0, 1.0, 0.3),
    ):
        for values, value in zip(prior, (mean, sigma, low, high, step), strict=True):
            values[part] = value
    return prior


def _start(query, candidates, prior):
    """Try isotropic strains and keep the best for each candidate."""
    n, n_starts = len(candidates.q), len(STARTS)
    parameters = np.tile(prior.mean, (n * n_starts, 1))
    parameters[:, 0] = np.tile(STARTS, n)
    tried = candidates.taken(np.repeat(np.arange(n), n_starts))
    profile = query.without_background(calculated(parameters, tried, query) * query.weight)
    cost = _cost(parameters, profile, _scale(profile, query), query, prior)
    best = cost.reshape(n, n_starts).argmin(1)
    return parameters[n_starts * np.arange(n) + best]


def _scale(profile, query):
    """Most probable scale of weighted profiles, never negative."""
    return np.maximum(profile @ query.target / np.maximum((profile**2).sum(1), TINY), 0)


def _cost(parameters, profile, scale, query, prior):
    residual = query.target - scale[:, None] * profile
    off = (parameters - prior.mean) / prior.sigma
    return query.share * (residual**2).sum(1) + (off**2).sum(1)


def _descended(parameters, query, candidates, prior, n_steps):
    """Levenberg and Marquardt's steps, each candidate with a damping of its own."""
    point = _point(parameters, query, candidates, prior)
    damping = np.full(len(parameters), DAMPING[0], dtype=np.float32)
    moving, still = np.arange(len(parameters)), candidates
    for _ in range(n_steps):
        old = point.taken(moving)
        trial = _point(_stepped(old, damping[moving], prior), query, still, prior)
        gain = old.cost - trial.cost
        point.update(moving[gain > 0], trial.taken(gain > 0))
        damping[moving] *= np.where(gain > 0, *DAMPING[1:]).astype(np.float32)
        unsettled = np.abs(gain) > SETTLED
        if not unsettled.any():
            break
        if not unsettled.all():
            moving, still = moving[unsettled], still.taken(unsettled)
    return point


def _stepped(point, damping, prior):
    """Parameters after one step."""
    diagonal = point.curvature * np.eye(len(prior.mean), dtype=np.float32)
    matrix = point.curvature + damping[:, None, None] * diagonal
    step = np.linalg.solve(matrix, point.slope[..., None])[..., 0]
    step = np.clip(step, -prior.longest, prior.longest)
    return np.clip(point.parameters + step, prior.low, prior.high)


def _point(parameters, query, candidates, prior):
    """Cost of some parameters, its slope and its curvature; the scale follows along."""
    raw, slopes = calculated_with_slopes(parameters, candidates, query)
    profile = query.without_background(raw * query.weight)
    scale = _scale(profile, query)
    slopes = query.without_background(slopes * query.weight)
    size = np.sqrt(np.maximum((profile**2).sum(1), TINY))
    along = slopes @ (profile / size[:, None])[..., None]  # (n, n_parameters, 1)
    residual = query.target - scale[:, None] * profile
    # the scale is fitted as well: what lies along the profile does not count
    products = slopes @ slopes.transpose(0, 2, 1) - along * along.transpose(0, 2, 1)
    curvature = query.share * scale[:, None, None] ** 2 * products + np.diag(prior.sigma**-2)
    pull = (parameters - prior.mean) / prior.sigma**2
    slope = query.share * scale[:, None] * (slopes @ residual[..., None])[..., 0] - pull
    cost = _cost(parameters, profile, scale, query, prior)
    return _Point(parameters, cost, curvature, slope, scale, raw)
