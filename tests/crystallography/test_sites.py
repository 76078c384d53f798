"""Structures as padded arrays, and what is refused on the way."""

import numpy as np
import pytest
from pymatgen.core import DummySpecies, Lattice, Molecule, Species, Structure

from xrdmatch import DiffractionPattern
from xrdmatch.crystallography import SiteTable, describe, site_table

CUBE = Lattice.cubic(4.0)


@pytest.fixture
def iron():
    return Structure.from_prototype("bcc", ["Fe"], a=2.87)


@pytest.fixture
def alloy():
    """A mixed site, a half empty one and one with an oxidation state."""
    species = [{"Cu": 0.75, "Zn": 0.25}, {"Li": 0.5}, Species("O", -2)]
    return Structure(CUBE, species, [[0, 0, 0], [0.5, 0, 0], [0, 0.5, 0]])


def test_rows_are_padded_with_zeros(iron, alloy):
    table = site_table([iron, alloy])
    np.testing.assert_array_equal(table.lattice, [iron.lattice.matrix, alloy.lattice.matrix])
    np.testing.assert_array_equal(table.numbers, [[26, 26, 0, 0], [29, 30, 3, 8]])
    np.testing.assert_array_equal(table.occupancy, [[1, 1, 0, 0], [0.75, 0.25, 0.5, 1]])
    assert table.n_sites.tolist() == [2, 4]
    assert not table.frac_coords[0, 2:].any()
    np.testing.assert_array_equal(table.frac_coords[1, 0], table.frac_coords[1, 1])


def test_cartesian_coordinates(iron, alloy):
    table = site_table([iron, alloy])
    np.testing.assert_allclose(table.cart_coords[0, :2], iron.cart_coords)
    np.testing.assert_allclose(table.cart_coords[1, 1:], alloy.cart_coords)


def test_rows_lose_padding_that_they_do_not_need(iron, alloy):
    table = site_table([iron, alloy, iron])
    for rows in ([0, 2], slice(None, None, 2), np.array([True, False, True])):
        part = table[rows]
        assert len(part) == 2
        assert part.numbers.shape == (2, 2)
        np.testing.assert_allclose(part.cart_coords[1], iron.cart_coords)


def test_a_table_is_returned_as_it_is(iron):
    table = site_table([iron])
    assert isinstance(table, SiteTable)
    assert site_table(table) is table


def test_no_structures_make_an_empty_table():
    table = site_table([])
    assert len(table) == 0
    assert table.cart_coords.shape == (0, 1, 3)
    assert table.numbers.dtype == int
    assert len(table[[]]) == 0


def test_structures_stay_as_they_were(alloy):
    before = alloy.copy()
    site_table([alloy])
    assert alloy == before


def test_description(iron):
    assert describe(iron, 3) == "Fe at position 3"
    iron.properties["name"] = "ferrite"
    assert describe(iron, 3) == "Fe (ferrite) at position 3"


def test_a_single_structure_is_no_list(iron):
    with pytest.raises(TypeError, match=r"in a list, got a single Structure; write \[structure\]"):
        site_table(iron)


def test_a_single_pattern_is_no_list():
    with pytest.raises(TypeError, match="in a list, got a single DiffractionPattern"):
        site_table(DiffractionPattern([[0.5]], [1.0]))


@pytest.mark.parametrize(
    ("thing", "name"),
    [
        ("NaCl.cif", "str"),
        (DiffractionPattern([[0.5]], [1.0]), "DiffractionPattern"),
        (Molecule(["C"], [[0, 0, 0]]), "Molecule"),
        (None, "NoneType"),
    ],
)
def test_other_things_are_no_structures(iron, thing, name):
    message = f"must be pymatgen Structures, got {name} at position 1; read files with"
    with pytest.raises(TypeError, match=message):
        site_table([iron, thing])


def test_structure_without_sites(iron):
    with pytest.raises(ValueError, match="at least one site, got none at position 1; leave it out"):
        site_table([iron, Structure(CUBE, [], [])])


def test_species_that_is_no_element(iron):
    vacancy = Structure(CUBE, [DummySpecies("Xa")], [[0, 0, 0]], properties={"name": "odd one"})
    with pytest.raises(ValueError, match=r"must be an element, got Xa.* \(odd one\) at position 1"):
        site_table([iron, vacancy])


def test_cell_or_coordinates_that_are_no_numbers(iron):
    cell = Structure(Lattice(np.diag([1.0, 2.0, np.nan])), ["C"], [[0, 0, 0]])
    site = Structure(CUBE, ["C"], [[0, 0, np.nan]])
    far = Structure(CUBE, ["C"], [[0, 0, np.inf]])
    for bad in (cell, site, far):
        with pytest.raises(ValueError, match="must be finite, got NaN or infinity in C at positio"):
            site_table([iron, bad])


def test_nothing_is_no_list():
    with pytest.raises(TypeError, match="Structures come in a list, got NoneType; read some with"):
        site_table(None)
