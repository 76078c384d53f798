"""Which entries of a gallery are one phase."""

import numpy as np
import pytest
from pymatgen.core import Lattice, Structure

from xrdmatch.preprocessing import CrystalTokenizer
from xrdmatch.retrieval._entry_facts import EntryFacts

ROCKSALT = [[0, 0, 0], [0.5, 0.5, 0.5]]


def salt(group, a, symbols, sites=ROCKSALT):
    return Structure.from_spacegroup(group, Lattice.cubic(a), symbols, sites)


HALITE, LARGER = salt("Fm-3m", 5.64, ["Na", "Cl"]), salt("Fm-3m", 5.70, ["Na", "Cl"])
OTHER_KIND = salt("Pm-3m", 3.4, ["Na", "Cl"])
SYLVITE = salt("Fm-3m", 6.29, ["K", "Cl"])
GALLERY = [HALITE, SYLVITE, OTHER_KIND, LARGER]


@pytest.fixture
def facts():
    return EntryFacts(GALLERY)


def test_a_phase_has_one_formula_and_one_space_group(facts):
    assert facts.phases([0, 1, 2, 3]).tolist() == [0, 1, 2, 0]


def test_the_cell_and_its_setting_do_not_matter():
    primitive = HALITE.get_primitive_structure()
    assert EntryFacts([HALITE, primitive]).phases([0, 1]).tolist() == [0, 0]


def test_no_entry_is_of_no_phase(facts):
    assert facts.phases([-1, 3, -1, 0]).tolist() == [-1, 0, -1, 0]
    assert facts.alike([3, -1, 1], 0).tolist() == [True, False, False]


def test_space_groups_are_worked_out_where_a_formula_stands_twice(facts, monkeypatch):
    asked = []
    monkeypatch.setattr(
        EntryFacts, "space_group", lambda self, i: asked.append(i) or ("a" if i else "b")
    )
    facts.phases([0, 1])
    assert asked == []
    facts.phases([0, 1, 2])
    assert asked == [0, 2]


def test_tokens_are_read_too():
    layer = Structure(Lattice.from_parameters(3.2, 3.2, 20, 90, 90, 120), ["B", "N"],
                      [[1 / 3, 2 / 3, 0.5], [2 / 3, 1 / 3, 0.5]])  # fmt: skip
    tokens = CrystalTokenizer().fit_transform([layer, layer])
    facts = EntryFacts(tokens)
    assert facts.formula(0) == "BN"
    assert np.array_equal(facts.phases([0, 1]), [0, 0])
