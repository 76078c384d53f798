"""The distance between stacks that are read and stacks that went in."""

from dataclasses import replace

import numpy as np
import pytest
from pymatgen.core import Structure

from xrdmatch.io import read_image
from xrdmatch.stacking import Stack, StackFitter, label_drift

SHIFT = np.array([0.03, -0.04])  # [Å]: 5 pm


class Reader:
    """Stands for a fitter that reads what it is told."""

    def __init__(self, stacks):
        self.stacks = stacks

    def predict(self, images, pixel_size=None):
        return self.stacks


@pytest.fixture(scope="module")
def layer(stack_layers):
    return stack_layers["ReS2"]


@pytest.fixture(scope="module")
def stacks(layer):
    slips = np.random.default_rng(0).uniform(0.1, 0.35, (6, 2))
    return [Stack([layer, layer], slip).canonical() for slip in slips]


def moved(stack, shift=SHIFT):
    return replace(stack, slip=stack.slip + shift @ np.linalg.inv(stack.lattice))


def drift(read, truth):
    return label_drift([None] * len(truth), truth, Reader(read))


def test_a_known_shift(stacks):
    found = drift([moved(stack) for stack in stacks], stacks)
    np.testing.assert_allclose(found.each, 5.0, atol=1e-3)
    np.testing.assert_allclose(found.systematic, 100 * SHIFT[None], atol=1e-3)
    assert found.median == pytest.approx(5.0, abs=1e-3)
    assert found.percentile_90 == pytest.approx(5.0, abs=1e-3)
    assert (found.n, found.n_unread) == (6, 0)


def test_it_is_the_distance_of_stacks(stacks):
    rng = np.random.default_rng(1)
    read = [moved(stack, rng.normal(0, 0.3, 2)) for stack in stacks]
    expected = [stack.distance(truth) for stack, truth in zip(read, stacks, strict=True)]
    np.testing.assert_allclose(drift(read, stacks).each, expected, atol=1e-3)


def test_descriptions_do_not_matter(stacks):
    """s, s with lattice vectors, and -s are one stack of two equal layers."""
    read = [moved(stack) for stack in stacks]
    other = [replace(stack, slip=[3, -2] - stack.slip) for stack in read]
    np.testing.assert_allclose(drift(other, stacks).each, drift(read, stacks).each, atol=1e-3)


def test_shifts_in_all_directions_are_not_systematic(stacks):
    turns = np.linspace(0, 2 * np.pi, 6, endpoint=False)
    read = [
        moved(stack, 0.05 * np.array([np.cos(turn), np.sin(turn)]))
        for stack, turn in zip(stacks, turns, strict=True)
    ]
    found = drift(read, stacks)
    np.testing.assert_allclose(found.each, 5.0, atol=1e-3)
    np.testing.assert_allclose(found.systematic, 0.0, atol=1e-3)


def test_what_cannot_be_read_is_infinitely_far(stacks, layer):
    read = [None, Stack([layer], slip=np.empty((0, 2))), *map(moved, stacks[2:])]
    found = drift(read, stacks)
    assert list(np.isinf(found.each)) == [True, True, False, False, False, False]
    assert np.isnan(found.shift[:2]).all()
    assert found.median == pytest.approx(5.0, abs=1e-3)
    assert found.percentile_90 == np.inf
    assert found.n_unread == 2
    assert np.isnan(drift([None], stacks[:1]).systematic).all()


@pytest.mark.parametrize("n", [0, 5])
def test_images_and_stacks_are_as_many(stacks, n):
    with pytest.raises(ValueError, match=rf"got {n} images and {n and 6} stacks; give as many"):
        label_drift([None] * n, stacks[: n and 6], Reader(stacks))


def test_stacks_have_one_number_of_layers(stacks, layer):
    three = Stack([layer] * 3, slip=(0.1, 0.2))
    with pytest.raises(ValueError, match=r"one number of layers, got \[2, 3\]; ask about each"):
        drift([None, None], [stacks[0], three])


def sample_images(folder, layer):
    """Every fourth image of a public sample, four pixels made one, and the stacks in the names."""
    lattice = Stack([layer, layer], slip=(0, 0)).lattice
    images, stacks = [], []
    for path in sorted(folder.glob("*.png"))[1::4]:
        counts = read_image(path).counts.astype(float)
        images.append(counts.reshape(256, 4, 256, 4).mean(axis=(1, 3)))
        # x to the right and y down: the images show the mirror image of the layer's own frame.
        slip = [float(part[1:]) for part in path.stem.split("_")]
        stacks.append(Stack([layer, layer], slip=slip @ np.linalg.inv(lattice)))
    return images, stacks


def test_generated_images_of_the_public_sample_have_moved(shared_data):
    """Those of Huang et al. (2025), many times as far as their simulations are off."""
    folder = shared_data / "stem"
    if not folder.is_dir():
        pytest.skip("no public sample of stacks in the development data")
    layer = Structure.from_file(folder / "structures" / "ReS2.cif")
    fitter = StackFitter(n_layers=2).fit([layer])
    clean, realistic = (
        label_drift(*sample_images(folder / kind, layer), fitter, pixel_size=0.13636)
        for kind in ("clean", "realistic")
    )
    assert (clean.n, realistic.n) == (9, 5)
    assert clean.median < 1.5
    assert realistic.median > 5 * clean.median
