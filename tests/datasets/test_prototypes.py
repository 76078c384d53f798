"""Prototypes: the stated space groups, the frame of a layer, and what a layer is made of."""

import numpy as np
import pytest
from pymatgen.symmetry.analyzer import SpacegroupAnalyzer

from xrdmatch.datasets._families import decorations, templates
from xrdmatch.datasets._prototypes import PROTOTYPES, VACUUM_AXIS, layer

KNOWN = [(name, known) for name in PROTOTYPES for known in templates(name)]


@pytest.mark.parametrize(("name", "known"), KNOWN)
def test_known_layer_has_the_stated_space_group(name, known):
    structure = PROTOTYPES[name].build(*known)
    found = SpacegroupAnalyzer(structure, symprec=0.01).get_space_group_number()
    assert found == PROTOTYPES[name].space_group


@pytest.mark.parametrize(("name", "known"), KNOWN)
def test_known_layer_is_primitive(name, known):
    structure = PROTOTYPES[name].build(*known)
    assert len(structure.get_primitive_structure()) == len(structure)


@pytest.mark.parametrize(("name", "known"), KNOWN)
def test_known_layer_has_one_value_per_parameter(name, known):
    (elements, cell, internal), prototype = known, PROTOTYPES[name]
    assert len(elements) == len(prototype.roles)
    assert len(cell) == len(prototype.cell_parameters)
    assert len(internal) == len(prototype.parameters)


def test_every_prototype_can_be_decorated():
    assert set(decorations()) == set(PROTOTYPES)


def test_graphene_is_a_honeycomb():
    structure = PROTOTYPES["graphene"].build(("C",), (2.46,), ())
    assert structure.get_distance(0, 1) == pytest.approx(2.46 / np.sqrt(3))
    assert [len(near) for near in structure.get_all_neighbors(1.5)] == [3, 3]


def test_hexagonal_cell_has_its_b_axis_in_the_upper_half_plane():
    a, b = PROTOTYPES["2H"].cell(3.0)
    assert a == pytest.approx([3.0, 0.0])
    assert b == pytest.approx([-1.5, 1.5 * np.sqrt(3)])


def test_layer_is_centred_between_its_outermost_atoms():
    structure = layer(np.eye(2) * 3, ["Mo", "S", "Se"], [(0, 0, 0), (0.5, 0, -1.5), (0, 1.5, 1.7)])
    heights = structure.cart_coords[:, 2]
    assert (heights.min() + heights.max()) / 2 == pytest.approx(VACUUM_AXIS / 2)
    assert heights[2] - heights[0] == pytest.approx(1.7)
    assert structure.frac_coords[2, 1] == pytest.approx(0.5)


def test_wrong_number_of_elements_is_an_error():
    with pytest.raises(ValueError, match="zip"):
        PROTOTYPES["2H"].build(("Mo",), (3.18,), (1.56,))
