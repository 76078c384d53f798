"""Patterns as a detector has them: turned, seen from below, at another scale."""

from dataclasses import replace

import numpy as np

from xrdmatch import DiffractionSimulator

SIMULATOR = DiffractionSimulator(radiation="electron", q_max=1.2)


def placement_of(degrees, mirrored=False, scale=1.0):
    """Matrix that row vectors are multiplied with: y negated first, then turned from +x to +y."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return scale * np.diag([1.0, -1.0 if mirrored else 1.0]) @ [[c, s], [-s, c]]


def placed(pattern, placement):
    """The pattern with its spots moved by a matrix."""
    return replace(pattern, q=pattern.q @ placement, hkl=None)


def random_placements(n, rng, scale=0.02):
    """Any angle, mirrored half the time, the scale off by so much."""
    return [
        placement_of(rng.uniform(0, 360), rng.random() < 0.5, np.exp(scale * rng.normal()))
        for _ in range(n)
    ]


def thinned(pattern, keep):
    """Some of the spots of a pattern."""
    return replace(pattern, q=pattern.q[keep], intensity=pattern.intensity[keep], hkl=None)
