"""Templates in which two elements share the sites of one kind."""

import numpy as np
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure
from solved_crystals import perovskite, rutile

from xrdmatch.solution._screening.orderings import orderings, shared_of
from xrdmatch.solution._screening.template_table import TemplateTable, template_of


def copper(n=1):
    crystal = Structure.from_spacegroup("Fm-3m", Lattice.cubic(3.6), ["Cu"], [[0, 0, 0]])
    return crystal * n


def unreduced(crystal, name="it"):
    """A template in the cell that is given, as those of superstructures are."""
    kinds = np.zeros(len(crystal), dtype=int)
    matrix, coords = crystal.lattice.matrix, crystal.frac_coords
    return template_of(crystal, name)._replace(lattice=matrix, frac_coords=coords, kinds=kinds)


def table_of(*templates):
    table = TemplateTable([t.structure() for t in templates], [t.label for t in templates])
    table.made = dict(enumerate(templates))
    return table


def all_of(table, amounts, elements):
    return [one for shared in shared_of(table, amounts, elements) for one in orderings(shared)]


def test_three_and_one_on_the_four_sites_of_copper():
    """Au3Cu's structure, whichever of the four sites is chosen."""
    (found,) = all_of(table_of(unreduced(copper())), (1, 3), (79, 29))
    assert (found.label, found.amounts) == ("it", (1, 3))
    truth = Structure(Lattice.cubic(3.6), ["Au", "Cu", "Cu", "Cu"], copper().frac_coords)
    assert StructureMatcher(scale=False).fit(found.structure(np.array([79, 29])), truth)


def test_two_and_two_on_four_sites_are_layers():
    """AuCu: each of the six pairs is a layer, turned."""
    found = all_of(table_of(unreduced(copper())), (1, 1), (79, 29))
    assert len(found) == 1


def test_orderings_differ_by_more_than_symmetry():
    """Two of eight sites of a supercell of 1 x 1 x 2: 28 pairs, far fewer crystals."""
    found = all_of(table_of(unreduced(copper((1, 1, 2)))), (1, 3), (79, 29))
    made = [one.structure(np.array([79, 29])) for one in found]
    matcher = StructureMatcher(ltol=0.01, stol=0.01)
    assert len(found) < 10
    assert len(matcher.group_structures(made)) > 1


def test_anions_share_and_cations_stay():
    """TiOF: both oxygens of rutile's primitive cell stand twice."""
    found = all_of(TemplateTable([rutile(), perovskite()], ["r", "p"]), (1, 1, 1), (8, 9, 22))
    anions = [one for one in found if one.elements.tolist() == [22, 8, 8]]
    assert {one.label for one in found} == {"r"}
    assert len(anions) > 0
    for one in anions:
        assert np.bincount(one.kinds).tolist() == [2, 2, 2]
        assert one.amounts == (1, 1, 1)


@pytest.mark.parametrize(("amounts", "elements"), [((2, 3), (29, 79)), ((1, 3), (1, 25))])
def test_numbers_must_suit_and_elements_be_alike(amounts, elements):
    """Five atoms are not four, and hydrogen never stands for manganese."""
    assert all_of(table_of(unreduced(copper())), amounts, elements) == []
