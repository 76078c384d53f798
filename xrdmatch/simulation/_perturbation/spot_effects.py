"""Effects on which spots are seen: missing, hidden and spurious ones.

Whatever takes spots away leaves a pattern's strongest one where nothing else would be left.
"""

from dataclasses import dataclass
from numbers import Real

import numpy as np

from xrdmatch.simulation._perturbation.effect import SpotEffect, check_numbers, row_maximum


@dataclass(frozen=True)
class MissingSpots(SpotEffect):
    """Spots that were not found: some at random, and those too weak.

    Where none would be left, the strongest stays.

    Parameters
    ----------
    share : float, default=0.1
        Probability with which each spot is missing, at most 1. Severity multiplies it, up to 1.
    threshold : float, default=0.0
        Intensity below which no spot is found, in units of the strongest. Severity multiplies it.

    See Also
    --------
    SpuriousSpots : Spots that are none of the crystal's: dirt, the substrate, double diffraction.
    BeamStop : A beam stop that hides the spots with ``|q| < radius``, and those behind its arm.
    Perturbation : How a query differs from the ideal crystal: effects, applied one after the other.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.simulation import MissingSpots
    >>> q, intensity = np.zeros((1, 3, 2)), np.array([[100.0, 10.0, 0.5]])
    >>> MissingSpots(0, 0.01)(q, intensity, np.ones(1), np.random.RandomState(0))[1]
    array([[100.,  10.,  nan]])
    """

    share: float = 0.1
    threshold: float = 0.0

    def __post_init__(self):
        check_numbers(self, "share", largest=1.0)
        check_numbers(self, "threshold")

    def __call__(self, q, intensity, severity, rng):
        severity = severity[:, None]
        lost = rng.uniform(size=intensity.shape) < severity * self.share
        weak = intensity < severity * self.threshold * row_maximum(intensity)
        return without(q, intensity, lost | weak)


@dataclass(frozen=True)
class SpuriousSpots(SpotEffect):
    """Spots that are none of the crystal's: dirt, the substrate, double diffraction.

    Their number is Poisson-distributed. They lie uniformly in a disc, in the plane of the
    pattern's own spots, and their intensities are distributed exponentially.

    Parameters
    ----------
    n_spots : float, default=5.0
        Mean number a pattern. Severity multiplies it.
    strength : float, default=0.05
        Mean intensity in units of the strongest spot.
    q_max : float, default=None
        Radius of the disc [1/Å]; None reaches the pattern's outermost spot.

    See Also
    --------
    MissingSpots : Spots that were not found: some at random, and those too weak.
    Perturbation : How a query differs from the ideal crystal: effects, applied one after the other.

    Examples
    --------
    >>> from xrdmatch.simulation import SpuriousSpots
    >>> SpuriousSpots(3, strength=0.1)
    SpuriousSpots(n_spots=3.0, strength=0.1, q_max=None)
    """

    n_spots: float = 5.0
    strength: float = 0.05
    q_max: float | None = None

    def __post_init__(self):
        check_numbers(self, "n_spots", "strength")
        if self.q_max is not None and not (isinstance(self.q_max, Real) and 0 < self.q_max < 1e3):
            raise ValueError(
                f"SpuriousSpots' q_max must be positive [1/Å] or None, got {self.q_max!r}; None "
                "reaches the outermost spot."
            )

    def __call__(self, q, intensity, severity, rng):
        counts = rng.poisson(severity * self.n_spots)
        there = np.arange(counts.max(initial=0)) < counts[:, None]  # (n_patterns, n_more)
        radius = row_maximum(np.linalg.norm(q, axis=2)) if self.q_max is None else self.q_max
        length = radius * np.sqrt(rng.uniform(size=there.shape))
        angle = rng.uniform(0, 2 * np.pi, there.shape)
        more_q = np.stack([length * np.cos(angle), length * np.sin(angle)], axis=2)
        more_q = more_q if q.shape[2] == 2 else more_q @ _plane(q)
        more = self.strength * row_maximum(intensity) * rng.standard_exponential(there.shape)
        more_q, more = np.where(there[..., None], more_q, np.nan), np.where(there, more, np.nan)
        return np.concatenate([q, more_q], axis=1), np.concatenate([intensity, more], axis=1)


@dataclass(frozen=True)
class BeamStop(SpotEffect):
    """A beam stop that hides the spots with ``|q| < radius``, and those behind its arm.

    Where none would be left, the strongest stays. It draws nothing.

    Parameters
    ----------
    radius : float, default=0.2
        Radius of the disc [1/Å]. Severity multiplies it.
    arm : float, default=0.0
        Width of the arm that holds the disc [1/Å]. Severity multiplies it.
    direction : float, default=90.0
        Where the arm points, counted from +q_x towards +q_y [degrees].

    See Also
    --------
    MissingSpots : Spots that were not found: some at random, and those too weak.
    Perturbation : How a query differs from the ideal crystal: effects, applied one after the other.

    Examples
    --------
    >>> from xrdmatch.simulation import BeamStop, Perturbation
    >>> Perturbation(BeamStop(0.3, arm=0.05))
    Perturbation(BeamStop(radius=0.3, arm=0.05, direction=90.0))
    """

    radius: float = 0.2
    arm: float = 0.0
    direction: float = 90.0

    def __post_init__(self):
        check_numbers(self, "radius", "arm", "direction")

    def __call__(self, q, intensity, severity, rng):
        severity, angle = severity[:, None], np.radians(self.direction)
        along = q[..., :2] @ [np.cos(angle), np.sin(angle)]
        across = q[..., :2] @ [-np.sin(angle), np.cos(angle)]
        disc = np.linalg.norm(q, axis=2) < severity * self.radius
        arm = (along > 0) & (2 * np.abs(across) < severity * self.arm)
        return without(q, intensity, disc | arm)


def _plane(q):
    """Span the plane in which all spots lie by two unit vectors; shape (2, 3)."""
    return np.linalg.svd(q[np.isfinite(q).all(axis=2)], full_matrices=False)[2][:2]


def without(q, intensity, gone):
    """Take away the spots that are `gone`, but never a pattern's last: then its strongest stays."""
    filled = np.where(np.isnan(intensity), -np.inf, intensity)
    all_gone = (gone | np.isnan(intensity)).all(1)
    gone = gone.copy()
    gone[all_gone, filled[all_gone].argmax(1)] = False
    return np.where(gone[..., None], np.nan, q), np.where(gone, np.nan, intensity)
