"""Templates."""

import numpy as np
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure
from solved_crystals import fluorite, perovskite, rutile

from xrdmatch.crystallography import StructureError
from xrdmatch.solution._screening.template_table import TemplateTable, template_of


def test_the_primitive_cell_is_kept():
    found = template_of(fluorite(), "CaF2")
    assert len(found.kinds) == 3
    assert found.volume == pytest.approx(5.463**3 / 4)
    assert (found.space_group, found.amounts) == (225, (2, 1))  # fluorine, then calcium


def test_a_template_makes_the_crystal_that_it_was_made_of():
    made = template_of(fluorite(), 0).structure()
    assert StructureMatcher(ltol=1e-3, stol=1e-3, angle_tol=0.1).fit(made, fluorite())


def test_another_size_and_other_elements():
    made = template_of(rutile(), 0).structure([9, 25], np.log(1.1))
    assert made.composition.reduced_formula == "MnF2"
    assert made.volume == pytest.approx(1.1**3 * rutile().volume)


def test_mixed_sites_are_refused():
    alloy = Structure(Lattice.cubic(3), [{"Fe": 0.5, "Co": 0.5}], [[0, 0, 0]])
    with pytest.raises(StructureError, match="ordered crystals, got mixed or partly empty sites"):
        template_of(alloy, 0, 4)


def test_templates_are_found_by_their_anonymous_formula():
    table = TemplateTable([rutile(), perovskite(), fluorite()], ["r", "p", "f"])
    assert [t.label for t in table.like((1, 2))] == ["r", "f"]
    assert [t.label for t in table.like((1, 1, 3))] == ["p"]
    assert table.like((1, 1)) == []
    assert len(table) == 3
