"""Scans solved by templates."""

import pickle

import numpy as np
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from sklearn.base import clone
from solved_crystals import fluorite, perovskite, rutile, scan_of

from xrdmatch import DiffractionPattern
from xrdmatch.crystallography import Scan
from xrdmatch.solution import StructureProposer, StructureSolver


@pytest.fixture(scope="module")
def solver(crystal_library):
    return StructureSolver(bond_check=False).fit(crystal_library.values(), labels=crystal_library)


@pytest.fixture(scope="module")
def solution(solver, scan):
    return solver.solve(scan, "MnF2")[0]


def test_a_crystal_that_the_library_lacks_is_solved(solution, manganese_fluoride):
    best = solution.ranked[0]
    assert StructureMatcher(ltol=0.01, stol=0.02).fit(best.structure, manganese_fluoride)
    assert (best.label, best.refined.space_group) == ("rutile", 136)
    assert solution.answer is best.structure
    assert best.probability > 0.9 > solution.ranked[1].probability
    assert solution.reason == ""


def test_it_says_what_was_tried_and_how_long_it_took(solution):
    assert {one.label for one in solution.ranked} == {"rutile", "fluorite", "CdI2"}
    assert set(solution.seconds) >= {"proposals", "cell fits", "refinement"}
    assert "MnF2 from rutile (template)" in str(solution)
    assert next(iter(solution.ranked[0].facts)) == "log residual"


def test_k_structures_are_listed_whether_or_not_it_is_sure(solver, scan):
    (one,), (row,) = solver.predict(scan, "MnF2"), solver.predict(scan, "MnF2", k=2)
    assert len(row) == 2
    assert row[0] == one


def test_where_no_template_fits_it_abstains(solver, crystal_library, scan):
    others = StructureSolver(bond_check=False).fit(
        [crystal_library["fluorite"], crystal_library["CdI2"]]
    )
    (answer,) = others.predict(scan, "MnF2")
    assert answer is None
    (solution,) = others.solve(scan, "MnF2")
    assert "less than 0.90" in solution.reason
    assert len(solution.cells) > 0  # sought where templates do not suffice
    assert "no template has the anonymous formula" in solver.solve(scan, "Mn2F7")[0].reason


def test_one_bad_query_does_not_sink_the_others(solver, scan):
    unknown = Scan(scan.two_theta, scan.counts)
    found = solver.solve([scan, unknown, scan], ["MnXq2", "MnF2", "MnF2"])
    assert "known elements" in found[0].reason
    assert "without radiation" in found[1].reason or "wavelength" in found[1].reason
    assert found[2].answer is not None


def test_where_peaks_are_too_few_for_a_cell_it_keeps_what_was_tried(solver, scan):
    short = Scan(scan.two_theta[:600], scan.counts[:600], radiation="CuKa")
    (solution,) = solver.solve(short, "MnF2")
    assert solution.answer is None
    assert len(solution.ranked) == 3
    assert "no cell was sought: A cell is found from at least 3 peaks" in solution.reason


def test_a_scan_without_peaks_is_not_solved(solver, scan):
    """A constant, which any structure would fit at a scale of zero."""
    flat = Scan(scan.two_theta, np.full(len(scan.two_theta), 100.0), radiation="CuKa", name="void")
    (solution,) = solver.solve(flat, "MnF2")
    assert solution.answer is None
    assert "the scan 'void' in which nothing rises above the background" in solution.reason


def test_without_a_formula_the_structure_type_is_found(solver):
    (solution,) = solver.solve(scan_of(fluorite(5.47), counts=5000))
    assert solution.ranked[0].label == "fluorite"


def test_score_is_the_match_rate(solver, manganese_fluoride, scan):
    oxide = perovskite(4.19, ("Ba", "Zr", "O"))
    scans = [scan, scan_of(oxide, counts=5000)]
    assert solver.score([manganese_fluoride, oxide], scans) == 1.0
    wrong = fluorite(5.3, ("Mn", "F"))
    assert solver.score([wrong, oxide], scans) == 0.5


def test_parts_are_parameters(crystal_library, scan):
    """A proposer of one's own, here one that knows the answer."""

    class Knowing(StructureProposer):
        def propose(self, scan, composition=None, cells=None):
            return [p for p in super().propose(scan, composition, cells) if p.label == "rutile"]

    solver = StructureSolver(Knowing(), cell_finder=False, bond_check=False).fit(
        crystal_library.values(), labels=crystal_library
    )
    (solution,) = solver.solve(scan, "MnF2")
    assert {one.label for one in solution.ranked} == {"rutile"}


def test_after_the_time_limit_it_says_so(crystal_library, scan):
    solver = StructureSolver(bond_check=False, time_limit=1e-6).fit(crystal_library.values())
    (solution,) = solver.solve(scan, "MnF2")
    assert solution.answer is None
    assert "the time was over" in solution.reason


def test_probabilities_are_learned_anew(solver, crystal_library, manganese_fluoride, scan):
    """Right and wrong answers in equal numbers, told apart by what they leave unexplained."""
    learning = pickle.loads(pickle.dumps(solver))
    truths = [manganese_fluoride, fluorite(5.3, ("Mn", "F"))] * 5
    (solution,) = learning.solve(scan, "MnF2")
    learning.solve = lambda scans, compositions: [solution] * len(scans)
    assert learning.calibrate(truths, [scan] * 10) is learning
    del learning.solve
    assert learning.solve(scan, "MnF2")[0].ranked[0].probability == pytest.approx(0.5, abs=0.01)
    with pytest.raises(ValueError, match="5 right and 5 wrong answers, got 1 and 0"):
        learning.calibrate([manganese_fluoride], [scan])


def test_a_fitted_solver_survives_a_pickle(solver, scan):
    copy = pickle.loads(pickle.dumps(solver))
    assert copy.predict(scan, "MnF2", k=2)[0][0] == solver.predict(scan, "MnF2", k=2)[0][0]


def test_parameters_survive_a_clone():
    solver = StructureSolver(min_probability=0.5, n_tries=7, time_limit=3.0, score_k=2)
    found, wanted = clone(solver).get_params(), solver.get_params()
    assert found == wanted


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"min_probability": 1.5}, "min_probability is above 0 and at most 1, got 1.5"),
        ({"n_tries": 0}, "n_tries is a whole number of at least 1, got 0"),
        ({"time_limit": -1}, "time_limit is a number of seconds above 0, got -1"),
        ({"time_limit": "1 min"}, "time_limit is a number of seconds above 0, got '1 min'"),
    ],
)
def test_options_out_of_range(options, match):
    with pytest.raises(ValueError, match=match):
        StructureSolver(**options).fit([rutile()])


def test_what_is_no_scan_is_refused(solver):
    pattern = DiffractionPattern(np.array([[0.3]]), [1.0])
    with pytest.raises(TypeError, match="Structures are solved from scans"):
        solver.solve(pattern, "MnF2")


def test_compositions_must_belong_to_scans(solver, scan):
    with pytest.raises(ValueError, match="one for each, got 2 for 1 scans"):
        solver.solve([scan], ["MnF2", "MnF2"])
