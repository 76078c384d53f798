"""Pictures: where a spot lands and what its pixels add up to."""

import numpy as np
import pytest

from xrdmatch import DiffractionPattern
from xrdmatch.simulation import to_image

# A Gaussian of one pixel's width, sampled at pixels: 2 exp(-2 pi^2) = 5e-9 of its integral.
SAMPLING = 1e-8


def test_pixels_of_a_spot_add_up_to_its_intensity():
    rng = np.random.default_rng(0)
    pattern = DiffractionPattern(rng.uniform(-2, 2, (20, 2)), rng.random(20))
    assert to_image(pattern, log=False).sum() == pytest.approx(
        pattern.intensity.sum(), rel=SAMPLING
    )


@pytest.mark.parametrize("shape", [(201, 201), (101, 160)])
def test_centroid_is_the_position(shape):
    q = np.array([0.613, -0.327])
    image = to_image(DiffractionPattern([q], [2.0]), shape=shape, scale=50.0, log=False)
    rows, columns = np.indices(shape)
    middle = (np.array(shape) - 1) / 2
    assert (rows * image).sum() / 2 == pytest.approx(middle[0] - 50 * q[1])  # q_y points to row 0
    assert (columns * image).sum() / 2 == pytest.approx(middle[1] + 50 * q[0])
    assert image.shape == shape


def test_spots_are_gaussians_of_one_pixel():
    image = to_image(DiffractionPattern([[0.0, 0.0]], [1.0]), shape=(21, 21), log=False)
    assert image[10, 10] == pytest.approx(1 / (2 * np.pi))
    assert image[10, 11] / image[10, 10] == pytest.approx(np.exp(-0.5))
    assert image[12, 10] / image[10, 10] == pytest.approx(np.exp(-2.0))


def test_logarithm_spans_four_decades_and_can_be_undone():
    pattern = DiffractionPattern([[0.5, 0.0], [0.0, 1.0], [-1.5, 0.0]], [7.0, 7e-2, 7e-6])
    image, plain = to_image(pattern), to_image(pattern, log=False)
    assert image.min() == 0.0
    assert image.max() == 4.0
    assert image[100, 40] == 0.0  # weaker than 1e-4 of the strongest
    assert image[60, 100] == pytest.approx(2.0)
    shown = image > 0
    np.testing.assert_allclose(7.0 / (2 * np.pi) * 10 ** (image[shown] - 4), plain[shown])
    assert (plain[~shown] <= 1e-4 * plain.max()).all()


@pytest.mark.parametrize("log", [True, False])
def test_nothing_inside(log):
    outside = DiffractionPattern([[2.6, 0.0], [0.0, 0.0]], [1.0, 0.0])
    with pytest.raises(ValueError, match="at least one spot with intensity inside it, got none"):
        to_image(outside, log=log)


@pytest.mark.parametrize("n_dimensions", [1, 3])
def test_two_components_are_needed(n_dimensions):
    pattern = DiffractionPattern(np.ones((2, n_dimensions)), [1.0, 1.0])
    with pytest.raises(ValueError, match=f"two components of q, got a pattern with {n_dimensions}"):
        to_image(pattern)
