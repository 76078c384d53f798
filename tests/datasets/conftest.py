"""What the tests of the datasets measure layers with."""

import gemmi
import pytest


@pytest.fixture(scope="session")
def contact():
    """Shortest distance over covalent radii, from pymatgen's own neighbour search."""
    return shortest_contact


def shortest_contact(structure):
    radius = [gemmi.Element(site.specie.symbol).covalent_r for site in structure]
    return min(
        near.nn_distance / (radius[i] + radius[near.index])
        for i, found in enumerate(structure.get_all_neighbors(4.5))
        for near in found
    )
