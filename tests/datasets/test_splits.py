"""Splits: nothing lost, nothing twice, no formula in two parts, sizes as asked."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xrdmatch.datasets import (
    composition_groups,
    load_monolayers,
    make_monolayers,
    split_by_composition,
    split_by_row,
)
from xrdmatch.datasets._splits import _split

LAYERS = load_monolayers()
SPLITS = [split_by_composition, split_by_row]


def test_groups_are_reduced_formulas():
    supercell = LAYERS[0].make_supercell([2, 2, 1], in_place=False)
    assert composition_groups([supercell, *LAYERS[:2]]).tolist() == ["C", "C", "Si"]


@pytest.mark.parametrize("split", SPLITS)
def test_parts_are_sorted_and_hold_every_row_once(split):
    parts = split(LAYERS)
    assert len(parts) == 3
    assert all((np.diff(part) > 0).all() for part in parts)
    assert np.sort(np.concatenate(parts)).tolist() == list(range(len(LAYERS)))


def test_no_formula_is_in_two_parts():
    structures = make_monolayers(500, random_state=0)
    groups = composition_groups(structures)
    train, valid, test = (set(groups[p]) for p in split_by_composition(structures))
    assert not train & valid | train & test | valid & test


def test_rows_are_split_exactly():
    structures = LAYERS[:100]
    assert [len(p) for p in split_by_row(structures, (0.5, 0.3, 0.2))] == [50, 30, 20]


@given(
    groups=st.lists(st.integers(0, 30), min_size=60, max_size=200),
    seed=st.integers(0, 1000),
)
def test_sizes_are_within_the_largest_group(groups, seed):
    _, groups = np.unique(groups, return_inverse=True)
    largest = np.bincount(groups).max()
    assume(largest < len(groups) / 2)
    for part in _split(groups, (0.5, 0.5), seed):
        assert abs(len(part) - len(groups) / 2) <= largest / 2 + 0.5


@pytest.mark.parametrize("split", SPLITS)
def test_seed_decides(split):
    same, again, other = (split(LAYERS, random_state=s)[0].tolist() for s in (0, 0, 1))
    assert same == again
    assert same != other


@pytest.mark.parametrize("function", [composition_groups, *SPLITS])
def test_no_structure_is_an_error(function):
    with pytest.raises(ValueError, match="at least one Structure, got none"):
        function([])


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("fractions", [(0.8, 0.1), (1.2, -0.2), (1.0, 0.0), ((0.5, 0.5),), ()])
def test_fractions_that_are_no_shares_are_an_error(split, fractions):
    with pytest.raises(ValueError, match="fractions must be positive and sum to one, got"):
        split(LAYERS, fractions)


@pytest.mark.parametrize("split", SPLITS)
def test_an_empty_part_is_an_error(split):
    with pytest.raises(ValueError, match="every part of a split must hold at least one structure"):
        split(LAYERS[:2])
