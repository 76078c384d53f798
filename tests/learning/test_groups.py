"""Copies and formulas by hand, and a split that keeps formulas apart."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch import CrystalTokenizer
from xrdmatch.crystallography import layer_frame, site_table
from xrdmatch.learning._groups import alike, copies, formula_groups, formulas, split_groups

# MoS2, Mo2S4, MoSe2, WS2, and MoS2 in another order
NUMBERS = np.array(
    [
        [42, 16, 16, 0, 0, 0],
        [42, 42, 16, 16, 16, 16],
        [42, 34, 34, 0, 0, 0],
        [74, 16, 16, 0, 0, 0],
        [16, 42, 16, 0, 0, 0],
    ]
)


def same(groups):
    """Which rows share a number."""
    return (groups[:, None] == groups[None]).astype(int).tolist()


def test_formulas_by_hand():
    assert same(formula_groups(NUMBERS)) == [
        [1, 1, 0, 0, 1],
        [1, 1, 0, 0, 1],
        [0, 0, 1, 0, 0],
        [0, 0, 0, 1, 0],
        [1, 1, 0, 0, 1],
    ]


def test_copies_by_hand():
    """The same crystal in another order or image, and others a little or much different."""
    cell = Lattice.orthorhombic(3.0, 4.0, 20.0)
    coords = np.array([[0.1, 0.2, 0.5], [0.6, 0.7, 0.5]])
    image, hair, bit = np.array([[1, 0, 0], [1e-5, 0, 0], [0.02, 0, 0]])
    second = np.array([[0], [1]])
    layers = [
        Structure(cell, ["C", "O"], coords),
        Structure(cell, ["O", "C"], coords[::-1] + image),
        Structure(cell, ["C", "O"], coords + second * hair),
        Structure(cell, ["C", "O"], coords + second * bit),
        Structure(cell, ["C", "N"], coords),
    ]
    for crystals in (layers, CrystalTokenizer(vacuum=20.0).transform(layers)):
        assert same(copies(layer_frame(site_table(crystals), vacuum=20.0))) == [
            [1, 1, 1, 0, 0],
            [1, 1, 1, 0, 0],
            [1, 1, 1, 0, 0],
            [0, 0, 0, 1, 0],
            [0, 0, 0, 0, 1],
        ]


def test_powders_alike_share_a_number():
    peaks = np.full((3, 2, 2), np.nan)
    peaks[:, 0] = [[0.3, 0.0], [0.3002, 0.03], [0.305, 0.0]]
    assert same(alike(peaks)) == [[1, 1, 0], [1, 1, 0], [0, 0, 1]]
    assert len(alike(peaks[:0])) == 0


def test_formulas_of_structures_and_of_tokens():
    cell = Lattice.cubic(3.0)
    salts = [
        Structure(cell, pair, [[0, 0, 0], [0.5, 0.5, 0.5]])
        for pair in (["Na", "Cl"], ["K", "Cl"], ["Cl", "Na"])
    ]
    salts.append(salts[0] * (2, 1, 1))
    for crystals in (salts, CrystalTokenizer().transform(salts)):
        assert same(formulas(crystals)) == [
            [1, 0, 1, 1],
            [0, 1, 0, 0],
            [1, 0, 1, 1],
            [1, 0, 1, 1],
        ]


@pytest.mark.parametrize("seed", range(5))
def test_split_keeps_groups_apart(seed):
    rng = np.random.RandomState(seed)
    groups = rng.randint(1, 15, 100)
    train, held_out = split_groups(groups, 0.2, rng)
    assert sorted([*train, *held_out]) == list(range(100))
    assert not set(groups[train]) & set(groups[held_out])
    assert len(set(groups[held_out])) == np.ceil(0.2 * len(set(groups)))


@pytest.mark.parametrize(
    ("n_rows", "fraction"), [(100, 0.0), (100, 0.019), (3, 0.5)], ids=["none", "one row", "few"]
)
def test_what_is_not_worth_holding_out(n_rows, fraction):
    train, held_out = split_groups(np.arange(n_rows), fraction, np.random.RandomState(0))
    assert len(train) == n_rows
    assert not len(held_out)


def test_two_groups_are_too_few_to_hold_one_out():
    train, held_out = split_groups(np.array([0, 0, 1, 1]), 0.5, np.random.RandomState(0))
    assert len(train) == 4
    assert not len(held_out)
