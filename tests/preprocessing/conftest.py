"""Layers to write as tokens: anyhow in space, skewed, of either handedness."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure


def random_layer(seed, n_sites=6, handedness=1):
    """A P1 layer about 4 Å thick in a skewed cell with a tilted c, turned anyhow."""
    rng = np.random.default_rng(seed)
    gamma = np.radians(rng.uniform(60, 120))
    a, b = rng.uniform(2.5, 7, 2)
    tilt = rng.uniform(-4, 4, 2)
    cell = np.array([[a, 0, 0], [b * np.cos(gamma), b * np.sin(gamma), 0], [*tilt, 20.0]])
    cell[2] *= handedness
    turn = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    cell = cell @ (turn * np.sign(np.linalg.det(turn)))
    coords = rng.random((n_sites, 3)) * [1, 1, 0.2] + [0, 0, 0.4]
    return Structure(Lattice(cell), rng.choice([1, 6, 8, 16, 34, 42, 74], n_sites), coords)


@pytest.fixture(scope="session")
def make_layer():
    return random_layer
