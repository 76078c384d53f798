"""Small random crystals as tensors, and one seed for all."""

import math

import pytest
import torch


@pytest.fixture(autouse=True)
def _seeded():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        yield


@pytest.fixture
def crystals():
    """Function of (n, n_sites): cells (n, 3, 3), coordinates and numbers of random layers."""

    def make(n=4, n_sites=5, dtype=torch.float32):
        gamma = math.radians(60) + math.radians(60) * torch.rand(n, dtype=torch.float64)
        a, b = 2.5 + 4 * torch.rand(2, n, dtype=torch.float64)
        lattice = torch.zeros(n, 3, 3, dtype=torch.float64)
        lattice[:, 0, 0], lattice[:, 2, 2] = a, 20.0
        lattice[:, 1, 0], lattice[:, 1, 1] = b * gamma.cos(), b * gamma.sin()
        coords = torch.rand(n, n_sites, 3, dtype=torch.float64)
        numbers = torch.randint(1, 5, (n, n_sites))
        return {
            "lattice": lattice.to(dtype),
            "frac_coords": coords.to(dtype),
            "numbers": numbers,
        }

    return make
