"""Structures proposed for scans."""

import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice, Structure
from sklearn.base import clone
from solved_crystals import fluorite, perovskite, rutile, scan_of

from xrdmatch.crystallography import NothingLeftError, SkippedStructureWarning
from xrdmatch.solution import FoundCell, StructureProposer

ALLOY = Structure(Lattice.cubic(3), [{"Fe": 0.5, "Co": 0.5}], [[0, 0, 0]])


@pytest.fixture(scope="module")
def proposer(crystal_library):
    return StructureProposer().fit(crystal_library.values(), labels=crystal_library)


def test_the_right_structure_type_is_most_alike(proposer):
    """A rutile 3 % larger than the library's."""
    truth = rutile(4.73, 3.05)
    proposals = proposer.propose(scan_of(truth, counts=5000), "TiO2")
    best = max(proposals, key=lambda proposal: proposal.similarity)
    assert (best.label, best.origin) == ("rutile", "template")
    assert StructureMatcher(ltol=0.01, stol=0.01, scale=False).fit(best.structure, truth)
    assert 0.95 < best.similarity <= 1


def test_every_proposal_has_the_formula(proposer, scan):
    proposals = proposer.propose(scan, "MnF2")
    assert {p.structure.composition.reduced_formula for p in proposals} == {"MnF2"}
    assert len({p.label for p in proposals}) == 3


def test_both_assignments_of_a_template_are_tried():
    """Barium on either of the two sites of a perovskite that may have it."""
    proposer = StructureProposer(most_alike=1.0).fit([perovskite()])
    proposals = proposer.propose(scan_of(perovskite(4.19, ("Ba", "Zr", "O"))), "BaZrO3")
    assert len(proposals) == 2
    assert StructureMatcher().fit(proposals[0].structure, perovskite(4.19, ("Ba", "Zr", "O")))


def test_templates_are_laid_onto_cells(proposer):
    """Axes off by 8 %, which no size alone mends."""
    lattice = rutile(4.95, 2.72).lattice
    cell = FoundCell(lattice, lattice, "tetragonal", "P", 100.0, 0, 0.0)
    best = proposer.propose(scan_of(rutile(4.95, 2.72)), "TiO2", [cell])[0]
    assert (best.label, best.origin) == ("rutile", "cell")
    assert sorted(best.structure.lattice.abc) == pytest.approx(sorted(lattice.abc), rel=0.011)
    assert best.similarity > 0.95


def test_a_template_without_one_of_its_elements_is_laid_onto_a_cell():
    """Rhenium trioxide is a perovskite with nothing on the largest sites."""
    truth = perovskite(3.75, ("Ba", "Re", "O"))
    truth.remove_species(["Ba"])
    cell = FoundCell(truth.lattice, truth.lattice, "cubic", "P", 100.0, 0, 0.0)
    proposer = StructureProposer().fit([perovskite(), rutile()], labels=["perovskite", "rutile"])
    assert proposer.propose(scan_of(truth), "ReO3") == []
    best = proposer.propose(scan_of(truth), "ReO3", [cell])[0]
    assert (best.label, best.origin) == ("perovskite", "part")
    assert best.similarity > 0.95
    assert StructureMatcher(scale=False).fit(best.structure, truth)


def test_a_cell_of_quite_another_size_holds_no_template(proposer, scan):
    lattice = Lattice.cubic(30)
    assert (
        proposer.propose(scan, "MnF2", [FoundCell(lattice, lattice, "cubic", "P", 9, 0, 0)]) == []
    )


def test_without_a_formula_templates_keep_their_elements(proposer):
    best = proposer.propose(scan_of(fluorite(5.5)))[0]
    assert best.label == "fluorite"
    assert best.structure.composition.reduced_formula == "CaF2"
    assert best.structure.volume == pytest.approx(5.5**3 / 4, rel=0.01)


def test_other_formulas_have_no_template(proposer, scan):
    assert proposer.propose(scan, "Mn2F7") == []


def test_mixed_sites_are_left_out_and_named(crystal_library):
    with pytest.warns(SkippedStructureWarning, match="mixed or partly empty"):
        proposer = StructureProposer().fit(
            [ALLOY, crystal_library["rutile"]], labels=["alloy", "rutile"]
        )
    assert [one.item for one in proposer.skipped_] == ["alloy"]
    assert len(proposer.templates_) == 1


def test_a_library_needs_a_template():
    with pytest.raises(NothingLeftError, match="needs a crystal that can be a template"):
        StructureProposer().fit([ALLOY])
    with pytest.raises(ValueError, match="at least one structure, got none"):
        StructureProposer().fit([])
    with pytest.raises(ValueError, match="one label for each structure, got 2 for 1"):
        StructureProposer().fit([rutile()], labels=["a", "b"])


def test_parameters_survive_a_clone():
    proposer = StructureProposer(7, n_compared=30, most_alike=0.9, weight_of_prior=0.0)
    assert clone(proposer).get_params() == proposer.get_params()
