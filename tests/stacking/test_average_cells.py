"""Average cells: exact of a periodic image, however it lies; windows and what they need."""

import numpy as np
import pytest

from xrdmatch.datasets import load_monolayers
from xrdmatch.stacking import Stack, StackSimulator
from xrdmatch.stacking._poses import rotation
from xrdmatch.stacking._regression.average_cells import cells_for_training, cells_to_read
from xrdmatch.stacking._regression.periodic_average import LatticeHarmonics
from xrdmatch.stacking._regression.windows import random_windows, spread_windows, window_size

MOS2 = {layer.properties["name"]: layer for layer in load_monolayers()}["MoS2-2H"]
STACK = Stack([MOS2, MOS2], (0.15, 0.4))
RESOLVED = 0.02  # of a standard deviation: waves beyond the resolution are left out


def image_of(stack=STACK, **options):
    options = {"shape": (80, 80), "origin": (0.0, 0.0)} | options
    return StackSimulator(**options).transform([stack])[0]


def cell_of(image, lattice, pixel_size=0.136):
    return LatticeHarmonics(lattice, pixel_size, image.shape).average_cells(image[None])[0]


def spectrum(cell):
    return np.abs(np.fft.fft2(cell))


def difference(cell, other):
    """Largest difference of spectra, which know no origin, in standard deviations."""
    return np.abs(spectrum(cell) - spectrum(other)).max() / cell.size


def test_a_wave_is_found_where_it_is():
    x = 0.1 * np.arange(90)
    image = np.tile(5 + 2 * np.cos(2 * np.pi * x / 4.0 + 0.3), (70, 1))
    expected = np.sqrt(2) * np.cos(2 * np.pi * np.arange(32) / 32 + 0.3)
    cell = cell_of(image, 4.0 * np.eye(2), 0.1)
    assert np.abs(cell - expected[:, None]).max() < 1e-3


def test_rotation_does_not_matter():
    plain = cell_of(image_of(), STACK.lattice)
    turned = cell_of(image_of(rotation=37.0), STACK.lattice @ rotation(37.0))
    assert difference(plain, turned) < RESOLVED


def test_pixel_size_and_window_do_not_matter():
    plain = cell_of(image_of(), STACK.lattice)
    other = cell_of(image_of(pixel_size=0.1, shape=(130, 75)), STACK.lattice, 0.1)
    assert difference(plain, other) < RESOLVED


def test_a_mirror_image_in_its_own_frame_is_the_same():
    plain = cell_of(image_of(), STACK.lattice)
    mirrored = cell_of(image_of()[::-1], STACK.lattice * [1, -1])
    assert difference(plain, mirrored) < RESOLVED


def test_another_slip_is_another_cell():
    other = Stack(STACK.layers, (0.15, 0.3))
    plain, moved = (cell_of(image_of(stack), STACK.lattice) for stack in (STACK, other))
    assert difference(plain, moved) > 5 * RESOLVED


def test_level_and_contrast_do_not_matter():
    image = image_of()
    plain, changed = (cell_of(i, STACK.lattice) for i in (image, 7.0 + 3.0 * image))
    assert np.allclose(plain, changed, atol=2e-3)


def test_one_grey_stays_one():
    assert (cell_of(np.full((80, 80), 2.0), STACK.lattice) == 0).all()


def test_windows_lie_inside_and_reach_both_ends():
    image = np.arange(20 * 30).reshape(20, 30)
    windows = spread_windows(image, 12)
    assert windows.shape == (9, 12, 12)
    assert windows[0, 0, 0] == image[0, 0]
    assert windows[-1, -1, -1] == image[-1, -1]
    drawn = random_windows(image, 12, 50, np.random.RandomState(0))
    assert (np.diff(drawn, axis=1) == 30).all()
    assert (np.diff(drawn, axis=2) == 1).all()


def test_an_image_of_one_window_has_one():
    assert spread_windows(np.zeros((9, 9)), 9).shape == (1, 9, 9)
    assert window_size((40, 50), crop=13.0, pixel_size=0.1) == 40
    assert window_size((400, 500), crop=13.0, pixel_size=0.1) == 130


def test_windows_are_as_wide_as_asked():
    cells, n_apart = cells_to_read(image_of(shape=(160, 160)), STACK.lattice, 0.136, 10.88)
    assert cells.shape == (9, 32, 32)
    assert n_apart == 4.0


def test_images_of_several_lattices_are_averaged_on_their_own():
    images = [image_of(rotation=angle) for angle in (0.0, 0.0, 25.0)]
    lattices = [STACK.lattice @ rotation(angle) for angle in (0.0, 0.0, 25.0)]
    rng = np.random.RandomState(0)
    cells = cells_for_training(images, lattices, [0.136] * 3, 8.0, 2, rng)
    assert cells.shape == (3, 2, 32, 32)
    for cell in cells.reshape(-1, 32, 32):
        assert difference(cells[0, 0], cell) < RESOLVED


def test_a_window_of_one_cell_is_too_small():
    with pytest.raises(ValueError, match=r"1\.5 lattice spacings wide, got 3\.3 Å for 2\.8 Å"):
        cells_to_read(image_of(), STACK.lattice, 0.136, 3.3)
