"""Layers in the frame of an image: their waves make the images that the simulator makes."""

import numpy as np
import pytest
from boundary_images import MOS2
from pymatgen.core import Lattice, Structure

from xrdmatch.datasets import load_monolayers
from xrdmatch.stacking import Stack, StackSimulator
from xrdmatch.stacking._mapping.arrangement import arrange
from xrdmatch.stacking._mapping.continuity import slips_of
from xrdmatch.stacking._poses import poses_of, rotation

BY_NAME = {layer.properties["name"]: layer for layer in load_monolayers()}
WS2, MOTE2 = BY_NAME["WS2-2H"], BY_NAME["MoTe2-1T'"]
GRAPHENE = BY_NAME["graphene"]
ORIGIN = np.array([0.4, -0.9])


def image_of(layers, places, shape=(40, 60), pixel_size=0.15):
    """Image of layers at their places, pixel by pixel."""
    x = pixel_size * (np.arange(shape[1]) - (shape[1] - 1) / 2)
    y = pixel_size * ((shape[0] - 1) / 2 - np.arange(shape[0]))
    points = np.stack(np.meshgrid(x, y), axis=-1)
    waves = np.exp(2j * np.pi * points @ layers.waves.T)
    return 1 + 2 * (waves @ layers.coefficients(places).sum(0)).real


@pytest.mark.parametrize(
    "stack",
    [
        Stack([MOS2, MOS2], (0.2, 0.7)),
        Stack([MOS2, WS2], (0.1, 0.4), 180.0),
        Stack([MOTE2, MOTE2], (0.3, 0.1), 0.0, [-1, -1]),
        Stack([MOS2, MOS2], (0.2, 0.7), 17.0),
        Stack([MOS2] * 3, [(1 / 3, 2 / 3), (0.6, 0.1)], [0.0, 180.0]),
    ],
    ids=repr,
)
def test_waves_make_the_image(stack):
    simulator = StackSimulator(0.15, 0.45, shape=(40, 60), rotation=20.0, origin=tuple(ORIGIN))
    (expected,) = simulator.transform([stack])
    layers = arrange(stack, rotation(20.0), 1.7)
    object.__setattr__(layers, "probe", (0.45, 0.0))
    places = poses_of(stack).positions @ rotation(20.0) + ORIGIN
    found = image_of(layers, places)
    np.testing.assert_allclose(found / found.mean(), expected / expected.mean(), atol=0.02)
    if np.abs(stack.twist % 180).max() < 1:
        slips = slips_of(places, layers.lattices)
        np.testing.assert_allclose(np.cos(2 * np.pi * (slips - stack.slip)), 1, atol=1e-9)


@pytest.mark.parametrize(
    ("stack", "n"),
    [
        (Stack([GRAPHENE, GRAPHENE], (0, 0)), 1),
        (Stack([MOS2, MOS2], (0, 0)), 3),
        (Stack([MOS2, MOS2], (0, 0), 180.0), 3),
        (Stack([MOS2, WS2], (0, 0)), 4),
        (Stack([MOS2] * 3, np.zeros((2, 2))), 4),
    ],
    ids=repr,
)
def test_half_turns_that_make_a_difference(stack, n):
    assert len(arrange(stack, rotation(0.0), 1.7).half_turns()) == n


def test_a_half_turn_is_one_of_the_stack():
    """What is arranged with a turned layer is what a stack with that twist would be."""
    base = arrange(Stack([MOS2, WS2], (0, 0)), rotation(7.0), 1.7)
    for one in base.half_turns():
        matrix = rotation(7.0) * np.sign(one.lattices[0] @ base.lattices[0].T)[0, 0]
        direct = arrange(one.stack, matrix, 1.7)
        places = np.array([[0.1, 0.2], [-0.5, 0.9]])
        np.testing.assert_allclose(image_of(one, places), image_of(direct, places), atol=1e-6)


def test_equal_layers_may_be_counted_in_any_order():
    stacks = Stack([MOS2] * 3, np.zeros((2, 2))), Stack([MOS2, WS2], (0, 0))
    assert [len(arrange(one, np.eye(2), 1.7).orders()) for one in stacks] == [6, 1]


def test_a_deformed_arrangement_keeps_its_phases():
    layers = arrange(Stack([MOS2, MOS2], (0, 0)), rotation(5.0), 1.7)
    change = np.array([[1.01, 0.02], [-0.01, 0.98]])
    moved = layers.deformed(change)
    places = np.array([[0.3, 0.1], [0.5, -0.8]])
    turns = moved.coefficients(places @ change) / layers.coefficients(places)
    np.testing.assert_allclose(np.angle(turns), 0, atol=1e-9)
    np.testing.assert_allclose(moved.lattices, layers.lattices @ change)


def test_bases_of_other_settings_are_near_to_each_other():
    """A cell of another shape, of the same lattice, has its slips counted in the first's axes."""
    a, b, c = MOS2.lattice.matrix
    lattice = Lattice([a + b, -a, c])
    other = Structure(lattice, MOS2.species, MOS2.cart_coords, coords_are_cartesian=True)
    layers = arrange(Stack([MOS2, other], (0, 0), 60.0), rotation(0.0), 1.7)
    np.testing.assert_allclose(layers.lattices[1], layers.lattices[0], atol=1e-6)
