"""de Wolff's figure by hand, and what is counted."""

import numpy as np
import pytest
from lattice_lines import lines_at, two_theta_of
from pymatgen.core import Lattice

from xrdmatch.solution._cells.bravais import Bravais
from xrdmatch.solution._cells.merit import merits

A = 6.0
KIND = Bravais("cubic", "P")


def judged(two_theta, a=A, **options):
    return merits(KIND.families, np.array([[a**-2]]), np.zeros(1), lines_at(two_theta), **options)


def test_m20_by_hand():
    """Every line 0.01 degrees off; h^2 + k^2 + l^2 has no 7 and no 15."""
    exact = two_theta_of(Lattice.cubic(A))
    merit = judged(exact + 0.01)
    lines, true = lines_at(exact + 0.01), lines_at(exact)
    n = [i for i in range(1, 23) if i not in (7, 15)]
    assert true.q2 == pytest.approx(np.array(n) / A**2, rel=1e-5)
    by_hand = lines.q2[-1] / (2 * np.mean(lines.q2 - true.q2) * 20)
    assert merit.m20[0] == pytest.approx(by_hand, rel=0.01)
    assert (merit.n_possible[0], merit.n_missing[0], merit.n_unexplained[0]) == (20, 0, 0)


def test_missing_and_foreign_lines_are_counted():
    exact = two_theta_of(Lattice.cubic(A))
    merit = judged(np.delete(exact, [3, 6, 9]))
    assert (merit.n_possible[0], merit.n_missing[0]) == (20, 3)
    foreign = (exact[4] + exact[5]) / 2
    merit = judged(np.sort([*exact[:19], foreign]))
    assert merit.n_unexplained[0] == 1


def test_odds_prefer_the_right_cell():
    exact = two_theta_of(Lattice.cubic(A))
    right, off, doubled = (judged(exact, a).log_odds[0] for a in (A, 1.004 * A, 2 * A))
    assert right > doubled > 0
    assert right > off
