"""What a finder is given; faults are tested with the finder."""

import pytest
from lattice_lines import WAVELENGTH
from pymatgen.core import Composition

from xrdmatch import DiffractionPattern
from xrdmatch.solution import CellFinder
from xrdmatch.solution._cells.inputs import formula, lines_of, systems


def test_formulas():
    assert formula(None) is None
    assert formula("BaTiO3") == formula(Composition("BaTiO3")) == Composition("BaTiO3")
    for nonsense in ("", "Xq3", 7, Composition()):
        with pytest.raises(ValueError, match=r"A formula consists of elements .* write 'BaTiO3'"):
            formula(nonsense)


def test_systems_keep_their_order():
    assert systems(CellFinder(crystal_systems=["triclinic", "cubic"])) == ["cubic", "triclinic"]
    assert len(systems(CellFinder())) == 7


def test_the_strongest_line_s_wavelength_is_used():
    pattern = DiffractionPattern([[0.3], [0.4], [0.5]], [1, 1, 1], radiation="CuKa")
    lines = lines_of(pattern, 2 + 1)
    assert lines.wavelength == WAVELENGTH
    assert lines.q2**0.5 == pytest.approx([0.3, 0.4, 0.5])
