"""Layers of every kind that stacks are made of."""

import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch.datasets import load_monolayers


def chained_layer(metal, anion, a, b, gamma):
    """Return a layer of diamond chains, a distorted 1T structure like that of ReS2.

    Positions are those of a 2 x 2 cell of 1T, the metals drawn together to diamonds; inversion is
    the only symmetry.
    """
    lattice = Lattice.from_parameters(a, b, 20.0, 90.0, 90.0, gamma)
    metals = [(0.06, 0.05), (0.56, 0.04)]
    anions = [(0.17, 0.33), (0.66, 0.32), (0.16, 0.84), (0.67, 0.82)]
    sites = [(x, y, 0.5) for x, y in metals] + [(x, y, 0.575) for x, y in anions]
    sites += [(-x, 0.5 - y if i < 2 else -y, 1 - z) for i, (x, y, z) in enumerate(sites)]
    kinds = [metal] * 2 + [anion] * 4
    return Structure(lattice, kinds * 2, sites)


@pytest.fixture(scope="session")
def stack_layers():
    """Return one layer of each kind by name."""
    shipped = {layer.properties["name"]: layer for layer in load_monolayers()}
    return {
        "MoS2": shipped["MoS2-2H"],
        "WS2": shipped["WS2-2H"],
        "MoTe2": shipped["MoTe2-1T'"],
        "graphene": shipped["graphene"],
        "h-BN": shipped["h-BN"],
        "ReS2": chained_layer("Re", "S", 6.42, 6.52, 118.9),
        "ReSe2": chained_layer("Re", "Se", 6.60, 6.73, 118.9),
    }
