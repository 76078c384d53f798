"""Pictures: what they refuse, what their scale means, that they stay as they are."""

import copy
import pickle

import numpy as np
import pytest

from xrdmatch.crystallography import Picture

SQUARE = np.arange(12.0).reshape(3, 4)


@pytest.mark.parametrize("kind", [bool, np.uint8, np.int16, np.uint32, np.float32, float, list])
def test_counts_become_floats_whatever_they_were(kind):
    given = SQUARE.tolist() if kind is list else SQUARE.astype(kind)
    counts = Picture(given).counts
    assert counts.dtype == float
    np.testing.assert_array_equal(counts, given)


def test_neither_the_array_given_nor_the_picture_changes():
    given = SQUARE.copy()
    picture = Picture(given, metadata={"bits": 8})
    given[0, 0] = 99
    assert picture.counts[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        picture.counts[0, 0] = 1
    with pytest.raises(TypeError, match="item assignment"):
        picture.metadata["bits"] = 16
    with pytest.raises(AttributeError):
        picture.scale = 2.0


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_copies_are_equal_and_read_only(copied):
    picture = copied(Picture(SQUARE, 0.034, "real", {"bits": 8}))
    np.testing.assert_array_equal(picture.counts, SQUARE)
    assert (picture.scale, picture.space, dict(picture.metadata)) == (0.034, "real", {"bits": 8})
    assert not picture.counts.flags.writeable


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (np.ones(5), r"rows and columns of at least 3 pixels, got shape \(5,\); pass one frame"),
        (np.ones((4, 4, 3)), r"got shape \(4, 4, 3\); pass one frame and one colour channel"),
        (np.ones((2, 9)), r"at least 3 pixels, got shape \(2, 9\)"),
        (np.ones((0, 9)), r"at least 3 pixels, got shape \(0, 9\)"),
        (np.ones((4, 4), complex), "real numbers, got complex128; pass the modulus"),
        (np.full((4, 4), "x"), "real numbers, got <U1"),
        (np.full((4, 4), None), "real numbers, got object"),
        (np.where(SQUARE == 5, np.inf, SQUARE), "finite, got 1 infinite ones; set pixels"),
        (np.full((4, 4), np.nan), "at least one pixel that was measured, got nothing but NaN"),
    ],
)
def test_what_is_no_picture(counts, message):
    with pytest.raises(ValueError, match=message):
        Picture(counts)


@pytest.mark.parametrize("scale", [0, -1.0, np.nan, np.inf, "40", True, [40.0]])
def test_what_is_no_scale(scale):
    with pytest.raises(ValueError, match=r"^scale must be a positive number, or None"):
        Picture(SQUARE, scale, "real")


def test_a_scale_without_its_space_means_nothing():
    with pytest.raises(ValueError, match=r"scale=40 without its space; add space='reciprocal'"):
        Picture(SQUARE, 40)
    with pytest.raises(ValueError, match="without its space"):
        Picture(SQUARE).with_scale(40)


@pytest.mark.parametrize("space", ["Real", "momentum", 2, ["real"]])
def test_what_is_no_space(space):
    with pytest.raises(ValueError, match=r"^space must be 'reciprocal' or 'real', or None"):
        Picture(SQUARE, space=space)


def test_only_real_space_has_a_pixel_size():
    assert Picture(SQUARE, np.float32(0.5), "real").pixel_size == 0.5
    for picture in (
        Picture(SQUARE),
        Picture(SQUARE, space="real"),
        Picture(SQUARE, 40, "reciprocal"),
    ):
        with pytest.raises(ValueError, match=r"Only a picture in real space .* by with_scale\("):
            _ = picture.pixel_size


def test_another_scale_leaves_the_first_picture_as_it_is():
    picture = Picture(SQUARE, space="reciprocal", metadata={"bits": 8})
    scaled = picture.with_scale(96)
    assert (picture.scale, scaled.scale, scaled.space) == (None, 96.0, "reciprocal")
    assert dict(scaled.metadata) == {"bits": 8}
    back = scaled.with_scale(None)
    assert (back.scale, back.space) == (None, "reciprocal")


def test_pixels_that_were_not_measured_are_counted_and_said():
    picture = Picture(np.where(SQUARE > 9, np.nan, SQUARE))
    assert picture.n_missing == 2
    assert repr(picture) == "Picture(3 x 4 pixels, 2 of them NaN, scale unknown)"


def test_repr_says_the_unit_of_the_scale():
    assert repr(Picture(SQUARE, 40, "reciprocal")) == "Picture(3 x 4 pixels, 40 pixels per 1/Å)"
    assert repr(Picture(SQUARE, 0.03409, "real")) == "Picture(3 x 4 pixels, 0.03409 Å a pixel)"
