"""CellFinder on lattices of all kinds, with shifted, missing and foreign lines, and on scans."""

import pickle

import numpy as np
import pytest
from lattice_lines import LATTICES, WAVELENGTH, primitive_volume, two_theta_of
from pymatgen.core import Composition, Lattice, Structure
from sklearn.base import clone

from xrdmatch import DiffractionPattern, DiffractionSimulator
from xrdmatch.crystallography import Scan
from xrdmatch.preprocessing import PeakFinder
from xrdmatch.simulation import PowderProfile
from xrdmatch.solution import CellFinder, FoundCell

KINDS = [pytest.param(*kind, id=" ".join(kind)) for kind in LATTICES]


def pattern_at(two_theta):
    q = 2 * np.sin(np.radians(two_theta / 2)) / WAVELENGTH
    return DiffractionPattern(q[:, None], np.ones(len(q)), radiation="CuKa")


def are_same(one, other):
    return one.find_mapping(other, ltol=0.01, atol=0.5) is not None


def rank_of(lattice, centring, cells):
    """Place of the true lattice among those found; its primitive volume and reduced cell count."""
    volume = primitive_volume(lattice, centring)
    for i, cell in enumerate(cells):
        if abs(cell.volume / volume - 1) < 0.01 and are_same(cell.lattice, lattice):
            return i
    return None


@pytest.fixture(scope="module")
def halite():
    return Structure.from_prototype("rocksalt", ["Na", "Cl"], a=5.64)


@pytest.fixture(scope="module")
def halite_scan(halite):
    profile = PowderProfile(np.arange(20, 90, 0.02), zero_shift=0.03)
    (ideal,) = DiffractionSimulator("powder", "CuKa", profile=profile).transform([halite])
    expected = 1e4 * (ideal.counts / ideal.counts.max() + 0.03)
    return Scan(ideal.two_theta, np.random.default_rng(0).poisson(expected), radiation="CuKa")


@pytest.mark.parametrize(("system", "centring"), KINDS)
def test_every_kind_of_lattice_is_found_first(system, centring):
    lattice = LATTICES[system, centring]
    cells = CellFinder().find(pattern_at(two_theta_of(lattice, centring) + 0.03))
    assert 1 <= len(cells) <= 10
    assert rank_of(lattice, centring, cells) == 0
    best = cells[0]
    assert isinstance(best, FoundCell)
    assert (best.crystal_system, best.centring) == (system, centring)
    assert best.zero_shift == pytest.approx(0.03, abs=0.01)
    assert best.n_unexplained == 0
    assert best.figure_of_merit > 50
    assert best.primitive.volume == pytest.approx(primitive_volume(lattice, centring), rel=0.003)


@pytest.mark.parametrize(
    "kind", [("cubic", "F"), ("tetragonal", "P"), ("monoclinic", "P")], ids=str
)
def test_foreign_lines_are_left_over(kind):
    lattice = LATTICES[kind]
    lines = two_theta_of(lattice, kind[1], 18)
    foreign = lines[[5, 9]] + (lines[[6, 10]] - lines[[5, 9]]) * 0.43
    finder = CellFinder(crystal_systems=["cubic", "tetragonal", "monoclinic"])
    cells = finder.find(pattern_at(np.sort([*lines, *foreign])))
    rank = rank_of(lattice, kind[1], cells)
    assert rank is not None
    assert cells[rank].n_unexplained <= 2


@pytest.mark.parametrize(
    "kind", [("hexagonal", "P"), ("orthorhombic", "C"), ("triclinic", "P")], ids=str
)
def test_lines_may_be_missing(kind):
    lines = two_theta_of(LATTICES[kind], kind[1], 30)
    cells = CellFinder().find(pattern_at(np.delete(lines, np.arange(2, 30, 4))))
    assert rank_of(LATTICES[kind], kind[1], cells) is not None


def test_cells_are_of_different_lattices():
    cells = CellFinder().find(pattern_at(two_theta_of(LATTICES["monoclinic", "P"])))
    assert len(cells) > 3
    for i, cell in enumerate(cells):
        assert cell.primitive.volume == pytest.approx(
            cell.lattice.volume / {"P": 1, "C": 2, "I": 2, "F": 4, "R": 3}[cell.centring], rel=0.01
        )
        for other in cells[:i]:
            same_volume = abs(cell.volume / other.volume - 1) < 1e-3
            assert not (same_volume and are_same(cell.primitive, other.primitive))


def test_a_scan_with_its_doublet(halite_scan):
    found = CellFinder().search(halite_scan, "NaCl")
    best = found.cells[0]
    assert (best.crystal_system, best.centring) == ("cubic", "F")
    assert best.lattice.a == pytest.approx(5.64, abs=0.004)
    assert found.reason == ""
    assert found.systems[0] == "cubic"
    assert len(found.two_theta) == 9  # of both lines one


