"""Tables as text: what each row says of its phase or candidate."""

import numpy as np
import pytest

from xrdmatch.inspection import ProfileDisplay, ReportedCandidate, ReportedScan
from xrdmatch.inspection._report.section import n_curves, section

X = np.linspace(20, 60, 2000)


def candidate(label, at, **options):
    peak = 100 + 1000 * np.exp(-((X - at) ** 2) / 0.02)
    observed = 100 + 1000 * np.exp(-((X - 30) ** 2) / 0.02)
    lattice = np.array([4.2, 4.2, 2.9, 89.99998, 90.0, 120.0012])
    sigma = np.array([0.001, 0.001, 0.0002, 1e-8, 0.0, 0.01])
    numbers = {"score": 12.34, "r_wp": 5.678, "change": -0.4, "lattice": lattice}
    profile = ProfileDisplay.from_profile(X, observed, peak, {"peaks": [at]})
    names = {"label": label, "formula": "TiO2", "space_group": "P4_2/mnm"}
    return ReportedCandidate(**names, **numbers, lattice_sigma=sigma, profile=profile, **options)


@pytest.fixture
def ranked():
    candidates = [candidate("a", 30, probability="83 % *"), candidate("b", 40), candidate("c", 50)]
    return section(ReportedScan("x", candidates=candidates), 5000, {})


def test_candidates(ranked):
    assert ranked["headline"] == "Best candidate: TiO2, P4_2/mnm, probability 83 % *"
    row = ranked["candidates"][1]
    assert row["rank"] == 2
    assert (row["score"], row["r_wp"], row["change"]) == ("12.3", "5.7", "-0.40")
    assert [row["label"] for row in ranked["candidates"]] == ["a", "b", "c"]


def test_cells_have_uncertainties_where_they_moved(ranked):
    (cell, *_) = [row["cell"] for row in ranked["cells"]]
    assert cell == ["4.2000(10)", "4.2000(10)", "2.9000(2)", "90", "90", "120.001(10)"]


def test_the_best_is_compared_with_the_next(ranked):
    assert len(ranked["comparisons"]) == 2
    first = ranked["comparisons"][0]
    assert all("TiO2, P4_2/mnm (a) fits better" in sentence for sentence in first["places"])
    places = first["picture"]["places"]
    assert any(low <= 40 <= high for low, high in places)


def test_without_points_there_are_tables_only(ranked):
    scan = ReportedScan("x", candidates=[candidate("a", 30), candidate("b", 40)])
    small = section(scan, 0, {})
    assert small["picture"] is None
    assert small["comparisons"] == []
    assert len(small["candidates"]) == 2


def test_a_scan_without_an_answer():
    failed = section(ReportedScan("x", error="no such file"), 5000, {})
    assert failed["headline"] == "Not answered"
    assert failed["picture"] is None
    assert n_curves(ReportedScan("x", error="no such file")) == 0


def test_phases(decomposed):
    found = decomposed[0]
    colours = dict(zip(found.indices.tolist(), ["red", "blue"], strict=True))
    made = section(ReportedScan("x", found=found, look_alikes=["p", "q"]), 500, colours)
    assert [row["alike"] for row in made["phases"]] == ["p", "q"]
    assert made["headline"] == "69.9 % KCl, 30.1 % NaCl"
    assert made["refined"]["zero shift"].endswith(" degrees")
