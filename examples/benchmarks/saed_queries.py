"""Electron diffraction patterns as a selected area gives them: turned, mirrored, badly scaled."""

from dataclasses import dataclass, replace

import numpy as np

from xrdmatch import DiffractionPattern, DiffractionSimulator
from xrdmatch.crystallography import lift_pattern
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
    scale = np.exp(conditions.scale * rng.standard_normal())
    q = pattern.q @ _turn(conditions.turned, rng) * scale
    return _recorded(pattern, q, conditions, rng)


def _recorded(pattern, q, conditions, rng):
    q, intensity = _with_spurious(q, pattern.intensity, conditions, rng)
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


def tilted_pairs(layers, conditions, rng, *, angle=20.0, angle_error=2.0):
    """Two patterns of each layer, the second tilted; a tuple for each layer.

    Both are of one strained crystal with the same displaced atoms, turned alike. The tilt's angle
    and azimuth are stated with a standard error [degrees].
    """
    seed = rng.randint(1 << 30)
    azimuth = rng.uniform(0, 360)
    flat, tilted = (
        perturb_patterns(
            layers,
            simulator=simulator,
            perturbation=conditions.perturbation,
            random_state=np.random.RandomState(seed),
        )
        for simulator in (
            conditions.simulator,
            conditions.simulator.set_params(tilt=(angle, azimuth)),
        )
    )
    true = angle, azimuth
    return [
        _pair(*both, conditions, rng, true, angle_error) for both in zip(flat, tilted, strict=True)
    ]


def _pair(flat, tilted, conditions, rng, true, error):
    turn = _turn(conditions.turned, rng)
    scale = np.exp(conditions.scale * rng.standard_normal())
    first = _recorded(flat, flat.q @ turn * scale, conditions, rng)
    plane = tilted.q[:, :2] @ turn
    tilt = np.array([true[0], _turned_azimuth(true[1], turn)])
    on_detector = _dropped(np.column_stack([plane, tilted.q[:, 2]]), tilt) * scale
    second = _recorded(tilted, on_detector, conditions, rng)
    stated = np.abs(tilt + error * rng.standard_normal(2))
    return first, lift_pattern(second, tuple(stated))


def _turned_azimuth(azimuth, turn):
    direction = np.array([np.cos(np.radians(azimuth)), np.sin(np.radians(azimuth))]) @ turn
    return np.degrees(np.arctan2(direction[1], direction[0])) % 360


def _dropped(q, tilt):
    """What a detector shows of spots (n, 3) that a tilted beam gives: `lift_pattern` undone."""
    angle, azimuth = np.radians(tilt)
    towards = np.array([np.cos(azimuth), np.sin(azimuth)])
    along = q[:, :2] @ towards / np.cos(angle)
    return q[:, :2] + (1 - np.cos(angle)) * along[:, None] * towards
