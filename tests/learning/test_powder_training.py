"""Crystals to learn from: patterns, which are alike, and one table for all that is drawn."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import DiffractionSimulator
from xrdmatch.learning import PowderTraining

COPPER = DiffractionSimulator("powder", "CuKa")
SITES = [[0, 0, 0], [0.5, 0.5, 0.5]]


@pytest.fixture(scope="module")
def salts():
    return [
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), pair, SITES)
        for a, pair in [(5.0, ["Na", "Cl"]), (6.0, ["Na", "Cl"]), (6.0, ["K", "Br"])]
    ]


def test_patterns_are_those_of_the_crystals(salts):
    patterns = PowderTraining(COPPER, salts).patterns()
    for ours, theirs in zip(patterns, COPPER.transform(salts), strict=True):
        n = (ours.q <= theirs.q.max() + 1e-9).sum()
        np.testing.assert_allclose(ours.q[:n], theirs.q[:n])


def test_cells_of_another_choice_are_alike(salts):
    """A primitive cell, a supercell, another origin: no scan tells them apart."""
    moved = salts[0].copy()
    moved.translate_sites(range(len(moved)), [0.1, 0.2, 0.3])
    same = [salts[0], salts[0].get_primitive_structure(), salts[0] * (2, 1, 1), moved]
    numbers = PowderTraining(COPPER, [*same, *salts[1:]]).groups()
    assert len(set(numbers[:4])) == 1
    assert len(set(numbers[3:])) == 3


def test_no_crystals():
    assert len(PowderTraining(COPPER, []).groups()) == 0


def test_reflections_are_computed_once(salts, monkeypatch):
    training = PowderTraining(COPPER, salts)
    training.groups()
    monkeypatch.setattr("xrdmatch.learning._powder_training.reflection_table", None)
    draws = training.augmentation("standard", np.random.RandomState(0))
    assert len(draws.standard(np.array([0, 2])).patterns()) == 2
