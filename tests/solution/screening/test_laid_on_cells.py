"""Templates with the lattices of found cells."""

import numpy as np
import pytest
from pymatgen.analysis.structure_matcher import StructureMatcher
from pymatgen.core import Lattice
from solved_crystals import fluorite, rutile

from xrdmatch.solution import FoundCell
from xrdmatch.solution._screening.laid_on_cells import laid_on, reduced_lattice, sorted_lengths
from xrdmatch.solution._screening.template_table import template_of


def cell_of(lattice):
    primitive = lattice.get_niggli_reduced_lattice()
    return FoundCell(lattice, primitive, "tetragonal", "P", 50.0, 0, 0.0)


def laid(crystal, lattice, expected=None):
    template = template_of(crystal, "it")
    expected = lattice.get_niggli_reduced_lattice().volume if expected is None else expected
    return laid_on([template], [cell_of(lattice)], np.array([expected]))


def test_it_is_the_crystal_that_has_this_lattice():
    """Axes off by 5 % in opposite directions."""
    truth = rutile(4.594 * 1.05, 2.959 * 0.95)
    made = laid(rutile(), truth.lattice)
    matcher = StructureMatcher(ltol=1e-3, stol=1e-3, angle_tol=0.1, scale=False)
    assert matcher.fit(made[0].structure(), truth)


def test_only_the_lattice_is_new():
    template = template_of(rutile(), "it")
    made = laid(rutile(), Lattice.tetragonal(4.7, 2.9))
    assert len(made) > 0
    for one in made:
        assert np.array_equal(one.frac_coords, template.frac_coords)
        assert one.volume == pytest.approx(4.7**2 * 2.9)
        assert (one.label, one.elements.tolist()) == ("it", [8, 22])


def test_the_basis_of_a_template_does_not_matter():
    """A template that spans the same lattice by longer vectors."""
    template = template_of(rutile(), "it")
    change = np.array([[1, 0, 0], [1, 1, 0], [0, 2, 1]])
    skewed = template._replace(
        lattice=change @ template.lattice,
        frac_coords=template.frac_coords @ np.linalg.inv(change),
    )
    lattice = Lattice.tetragonal(4.7, 2.9)
    (one, *_), (other, *_) = (
        laid_on([t], [cell_of(lattice)], np.array([lattice.volume])) for t in (template, skewed)
    )
    matcher = StructureMatcher(ltol=1e-3, stol=1e-3, angle_tol=0.1, scale=False)
    assert matcher.fit(one.structure(), other.structure())


def test_a_centred_cell_is_its_primitive_one():
    truth = fluorite(5.2)
    primitive = truth.get_primitive_structure().lattice
    made = laid(fluorite(), primitive)
    assert made[0].volume == pytest.approx(5.2**3 / 4)
    assert StructureMatcher(scale=False).fit(made[0].structure(), truth)


def test_cells_of_quite_another_volume_or_shape_are_left_out():
    lattice = Lattice.tetragonal(4.7, 2.9)
    assert laid(rutile(), lattice, expected=1.5 * lattice.volume) == []
    assert laid(rutile(), Lattice.cubic(lattice.volume ** (1 / 3))) == []
    assert laid_on([template_of(rutile(), 0)], [], np.array([60.0])) == []


def test_reduced_lattices_are_those_of_pymatgen():
    skewed = Lattice(np.array([[1, 0, 0], [1, 1, 0], [0, 2, 1]]) @ rutile().lattice.matrix)
    found = Lattice(reduced_lattice(skewed.matrix))
    assert found.volume == pytest.approx(skewed.volume)
    wanted = skewed.get_niggli_reduced_lattice()
    assert sorted_lengths(found.matrix) == pytest.approx(sorted(wanted.abc))
