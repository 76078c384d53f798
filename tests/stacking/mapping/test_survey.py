"""What is found before windows are read: layers, lattice and how they are seen."""

from dataclasses import replace

import numpy as np
import pytest
from boundary_images import MOS2, PIXEL, boundary_image

from xrdmatch.datasets import load_monolayers
from xrdmatch.stacking import Stack, StackFitter, StackSimulator
from xrdmatch.stacking._mapping.arrangement import arrange
from xrdmatch.stacking._mapping.blocks import block_sums, levelled, tiling, window_sums
from xrdmatch.stacking._mapping.deformation import deformation
from xrdmatch.stacking._mapping.failures import find_failures
from xrdmatch.stacking._mapping.gram import window_gram
from xrdmatch.stacking._mapping.reading import Reading
from xrdmatch.stacking._mapping.seen import how_seen
from xrdmatch.stacking._mapping.survey import survey
from xrdmatch.stacking._mapping.window_fit import WindowFitter
from xrdmatch.stacking._poses import rotation

AB, BA = Stack([MOS2, MOS2], (1 / 3, 2 / 3)), Stack([MOS2, MOS2], (2 / 3, 1 / 3))
WS2 = {layer.properties["name"]: layer for layer in load_monolayers()}["WS2-2H"]


def tapered(image, waves):
    tiles = tiling(image.shape, PIXEL, 15.0, 5.0)
    image = tiles.covered(levelled(image, PIXEL, 3.2))
    return window_sums(block_sums(image, waves, tiles), waves, tiles), tiles.edge


@pytest.mark.parametrize("second", [AB, BA, Stack([MOS2, MOS2], (0.1, 0.4))], ids=repr)
def test_the_lattice_is_found_across_a_boundary(second):
    """Where the stacking changes, so do the phases of the waves: this is no strain."""
    image = boundary_image(AB, second, 3.0, 20.0, (600, 600))
    change = rotation(0.25) @ np.array([[1.002, 0.001], [0.0, 0.997]])
    layers = arrange(AB, rotation(12.0) @ np.linalg.inv(change), 1.7)
    sums, edge = tapered(image, layers.waves)
    np.testing.assert_allclose(deformation(sums, layers.waves, edge), change, atol=5e-4)


@pytest.mark.parametrize("sigma", [0.35, 0.5])
def test_the_probe_is_found(sigma):
    stacks = [Stack([MOS2, MOS2], (0.3, 0.1)), Stack([MOS2, MOS2], (0.3, 0.1), 180.0)]
    simulator = StackSimulator(PIXEL, sigma, shape=(400, 400), origin=(0, 0), random_state=0)
    image = simulator.transform(stacks[1:])[0]
    tiles = tiling(image.shape, PIXEL, 30.0, 10.0)
    image = tiles.covered(levelled(image, PIXEL, 3.2))
    layers = arrange(stacks[0], np.eye(2), 1.7)
    trials = [WindowFitter(one, window_gram(layers.waves, tiles)) for one in layers.half_turns()]
    zero = np.zeros((1, 2))
    data = window_sums(block_sums(image, layers.waves, tiles), layers.waves, tiles)
    squares = window_sums(block_sums(image**2, zero, tiles), zero, tiles)[..., 0].real
    ratios, (width, tail) = how_seen(trials, data.reshape(-1, data.shape[-1]), squares.ravel(), 0.1)
    assert ratios.tolist() == [1.0, 1.0]
    at = 0.7  # [1/Å] a wave that matters
    left = 2 * (np.pi * width * at) ** 2 / (1 + tail * at)
    assert left == pytest.approx(2 * (np.pi * sigma * at) ** 2, rel=0.05)


def test_layers_of_two_kinds_have_strengths_of_their_own():
    stack = Stack([MOS2, WS2], (0.3, 0.1))
    simulator = StackSimulator(PIXEL, shape=(400, 400), layer_ratio=0.85, random_state=0)
    image = simulator.transform([stack])[0]
    tiles = tiling(image.shape, PIXEL, 30.0, 10.0)
    image = tiles.covered(levelled(image, PIXEL, 3.2))
    layers = arrange(stack, np.eye(2), 1.7)
    zero = np.zeros((1, 2))
    data = window_sums(block_sums(image, layers.waves, tiles), layers.waves, tiles)
    squares = window_sums(block_sums(image**2, zero, tiles), zero, tiles)[..., 0].real
    fitter = WindowFitter(layers, window_gram(layers.waves, tiles))
    ratios, _ = how_seen([fitter], data.reshape(-1, data.shape[-1]), squares.ravel(), 0.1)
    assert ratios[1] / ratios[0] == pytest.approx(0.85, abs=0.03)


def test_a_survey_finds_layers_and_lattice():
    image = boundary_image(AB, Stack([MOS2, MOS2], (0, 0), 180.0), shape=(500, 620), dose=20)
    bases, size = survey(StackFitter(n_layers=2).fit([MOS2]), image, None, 30.0)
    assert size == pytest.approx(PIXEL, rel=0.01)
    assert len(bases) == 1  # the others are half turns of it
    lengths = np.linalg.norm(bases[0].lattices, axis=-1)
    np.testing.assert_allclose(lengths, MOS2.lattice.a, rtol=0.02)
    turned = np.degrees(np.arctan2(*bases[0].lattices[0, 0][::-1]))
    assert (turned - 12 + 5) % 60 - 5 == pytest.approx(0, abs=0.5)


def test_windows_that_show_less_than_all_layers_have_no_answer():
    tiles = tiling((500, 500), PIXEL, 30.0, 10.0)
    shape = tiles.window_centres().shape[:2]
    places = np.zeros((*shape, 2, 2))
    covariance = np.broadcast_to(1e-4 * np.eye(4), (*shape, 4, 4)).copy()
    scale, residual = np.ones(shape), np.full(shape, 0.1)
    scale[0, 0], covariance[1, 1] = 0.5, 1.0
    reading = Reading([], np.zeros(shape, int), places, covariance, scale, residual)
    known = np.ones(tiles.shape, dtype=bool)
    last = tiles.n_pixels * ((shape[0] - 1) * tiles.stride + tiles.per_window) - 1
    known[last, last] = False
    found = find_failures(reading, tiles, known)
    assert set(found) == {(0, 0), (1, 1), tuple(n - 1 for n in shape)}
    assert "got them at 50 % of their usual strength" in found[0, 0]
    assert "surer than 0.5 Å, got 1.41 Å" in found[1, 1]
    assert find_failures(replace(reading, scale=2 * scale), tiles, known).keys() == found.keys()
