"""Pictures of solutions."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from solved_crystals import rutile

from xrdmatch.solution import SolutionDisplay, StructureSolver, bond_list


@pytest.fixture(autouse=True)
def _closed_figures():
    yield
    plt.close("all")


@pytest.fixture(scope="module")
def solution(crystal_library, scan):
    solver = StructureSolver(bond_check=False, cell_finder=False).fit(
        crystal_library.values(), crystal_library
    )
    return solver.solve(scan, "MnF2")[0]


def test_profile_and_bonds_are_drawn(solution):
    display = SolutionDisplay.from_solution(solution).plot()
    display.figure_.canvas.draw()
    profile = solution.ranked[0].refined.profile
    observed, calculated, difference = display.ax_[0].get_lines()
    assert np.array_equal(observed.get_ydata(), profile.observed)
    assert np.array_equal(calculated.get_ydata(), profile.calculated)
    step = difference.get_ydata() - (profile.observed - profile.calculated)
    assert np.ptp(step) < 1e-6
    assert [t.get_text() for t in display.ax_[1].get_yticklabels()] == ["F-Mn", "Mn-Mn"]
    assert "MnF2, space group 136, as rutile" in display.ax_[0].get_title()


def test_odd_bonds_are_red(solution):
    profile = solution.ranked[0].refined.profile
    usual, odd = (bond_list(rutile(a, 2.959 * a / 4.594)) for a in (4.594, 7.0))
    colours = []
    for bonds in (usual, odd):
        display = SolutionDisplay(profile, bonds).plot()
        colours.append({tuple(c) for s in display.ax_[1].collections for c in s.get_facecolors()})
    assert colours[0] != colours[1] or not odd


def test_it_is_saved_without_a_window(solution, tmp_path):
    SolutionDisplay.from_solution(solution).save(tmp_path / "fit.png", dpi=50)
    assert (tmp_path / "fit.png").stat().st_size > 1000
    assert plt.get_fignums() == []


def test_a_rank_that_is_not_there(solution):
    with pytest.raises(ValueError, match="Refined structures are drawn, got rank 99 of"):
        SolutionDisplay.from_solution(solution, 99)


def test_bonds_are_lengths_over_sums_of_radii_where_nothing_was_learned():
    bonds = [bond for bond in bond_list(rutile()) if bond.elements == ("Ti", "O")]
    assert len(bonds) == 2
    assert bonds[0].length == pytest.approx(1.948, abs=0.01)
