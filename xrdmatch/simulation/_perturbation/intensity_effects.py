"""Effects on intensities: noise, background, saturation."""

from dataclasses import dataclass

import numpy as np

from xrdmatch.simulation._perturbation.effect import SpotEffect, check_numbers, row_maximum


@dataclass(frozen=True)
class IntensityNoise(SpotEffect):
    """Log-normal noise: every intensity times exp(N(0, sigma)), Friedel mates independently.

    Parameters
    ----------
    sigma : float, default=0.15
        Standard deviation of the natural logarithm of every intensity. Severity multiplies it.

    See Also
    --------
    Background
        Something smooth below the spots, ``level / (1 + (|q| / width)^2)`` of the strongest.
    Saturation : A detector that counts up to ``level`` of the strongest spot and no further.
    Perturbation : How a query differs from the ideal crystal: effects, applied one after the other.

    Examples
    --------
    >>> from xrdmatch.simulation import IntensityNoise
    >>> IntensityNoise(0.3)
    IntensityNoise(sigma=0.3)
    """

    sigma: float = 0.15

    def __post_init__(self):
        check_numbers(self, "sigma")

    def __call__(self, q, intensity, severity, rng):
        noise = severity[:, None] * self.sigma * rng.standard_normal(intensity.shape)
        return q, intensity * np.exp(noise)


@dataclass(frozen=True)
class Background(SpotEffect):
    """Something smooth below the spots, ``level / (1 + (|q| / width)^2)`` of the strongest.

    It stands for a background that was not subtracted, and draws nothing.

    Parameters
    ----------
    level : float, default=0.01
        Its height at q = 0 in units of the strongest spot. Severity multiplies it.
    width : float, default=0.5
        Where it has fallen to half of that [1/Å].

    See Also
    --------
    IntensityNoise
        Log-normal noise: every intensity times exp(N(0, sigma)), Friedel mates independently.
    Saturation : A detector that counts up to ``level`` of the strongest spot and no further.
    Perturbation : How a query differs from the ideal crystal: effects, applied one after the other.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.simulation import Background
    >>> q, intensity = np.array([[[0.5, 0], [1, 0]]]), np.array([[100.0, 0.0]])
    >>> Background(0.1)(q, intensity, np.ones(1), np.random.RandomState(0))[1]
    array([[105.,   2.]])
    """

    level: float = 0.01
    width: float = 0.5

    def __post_init__(self):
        check_numbers(self, "level", "width")
        if self.width == 0:
            raise ValueError(
                "Background's width must be positive [1/Å], got 0; use 0.5, for example."
            )

    def __call__(self, q, intensity, severity, rng):
        shape = 1 / (1 + (q**2).sum(2) / self.width**2)
        return q, intensity + severity[:, None] * self.level * row_maximum(intensity) * shape


@dataclass(frozen=True)
class Saturation(SpotEffect):
    """A detector that counts up to ``level`` of the strongest spot and no further.

    Parameters
    ----------
    level : float, default=0.5
        Largest intensity that is told apart, in units of the strongest: above 0, at most 1. At
        severity s it is ``level ** s``, which for severity 0 clips nothing.

    See Also
    --------
    IntensityNoise
        Log-normal noise: every intensity times exp(N(0, sigma)), Friedel mates independently.
    Background
        Something smooth below the spots, ``level / (1 + (|q| / width)^2)`` of the strongest.
    Perturbation : How a query differs from the ideal crystal: effects, applied one after the other.

    Examples
    --------
    >>> import numpy as np
    >>> from xrdmatch.simulation import Saturation
    >>> q, intensity = np.zeros((1, 2, 2)), np.array([[100.0, 10.0]])
    >>> Saturation(0.5)(q, intensity, np.full(1, 2.0), np.random.RandomState(0))[1]
    array([[25., 10.]])
    """

    level: float = 0.5

    def __post_init__(self):
        check_numbers(self, "level", largest=1.0)
        if self.level == 0:
            raise ValueError(
                "Saturation's level must be positive, got 0; 1 is a detector that never saturates."
            )

    def __call__(self, q, intensity, severity, rng):
        return q, np.minimum(intensity, row_maximum(intensity) * self.level ** severity[:, None])