def test_the_formula_says_how_large_the_cell_is():
    """The lines are those of a smaller cell: the formula needs one and a half times its volume."""
    lattice = Lattice.tetragonal(4.2, 4.9)
    pattern = pattern_at(two_theta_of(lattice))
    finder = CellFinder(crystal_systems=["tetragonal", "orthorhombic"])
    alone = finder.find(pattern)
    assert alone[0].volume == pytest.approx(lattice.volume, rel=0.01)
    heavy = Composition("Ba2TiO5")  # about 130 Å^3
    told = finder.find(pattern, heavy)
    assert min(cell.volume for cell in told) > 0.9 * lattice.volume * 0.8
    multiples = [cell.volume / lattice.volume for cell in told]
    assert any(round(m) > 1 and abs(m - round(m)) < 0.02 for m in multiples)


def test_systems_can_be_chosen():
    pattern = pattern_at(two_theta_of(LATTICES["cubic", "P"]))
    found = CellFinder(crystal_systems=["tetragonal", "cubic"]).search(pattern)
    assert found.systems == ["cubic", "tetragonal"]
    assert {cell.crystal_system for cell in found.cells} <= {"cubic", "tetragonal"}
    assert len(CellFinder(n_cells=1, crystal_systems="cubic").find(pattern)) == 1


def test_no_zero_shift_no_shift():
    pattern = pattern_at(two_theta_of(LATTICES["cubic", "P"]))
    assert CellFinder(1, zero_shift=0.0).find(pattern)[0].zero_shift == pytest.approx(0, abs=1e-5)


def test_without_time_there_is_a_reason():
    pattern = pattern_at(two_theta_of(LATTICES["cubic", "P"]))
    found = CellFinder(time_limit=0.0).search(pattern)
    assert found.cells == []
    assert found.reason.startswith("the time limit was reached before these were tried: cubic,")


def test_lines_of_no_lattice_have_a_reason():
    nothing = pattern_at(np.array([20.0, 21.17, 22.9, 30.0, 31.1, 36.6, 36.9, 41.3, 52.2, 61.0]))
    found = CellFinder(crystal_systems="cubic", max_unexplained=0).search(nothing)
    assert found.cells == []
    assert found.reason == "no cell within the limits explains the peaks"


def test_it_repeats_and_survives_copies(halite_scan):
    finder = CellFinder(
        3, max_volume=200.0, crystal_systems=["cubic", "tetragonal"], peak_finder=PeakFinder(6.0)
    )
    copies = [finder, clone(finder), pickle.loads(pickle.dumps(finder)), finder.fit([halite_scan])]
    answers = [[cell.lattice.parameters for cell in one.find(halite_scan)] for one in copies]
    assert answers[0] == answers[1] == answers[2] == answers[3]
    assert finder.get_params()["max_volume"] == 200.0


def test_one_bad_pattern_does_not_sink_a_batch(halite_scan):
    finder = CellFinder(1, crystal_systems="cubic")
    few = DiffractionPattern([[0.3]], [1.0], radiation="CuKa")
    with pytest.warns(UserWarning, match=r"No cells for pattern 0: .* at least 3 peaks, got 1"):
        none, some = finder.find_many([few, halite_scan], [None, "NaCl"])
    assert none == []
    assert some[0].crystal_system == "cubic"
    assert len(finder.transform(halite_scan)) == 1
    with pytest.raises(ValueError, match="got 1 patterns and 2 formulas"):
        finder.find_many([halite_scan], ["NaCl", None])


GOOD = {"q": [[0.3], [0.4], [0.5]], "intensity": [1.0, 1.0, 1.0]}


@pytest.mark.parametrize(
    ("pattern", "formula", "error", "match"),
    [
        (DiffractionPattern(**GOOD), None, ValueError, "need the wavelength"),
        (DiffractionPattern(**GOOD, radiation="xray"), None, ValueError, "need the wavelength"),
        (Scan(np.arange(20, 40), np.ones(20)), None, ValueError, "need the wavelength"),
        (DiffractionPattern([[0.3, 0.1]], [1.0]), None, ValueError, "got 2 components"),
        (DiffractionPattern(**GOOD, radiation="CuKa"), "Xq3", ValueError, "got 'Xq3'"),
        ("scan.xy", None, TypeError, "got str"),
    ],
)
def test_bad_patterns(pattern, formula, error, match):
    with pytest.raises(error, match=match):
        CellFinder().find(pattern, formula)


@pytest.mark.parametrize(
    ("option", "match"),
    [
        ({"n_cells": 0}, "n_cells must be a whole number from 1"),
        ({"n_peaks": 33}, "n_peaks must be a whole number from 3 to 32, got 33"),
        ({"max_volume": 1.0}, "max_volume must be a number from 8 to"),
        ({"zero_shift": -0.1}, "zero_shift must be a number from 0 to 1 degrees"),
        ({"time_limit": None}, "time_limit must be a number"),
        ({"crystal_systems": ["rhombic"]}, r"crystal_systems are among .* got \['rhombic'\]"),
    ],
)
def test_bad_options(option, match):
    with pytest.raises(ValueError, match=match):
        CellFinder(**option).fit()
