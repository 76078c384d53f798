"""Training examples: what each counts for, and what is learned without those that are held out."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch.solution import BondCheck
from xrdmatch.solution._bonds.examples import examples_of

LENGTHS = {("Na", "Cl"): 5.64, ("K", "Cl"): 6.29, ("Mg", "O"): 4.21, ("Ca", "O"): 4.81}
SITES = [[0, 0, 0], [0.5, 0.5, 0.5]]


def salts(n=16):
    """Halites of a few sizes each."""
    pairs = list(LENGTHS.items())
    return [
        Structure.from_spacegroup("Fm-3m", Lattice.cubic(a + 0.01 * i), elements, SITES)
        for i in range(n)
        for elements, a in [pairs[i % len(pairs)]]
    ]


@pytest.fixture(scope="module")
def examples():
    groups = list(range(16))
    return examples_of(salts(), groups, BondCheck(n_copies=6), np.random.default_rng(0))


def test_right_and_wrong_ones_together_count_alike(examples):
    right, wrong = examples.weights[examples.is_right], examples.weights[~examples.is_right]
    assert (right == 1).all()
    assert wrong.sum() == pytest.approx(right.sum())
    assert len(np.unique(wrong.round(9))) > 1  # rare mistakes count more each


def test_volumes_of_atoms_do_not_depend_on_crystals_that_are_held_out(examples):
    _, of_all = examples.usual()
    _, of_some = examples.usual([0, 1, 2])  # the first of each, without calcium oxide
    assert of_some.volume[20] == of_some.volume[26]  # as elements that were never seen
    assert of_all.volume[20] != of_all.volume[26]
