"""Sums of waves over blocks and windows are what they say, written out."""

import numpy as np
import pytest

from xrdmatch.stacking._mapping.blocks import block_sums, levelled, tiling, window_sums
from xrdmatch.stacking._mapping.gram import as_real, block_gram, window_gram

WAVES = np.array([[0.36, 0.0], [0.11, 0.41], [0.05, -0.37], [0.72, 0.1]])


@pytest.fixture
def tiles():
    return tiling((190, 230), 0.2, 15.0, 5.0)


@pytest.fixture
def image(tiles):
    return np.random.default_rng(0).normal(size=tiles.shape)


def places(tiles):
    """x and y of every pixel from the middle [Å]."""
    rows, columns = tiles.shape
    x = tiles.pixel_size * (np.arange(columns) - (columns - 1) / 2)
    y = tiles.pixel_size * ((rows - 1) / 2 - np.arange(rows))
    return np.meshgrid(x, y)


def test_sums_of_blocks(image, tiles):
    x, y = places(tiles)
    sums, n = block_sums(image, WAVES, tiles), tiles.n_pixels
    part, centre = np.s_[2 * n : 3 * n, 4 * n : 5 * n], tiles.block_centres()[2, 4]
    np.testing.assert_allclose(centre, [x[part].mean(), y[part].mean()], atol=1e-9)
    for wave, found in zip(WAVES, sums[2, 4], strict=True):
        phase = wave[0] * (x[part] - centre[0]) + wave[1] * (y[part] - centre[1])
        assert found == pytest.approx((image[part] * np.exp(-2j * np.pi * phase)).mean())


def weighted_window(tiles, row, column):
    """Pixels of a window, and their weights."""
    n, m, stride = tiles.n_pixels, tiles.per_window, tiles.stride
    part = tuple(slice(i * stride * n, (i * stride + m) * n) for i in (row, column))
    one = np.repeat(tiles.weights(), n)
    weights = np.outer(one, one)
    return part, weights / weights.sum()


def test_sums_of_windows(image, tiles):
    x, y = places(tiles)
    found = window_sums(block_sums(image, WAVES, tiles), WAVES, tiles)
    assert found.shape[:2] == tiles.window_centres().shape[:2]
    part, weights = weighted_window(tiles, 3, 2)
    centre = tiles.window_centres()[3, 2]
    phases = np.exp(
        -2j
        * np.pi
        * (
            (x[part] - centre[0])[..., None] * WAVES[:, 0]
            + (y[part] - centre[1])[..., None] * WAVES[:, 1]
        )
    )
    expected = np.einsum("rc,rc,rck->k", weights, image[part], phases)
    np.testing.assert_allclose(found[3, 2], expected, atol=1e-12)


def test_gram_matrices(tiles):
    x, y = places(tiles)
    part, weights = weighted_window(tiles, 1, 1)
    centre = tiles.window_centres()[1, 1]
    angle = 2 * np.pi * np.stack([x[part] - centre[0], y[part] - centre[1]], -1) @ WAVES.T
    columns = np.concatenate([np.cos(angle), np.sin(angle)], axis=-1)
    expected = np.einsum("rc,rci,rcj->ij", weights, columns, columns)
    np.testing.assert_allclose(window_gram(WAVES, tiles), expected, atol=1e-12)
    assert block_gram(WAVES, tiles)[0, 0] == pytest.approx(0.5, abs=0.2)


def test_real_and_complex_coefficients_are_one_image(tiles):
    x, y = places(tiles)
    amplitudes = np.array([1 + 2j, 0.3 - 1j, -0.5j, 0.2])
    angle = 2 * np.pi * np.stack([x, y], -1) @ WAVES.T
    image = 2 * (np.exp(1j * angle) @ amplitudes).real
    columns = np.concatenate([np.cos(angle), np.sin(angle)], axis=-1)
    np.testing.assert_allclose(columns @ (2 * as_real(amplitudes)), image, atol=1e-12)


def test_levelling_keeps_the_lattice_and_takes_slopes_away():
    x = 0.2 * np.arange(400)
    wave = np.tile(np.cos(2 * np.pi * x / 3.0), (50, 1))
    slow = np.cos(2 * np.pi * x / 60)
    middle = np.s_[:, 60:-60]
    found = 5 * levelled(wave + slow + 5, 0.2, 3.0)
    np.testing.assert_allclose(
        found[middle], (wave * (1 - np.exp(-(np.pi**2) / 2)))[middle], atol=0.05
    )


def test_a_window_larger_than_the_image():
    with pytest.raises(
        ValueError, match=r"windows of 50 Å and an image of 20 x 40 Å; take smaller"
    ):
        tiling((100, 200), 0.2, 50.0, 10.0)


def test_what_is_in_no_block_is_cut_off_on_both_sides():
    tiles = tiling((190, 230), 0.2, 15.0, 5.0)
    image = np.zeros((190, 230))
    rows, columns = tiles.shape
    assert (rows, columns) == (175, 225)
    image[7 : 7 + rows, 2 : 2 + columns] = 1
    assert tiles.covered(image).all()
