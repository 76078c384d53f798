"""Reflections that are kept as vectors."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.simulation import powder_reflections
from xrdmatch.simulation._powder.reflection_table import reflection_table

SIMULATOR = DiffractionSimulator("powder", "CuKa", q_max=0.9)


@pytest.fixture(scope="module")
def crystals():
    hexagonal = [[1 / 3, 2 / 3, 0.25], [2 / 3, 1 / 3, 0.75]]
    triclinic = Lattice.from_parameters(4, 5, 6, 80, 95, 105)
    return [
        Structure(Lattice.hexagonal(3.2, 5.1), ["Mg", "Mg"], hexagonal),
        Structure(Lattice.cubic(3.6), ["Cu"], [[0, 0, 0]]),
        Structure(triclinic, ["K", "I"], [[0, 0, 0], [0.4, 0.5, 0.6]]),
    ]


@pytest.fixture(scope="module")
def table(crystals):
    return reflection_table(crystals, SIMULATOR)


def test_merged_by_length_they_are_the_simulators(table, crystals):
    reflections = table[np.arange(3)]
    for i, powder in enumerate(powder_reflections(crystals, SIMULATOR)):
        own = reflections.row == i
        length = np.linalg.norm(reflections.q[own], axis=1)
        place = np.abs(length[:, None] - powder.q).argmin(1)
        np.testing.assert_allclose(length, powder.q[place], rtol=1e-5)
        total = np.bincount(place, reflections.strength[own], len(powder.q))
        np.testing.assert_allclose(total / total.max(), powder.strength / powder.strength.max(),
                                   atol=1e-5)  # fmt: skip


def test_strains_are_those_that_each_crystal_system_leaves_free(table):
    n_free = (np.abs(table.basis).sum((2, 3)) > 0).sum(1)
    assert n_free.tolist() == [2, 1, 6]


def test_rows_in_any_order_and_subsets(table):
    whole, part = table[np.array([2, 0])], table.subset(np.array([2, 0]))
    assert len(part) == 2
    again = part[np.arange(2)]
    for ours, theirs in zip(again, whole, strict=True):
        np.testing.assert_array_equal(ours, theirs)
    np.testing.assert_array_equal(whole.q[whole.row == 1], table[np.array([0])].q)


def test_no_rows(table):
    nothing = table[np.array([], dtype=int)]
    assert len(nothing.row) == len(nothing.q) == len(nothing.basis) == 0
