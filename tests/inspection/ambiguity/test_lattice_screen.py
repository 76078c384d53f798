"""Lattices that are alike: by hand, and all with all."""

import numpy as np
import pytest

from xrdmatch.inspection._ambiguity import lattice_screen
from xrdmatch.inspection._ambiguity.lattice_screen import alike_lattices, lattice_map

FINE = np.array([[0.3, 0.0], [0.1, 0.4]])
MATRIX = np.array([[2.0, 1.0], [0.0, 1.0]])


def test_lattice_map():
    coarse = MATRIX @ FINE
    found, alike = lattice_map(coarse @ np.diag([1.005, 1.0]), FINE, 0.006)
    assert (found == MATRIX).all()
    assert alike
    assert not lattice_map(coarse @ np.diag([1.01, 1.0]), FINE, 0.006)[1]
    assert not lattice_map(FINE, coarse, 0.006)[1]  # the other way round there are none


@pytest.mark.parametrize("strain", [0.006, 0.02])
def test_all_with_all(strain, monkeypatch):
    monkeypatch.setattr(lattice_screen, "ROWS", 16)
    rng = np.random.default_rng(0)
    parts = [FINE, MATRIX @ FINE, np.diag([0.3, 0.35]), np.diag([0.6, 0.35])]
    lattices = np.concatenate([p @ (np.eye(2) + rng.normal(0, 0.004, (12, 2, 2))) for p in parts])
    expected = {
        (i, j)
        for i in range(48)
        for j in range(i)
        if lattice_map(lattices[i], lattices[j], strain)[1]
        or lattice_map(lattices[j], lattices[i], strain)[1]
    }
    found = alike_lattices(lattices, strain)
    assert {(j, i) for i, j in found.tolist()} == expected
    assert len(expected) > 5
