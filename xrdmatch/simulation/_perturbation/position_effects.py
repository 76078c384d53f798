"""Effects on positions: unknown rotation, uncertain scale."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.simulation._perturbation.effect import SpotEffect, check_numbers


@dataclass(frozen=True)
class Rotation(SpotEffect):
    """Rotation of the whole pattern about the layer's normal, by N(0, sigma).

    Parameters
    ----------
    sigma : float, default=2.0
        Standard deviation of the angle [degrees]. Severity multiplies it.

    See Also
    --------
    ScaleError : A wrong camera length: all scattering vectors of a pattern times exp(N(0, sigma)).
    Perturbation : How a query differs from the ideal crystal: effects, applied one after the other.

    Examples
    --------
    >>> from xrdmatch.simulation import Rotation
    >>> Rotation(5)
    Rotation(sigma=5.0)
    """

    sigma: float = 2.0

    def __post_init__(self):
        check_numbers(self, "sigma")

    def __call__(self, q, intensity, severity, rng):
        angle = np.radians(severity * self.sigma * rng.standard_normal(len(q)))[:, None]
        cosine, sine = np.cos(angle), np.sin(angle)
        x, y = q[..., 0], q[..., 1]
        turned = np.stack([cosine * x - sine * y, sine * x + cosine * y], axis=2)
        return np.concatenate([turned, q[..., 2:]], axis=2), intensity


@dataclass(frozen=True)
class ScaleError(SpotEffect):
    """A wrong camera length: all scattering vectors of a pattern times exp(N(0, sigma)).

    Parameters
    ----------
    sigma : float, default=0.01
        Standard deviation of the natural logarithm of the factor. Severity multiplies it.

    See Also
    --------
    Rotation : Rotation of the whole pattern about the layer's normal, by N(0, sigma).
    Perturbation : How a query differs from the ideal crystal: effects, applied one after the other.

    Examples
    --------
    >>> from xrdmatch.simulation import ScaleError
    >>> ScaleError(0.02)
    ScaleError(sigma=0.02)
    """

    sigma: float = 0.01

    def __post_init__(self):
        check_numbers(self, "sigma")

    def __call__(self, q, intensity, severity, rng):
        factor = np.exp(severity * self.sigma * rng.standard_normal(len(q)))
        return q * factor[:, None, None], intensity
