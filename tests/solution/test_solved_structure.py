"""One answer."""

from types import SimpleNamespace

from solved_crystals import rutile

from xrdmatch.solution import Proposal, SolvedStructure

PROPOSAL = Proposal(rutile(4.7, 2.9), "mp-2657", "cell", 0.8, 0.0)
REFINED = SimpleNamespace(structure=rutile(), r_wp=0.0612, space_group=136)


def test_the_structure_is_the_refined_one_where_there_is_one():
    assert SolvedStructure(PROPOSAL, REFINED, 0.9, 0.8, {}).structure is REFINED.structure
    assert SolvedStructure(PROPOSAL, None, 0.9, 0.8, {}).structure is PROPOSAL.structure


def test_it_knows_where_it_comes_from():
    one = SolvedStructure(PROPOSAL, REFINED, 0.9, 0.8, {})
    assert (one.label, one.origin) == ("mp-2657", "cell")


def test_its_text_is_one_line():
    assert str(SolvedStructure(PROPOSAL, REFINED, 0.9, 0.8, {})) == (
        "TiO2 from mp-2657 (cell), 4.594 4.594 2.959 Å, 90.0 90.0 90.0°, R_wp 6.1 %, "
        "space group 136, probability 0.80"
    )
    assert str(SolvedStructure(PROPOSAL, None, 0.9, float("nan"), {})) == (
        "TiO2 from mp-2657 (cell), 4.700 4.700 2.900 Å, 90.0 90.0 90.0°, not refined"
    )
