"""Windows are fitted: places, derivatives, starts, and how sure they are."""

from dataclasses import replace

import numpy as np
import pytest
from boundary_images import MOS2, PIXEL, boundary_image

from xrdmatch.stacking import Stack
from xrdmatch.stacking._mapping.arrangement import arrange
from xrdmatch.stacking._mapping.blocks import block_sums, levelled, tiling, window_sums
from xrdmatch.stacking._mapping.continuity import slips_of
from xrdmatch.stacking._mapping.gram import window_gram
from xrdmatch.stacking._mapping.reading import read_windows
from xrdmatch.stacking._mapping.window_fit import WindowFitter
from xrdmatch.stacking._poses import rotation

SLIP = (0.23, 0.41)


def layers_of(stack, turned=12.0):
    return replace(arrange(stack, rotation(turned), 1.7), probe=(0.4, 1e-9))


def ready(image):
    """An image without background, and its tiles."""
    return levelled(image / image.mean(), PIXEL, 3.2), tiling(image.shape, PIXEL, 30.0, 10.0)


def reading_of(stack, **options):
    image, tiles = ready(boundary_image(stack, stack, **options))
    return read_windows(image, [layers_of(stack)], tiles)


def off(reading, slip):
    """Slips of all windows from the true one, in fractions, the layers changing places or not."""
    found = slips_of(reading.places, reading.arrangements[0].lattices)[..., 0, :]
    away = [found - sign * np.array(slip) for sign in (1, -1)]
    away = [one - np.round(one) for one in away]
    return min(away, key=lambda one: np.abs(one).max())


def test_slips_of_a_clean_image_are_exact():
    reading = reading_of(Stack([MOS2, MOS2], SLIP))
    assert np.abs(off(reading, SLIP)).max() * 3.18 < 0.003  # [Å]
    assert reading.residual.max() < 0.03
    np.testing.assert_allclose(reading.scale, 1, atol=0.03)
    assert (reading.kind == 0).all()


def test_antiparallel_layers_are_told_from_parallel_ones():
    parallel = Stack([MOS2, MOS2], SLIP)
    image, tiles = ready(boundary_image(*2 * (Stack([MOS2, MOS2], SLIP, 180.0),), dose=10))
    reading = read_windows(image, [layers_of(parallel)], tiles)
    twists = [one.stack.twist[0] for one in reading.arrangements]
    assert {abs(twists[i]) for i in reading.kind.ravel()} == {180.0}


@pytest.mark.parametrize("slip", [(1 / 3, 2 / 3), (0.5, 0.0), (0.1, 0.8)])
def test_starts_are_near_the_truth_for_three_layers(slip):
    stack = Stack([MOS2] * 3, [slip, (0.4, 0.3)])
    image, tiles = ready(boundary_image(stack, stack, shape=(260, 260)))
    layers = layers_of(stack)
    sums = window_sums(block_sums(image, layers.waves, tiles), layers.waves, tiles)[0, 0]
    fitter = WindowFitter(layers, window_gram(layers.waves, tiles))
    starts = fitter.starts.best(sums)
    assert starts.shape == (12, 3, 2)
    fits = fitter.fit(sums[None], np.array([1.0]))
    exact = Stack([MOS2] * 3, slips_of(fits.places[0], layers.lattices))
    assert exact.distance(stack) < 1.0  # [pm]


def test_derivatives_are_those_of_differences():
    layers = layers_of(Stack([MOS2, MOS2], SLIP))
    fitter = WindowFitter(layers, np.eye(2 * len(layers.waves)))
    places, scale, step = np.array([[[0.1, 0.2], [0.7, -0.4]]]), np.array([0.8]), 1e-6
    model, columns = fitter.derivatives(places, scale)
    for i in range(4):
        moved = places.copy().reshape(1, -1)
        moved[0, i] += step
        other, _ = fitter.derivatives(moved.reshape(places.shape), scale)
        np.testing.assert_allclose((other - model)[0] / step, columns[0, i], atol=1e-5)
    np.testing.assert_allclose(model, scale * columns[:, -1])


def test_the_lattice_need_not_be_known_well():
    stack = Stack([MOS2, MOS2], SLIP)
    image, tiles = ready(boundary_image(stack, stack, shape=(700, 700)))
    wrong = arrange(stack, rotation(12.3) * 1.003, 1.7)
    reading = read_windows(image, [wrong], tiles)
    right = layers_of(stack).lattices
    np.testing.assert_allclose(reading.arrangements[0].lattices, right, atol=0.002)
    assert np.abs(off(reading, SLIP)).max() * 3.18 < 0.005


def test_standard_deviations_are_those_of_repeated_images():
    stack = Stack([MOS2, MOS2], SLIP)
    change = np.hstack([-np.eye(2), np.eye(2)])
    errors, spreads = [], []
    for seed in range(8):
        reading = reading_of(stack, dose=3.0, jitter=0.1, seed=seed, shape=(450, 450))
        windows = np.s_[::2, ::2]  # neighbours share most of their pixels
        errors.append(off(reading, SLIP)[windows] @ reading.arrangements[0].lattices[0])
        covariance = change @ reading.covariance[windows] @ change.T
        spreads.append(np.sqrt(np.diagonal(covariance, axis1=-2, axis2=-1)))
    errors, spreads = np.concatenate(errors).reshape(-1, 2), np.concatenate(spreads).reshape(-1, 2)
    share = (np.abs(errors) < spreads).mean()
    assert len(errors) == 32
    assert 0.5 < share < 0.8  # 64 components; 0.68 for normal errors
    assert np.median(spreads) < 0.05  # [Å]


def test_layers_on_top_of_each_other_are_unsure_but_not_lost():
    stack = Stack([MOS2, MOS2], (0.0, 0.0))
    reading = reading_of(stack, dose=10)
    assert np.abs(off(reading, (0.0, 0.0))).max() * 3.18 < 0.3
    spread = np.sqrt(np.trace(reading.covariance, axis1=-2, axis2=-1))
    assert (spread > 0.15).all()
    assert (spread < 1.0).all()
