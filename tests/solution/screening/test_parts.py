"""Templates without one kind of atom."""

import numpy as np
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from solved_crystals import fluorite, perovskite, rutile

from xrdmatch.solution._screening import parts as module
from xrdmatch.solution._screening.parts import parts_of, without_kind
from xrdmatch.solution._screening.template_table import TemplateTable, template_of


def same(one, other):
    return StructureMatcher(ltol=1e-3, stol=1e-3, angle_tol=0.1).fit(one, other)


@pytest.mark.parametrize(("kind", "element"), [(0, "O"), (1, "Ti"), (2, "Sr")])
def test_it_is_the_crystal_without_an_element(kind, element):
    truth = perovskite()
    template = template_of(truth, "it")
    truth.remove_species([element])
    found = without_kind(template, kind)
    assert found.label == "it"
    assert np.array_equal(found.lattice, template.lattice)
    assert same(found.structure(), truth)


def test_numbers_of_the_others_have_no_common_divisor():
    """Two, one and two without the one are one and one."""
    template = template_of(perovskite(), 0)._replace(amounts=(2, 1, 2))
    assert without_kind(template, 1).amounts == (1, 1)


def test_all_ways_to_a_formula_are_listed():
    """ABO3 without A and without B; crystals of the formula itself are no parts."""
    table = TemplateTable([rutile(), perovskite(), fluorite()], ["r", "p", "f"])
    found = parts_of(table, (1, 3))
    assert [one.label for one in found] == ["p", "p"]
    assert sorted(sorted(one.elements.tolist()) for one in found) == [[8, 22], [8, 38]]
    assert all(sorted(one.amounts) == [1, 3] for one in found)


def test_of_other_formulas_there_is_no_part():
    assert parts_of(TemplateTable([rutile(), perovskite()], [0, 1]), (2, 3)) == []


def test_elements_are_no_parts():
    assert parts_of(TemplateTable([rutile(), fluorite()], [0, 1]), (1,)) == []


def test_of_many_templates_the_first_ones_are_looked_at(monkeypatch):
    monkeypatch.setattr(module, "MOST", 1)
    table = TemplateTable([perovskite(), perovskite(4.0)], ["first", "second"])
    assert {one.label for one in parts_of(table, (1, 3))} == {"first"}
