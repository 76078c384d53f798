"""Generated monolayers: unique, repeatable, plausible, and various."""

from collections import Counter

import numpy as np
import pytest
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

from xrdmatch.datasets import _generated, make_monolayers

N_MANY = 10_000
SAMPLE = make_monolayers(400, random_state=1)


@pytest.fixture(scope="module")
def many():
    return make_monolayers(N_MANY, random_state=0)


def test_ten_thousand_are_unique(many):
    kinds = {(s.reduced_formula, s.properties["prototype"]) for s in many}
    assert len(kinds) == len({s.properties["name"] for s in many}) == N_MANY


def test_from_1_to_24_atoms(many):
    sizes = Counter(len(s) for s in many)
    assert min(sizes) == 1
    assert max(sizes) == 24
    assert len(sizes) > 15


def test_hexagonal_square_rectangular_and_oblique_cells_all_occur(many):
    kinds = Counter(cell_kind(s) for s in many)
    assert set(kinds) == {"hexagonal", "square", "rectangular", "oblique"}
    assert min(kinds.values()) > 0.01 * N_MANY


def cell_kind(structure):
    a, b, _ = structure.lattice.abc
    gamma = structure.lattice.gamma
    equal = abs(a - b) < 1e-3
    if abs(gamma - 90) < 1e-3:
        return "square" if equal else "rectangular"
    return "hexagonal" if equal and abs(gamma - 120) < 1e-3 else "oblique"


def test_many_space_groups():
    groups = {SpacegroupAnalyzer(s, symprec=0.01).get_space_group_number() for s in SAMPLE}
    assert len(groups) > 20


def test_no_distance_is_implausibly_short(contact):
    contacts = [contact(s) for s in SAMPLE]
    assert min(contacts) >= 0.70
    assert max(contacts) <= 1.35


@pytest.mark.parametrize("structure", SAMPLE[:50], ids=lambda s: s.properties["name"])
def test_frame_is_that_of_a_layer(structure):
    a, b, c = structure.lattice.matrix
    heights = structure.frac_coords[:, 2]
    assert a[1:] == pytest.approx([0, 0])
    assert b[1] > 0
    assert c == pytest.approx([0, 0, 20])
    assert heights.min() + heights.max() == pytest.approx(1.0)


def test_same_seed_same_layers():
    again = make_monolayers(20, random_state=1)
    assert again == SAMPLE[:20]  # nor does the number asked for matter
    assert [s.properties for s in again] == [s.properties for s in SAMPLE[:20]]


def test_other_seed_other_layers():
    names = {s.properties["name"] for s in SAMPLE[:20]}
    assert names != {s.properties["name"] for s in make_monolayers(20, random_state=2)}


def test_a_generator_goes_on():
    rng = np.random.RandomState(0)
    first, second = make_monolayers(3, random_state=rng), make_monolayers(3, random_state=rng)
    assert first != second


@pytest.mark.parametrize("n_samples", [0, -1, 2.5, "10", True])
def test_bad_number_is_an_error(n_samples):
    with pytest.raises(ValueError, match=r"n_samples must be a positive integer, got .*; ask"):
        make_monolayers(n_samples)


def test_more_than_exist_is_an_error(monkeypatch):
    few, weights = _generated.recipes()
    monkeypatch.setattr(_generated, "recipes", lambda: (few[:5], weights[:5]))
    with pytest.raises(ValueError, match=r"which is 5 for this random_state, got 6; ask for fewer"):
        make_monolayers(6, random_state=0)
