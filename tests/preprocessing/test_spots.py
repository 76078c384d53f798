"""Spots found in pictures, against the patterns that were drawn."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from xrdmatch import DiffractionPattern, DiffractionSimulator
from xrdmatch.datasets import load_monolayers
from xrdmatch.preprocessing import find_spots
from xrdmatch.simulation import to_image

SCALE = 40.0  # pixel Å
# Log pictures hold three exact neighbours of every maximum, so a lone spot is found exactly but
# for the clipping of the weakest tails; other spots' tails move it further.
ALONE = 1e-6  # pixels
IN_COMPANY = 0.05  # pixels, for spots 8 pixels apart
LOG_INTENSITY = 0.02  # of natural logarithms


def nearest(found, drawn):
    """For each drawn spot its distance to the one found [pixels], and that one's intensity."""
    gap, index = cKDTree(found.q).query(drawn.q)
    assert len(set(index)) == drawn.n_peaks
    return gap * SCALE, found.intensity[index]


@settings(deadline=None, max_examples=40)
@given(row=st.floats(-1, 1), column=st.floats(-1, 1), log=st.booleans())
def test_a_lone_spot_is_found_exactly(row, column, log):
    drawn = DiffractionPattern([[1.0 + column / SCALE, -0.5 + row / SCALE]], [3.0])
    found = find_spots(to_image(drawn, log=log), SCALE, log)
    assert found.n_peaks == 1
    np.testing.assert_allclose(found.q, drawn.q, atol=ALONE / SCALE)


@pytest.mark.parametrize("shift", [(0.5, 0.0), (0.0, 0.5), (0.5, 0.5)])
def test_a_spot_between_pixels_is_one_spot(shift):
    """Two or four pixels are equally bright; they are one maximum."""
    drawn = DiffractionPattern(np.array([[40.0, 20.0]]) / SCALE + np.array(shift) / SCALE, [1.0])
    image = to_image(drawn).round(9)
    found = find_spots(image, SCALE)
    assert found.n_peaks == 1
    np.testing.assert_allclose(found.q, drawn.q, atol=1e-6)


def test_saturated_spots_are_found_in_their_middle():
    image = np.zeros((41, 41))
    image[9:12, 29:32] = 3.0
    found = find_spots(image, SCALE)
    np.testing.assert_allclose(found.q, [[10 / SCALE, 10 / SCALE]])


@settings(deadline=None, max_examples=20)
@given(seed=st.integers(0, 10**6), log=st.booleans())
def test_spots_in_company(seed, log):
    rng = np.random.default_rng(seed)
    grid = np.stack(np.meshgrid(np.arange(-80, 81, 10), np.arange(-80, 81, 10)), -1).reshape(-1, 2)
    grid = grid[np.abs(grid).max(1) > 10]
    q = (grid + rng.uniform(-1, 1, grid.shape)) / SCALE
    drawn = DiffractionPattern(q, np.exp(rng.uniform(-5, 0, len(q))))
    found = find_spots(to_image(drawn, log=log), SCALE, log)
    assert found.n_peaks == drawn.n_peaks
    gap, intensity = nearest(found, drawn)
    assert gap.max() < IN_COMPANY
    np.testing.assert_allclose(
        np.log(intensity / intensity.max()),
        np.log(drawn.intensity / drawn.intensity.max()),
        atol=LOG_INTENSITY,
    )


def test_strong_spots_of_shipped_layers():
    for drawn in DiffractionSimulator(q_max=2.4).transform(load_monolayers()[::10]):
        found = find_spots(to_image(drawn), SCALE)
        strong = drawn.intensity > 0.01 * drawn.intensity.max()
        gap, _ = nearest(found, DiffractionPattern(drawn.q[strong], drawn.intensity[strong]))
        assert gap.max() < IN_COMPANY


def test_the_direct_beam_is_no_spot():
    image = to_image(DiffractionPattern([[1.0, 0.0], [0.0, 0.0]], [1.0, 100.0]))
    np.testing.assert_allclose(find_spots(image, SCALE).q, [[1.0, 0.0]], atol=1e-3)


def test_pictures_need_not_be_square():
    drawn = DiffractionPattern([[1.0, 0.3], [-0.8, 0.2]], [1.0, 2.0])
    found = find_spots(to_image(drawn, shape=(61, 121)), SCALE)
    gap, _ = nearest(found, drawn)
    assert gap.max() < IN_COMPANY


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda x: np.where(x > 1, np.nan, x), "must have finite values, none negative and one"),
        (lambda x: x - 1.0, r"none negative and one positive, got -1 to 2; mask or subtract"),
        (lambda x: 0 * x, r"one positive, got 0 to 0"),
        (lambda x: x[:2], r"needs two dimensions of 3 pixels or more, got \(2, 201\)"),
        (lambda x: x.ravel(), r"needs two dimensions of 3 pixels or more, got \(40401,\)"),
        (lambda x: 0 * x + 1.0, "at least one spot, found none; check scale and log"),
    ],
)
def test_what_is_no_picture(spoil, message):
    image = to_image(DiffractionPattern([[0.5, 0.0]], [1.0]))
    image *= 3 / image.max()
    with pytest.raises(ValueError, match=message):
        find_spots(spoil(image), SCALE)


@pytest.mark.parametrize("scale", [0.0, -40.0, np.nan])
def test_scale_that_is_none(scale):
    image = to_image(DiffractionPattern([[0.5, 0.0]], [1.0]))
    with pytest.raises(
        ValueError, match=r"scale must be positive \[pixel Å\], got .*; to_image draws"
    ):
        find_spots(image, scale=scale)


def test_scale_has_to_be_said():
    image = to_image(DiffractionPattern([[0.5, 0.0]], [1.0]))
    with pytest.raises(ValueError, match=r"does not say how many pixels are 1/Å; say scale=40"):
        find_spots(image)


def test_counts_are_not_taken_for_logarithms():
    image = to_image(DiffractionPattern([[0.5, 0.0]], [100.0]), log=False)
    with pytest.raises(ValueError, match=r"at most 4, got values up to 15\.9.*with log=False"):
        find_spots(image, SCALE)
