"""What a solver is asked."""

from types import SimpleNamespace

import numpy as np
import pytest
from pymatgen.core import Composition
from solved_crystals import rutile, scan_of

from xrdmatch.solution import StructureSolver
from xrdmatch.solution._solving import inputs
from xrdmatch.solution._solving.inputs import (
    as_compositions,
    as_scans,
    check_solver,
    questions_of,
    solved_or_why,
)


@pytest.mark.parametrize("one", [None, "TiO2", Composition("TiO2"), {"Ti": 1, "O": 2}])
def test_one_composition_is_that_of_all_scans(one):
    assert as_compositions(one, 3) == [one] * 3


def test_each_scan_may_have_its_own_or_none():
    assert as_compositions(["TiO2", None], 2) == ["TiO2", None]
    assert as_compositions(iter(["TiO2", None]), 2) == ["TiO2", None]
    with pytest.raises(ValueError, match="got 2 for 3 scans"):
        as_compositions(["TiO2", None], 3)


def test_scans_are_paired_with_compositions():
    scan = scan_of(rutile())
    assert questions_of([scan, scan], ["TiO2", None], 1) == [(scan, "TiO2"), (scan, None)]
    assert questions_of([], "TiO2", 3) == []


@pytest.mark.parametrize("k", [0, -1, 1.5, None, "3"])
def test_at_least_one_structure_is_wanted(k):
    with pytest.raises(ValueError, match="k is a whole number of structures of at least 1, got"):
        questions_of([], None, k)


def test_one_scan_is_a_list_of_one():
    scan = scan_of(rutile())
    assert as_scans(scan)[0] is scan
    assert len(as_scans([scan, scan])) == 2
    assert as_scans([]) == []


@pytest.mark.parametrize("n", [1, 7, np.int64(3)])
def test_whole_numbers_of_any_kind_are_good(n):
    check_solver(StructureSolver(n_tries=n, score_k=n, time_limit=np.float32(0.5)))


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"min_probability": 0}, "min_probability .* got 0;"),
        ({"min_probability": None}, "min_probability .* got None;"),
        ({"n_tries": 2.0}, "n_tries is a whole number of at least 1, got 2.0"),
        ({"score_k": 0}, "score_k is a whole number of at least 1, got 0"),
        ({"time_limit": 0}, "time_limit is a number of seconds above 0, got 0;"),
        ({"time_limit": float("nan")}, "time_limit is a number of seconds above 0, got nan;"),
    ],
)
def test_options_out_of_range(options, match):
    with pytest.raises(ValueError, match=match):
        check_solver(StructureSolver(**options))


def test_what_cannot_be_asked_has_a_reason(monkeypatch):
    def refused(*_):
        raise ValueError("such a scan cannot be; measure again")

    monkeypatch.setattr(inputs, "solved", refused)
    scan = SimpleNamespace(name="a.xy")
    found = solved_or_why(scan, "TiO2", None)
    assert (found.answer, found.ranked, found.cells) == (None, [], [])
    assert str(found) == "a.xy: such a scan cannot be; measure again"


def test_errors_of_programs_are_not_hidden(monkeypatch):
    monkeypatch.setattr(inputs, "solved", lambda *_: [][0])
    with pytest.raises(IndexError):
        solved_or_why(None, "TiO2", None)
