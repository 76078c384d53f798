"""Electron diffraction patterns as a selected area gives them: turned, mirrored, badly scaled."""

from dataclasses import dataclass, replace

import numpy as np

from xrdmatch import DiffractionPattern, DiffractionSimulator
from xrdmatch.simulation import (
    IntensityNoise,
    MissingSpots,
    Perturbation,
    Strain,
    ThermalDisplacement,
    perturb_patterns,
)


@dataclass(frozen=True)
class Conditions:
    """What patterns suffer; the defaults are the SAED conditions of the documentation."""

    strain: float = 0.01
    displacement: float = 0.08  # [Å]
    noise: float = 0.3  # of the logarithm of an intensity
    missing: float = 0.2  # share of the spots, mates independently
    threshold: float = 1e-3  # of the strongest: weaker spots are unseen
    spurious: float = 0.1  # of the number of spots, anywhere, as strong as spots are
    jitter: float = 0.002  # [1/Å] along an axis
    scale: float = 0.03  # relative error of all lengths
    turned: bool = True  # by any angle, and mirrored half the time
    q_max: float = 1.2  # [1/Å]

    def but(self, **changes):
        return replace(self, **changes)

    @property
    def simulator(self):
        return DiffractionSimulator(radiation="electron", q_max=self.q_max)

    @property
    def perturbation(self):
        return Perturbation(
            Strain(self.strain),
            ThermalDisplacement(self.displacement),
            IntensityNoise(self.noise),
            MissingSpots(self.missing, self.threshold),
        )


def saed_patterns(layers, conditions, rng):
    """One pattern of each layer, of unknown orientation, with the scale's error stated."""
    perturbed = perturb_patterns(
        layers,
        simulator=conditions.simulator,
        perturbation=conditions.perturbation,
        random_state=rng,
    )
    return [_in_the_camera(pattern, conditions, rng) for pattern in perturbed]


def _in_the_camera(pattern, conditions, rng):
    q, intensity = _with_spurious(pattern.q, pattern.intensity, conditions, rng)
    scale = np.exp(conditions.scale * rng.standard_normal())
    q = q @ _turn(conditions.turned, rng) * scale
    q = q + conditions.jitter * rng.standard_normal(q.shape)
    kept = np.linalg.norm(q, axis=1) > 0.02  # nothing is measured in the direct beam
    return DiffractionPattern(
        q[kept], intensity[kept], radiation="electron", orientation="unknown",
        scale_error=conditions.scale,
    )  # fmt: skip


def _with_spurious(q, intensity, conditions, rng):
    n = rng.poisson(conditions.spurious * len(q))
    angle = rng.uniform(0, 2 * np.pi, n)
    length = conditions.q_max * np.sqrt(rng.uniform(size=n))
    more = np.column_stack([length * np.cos(angle), length * np.sin(angle)])
    return np.concatenate([q, more]), np.append(intensity, rng.choice(intensity, n))


def _turn(turned, rng):
    if not turned:
        return np.eye(2)
    angle = rng.uniform(0, 2 * np.pi)
    c, s = np.cos(angle), np.sin(angle)
    return np.diag([1.0, rng.choice([-1.0, 1.0])]) @ [[c, s], [-s, c]]
