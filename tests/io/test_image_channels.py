"""Channels: equal ones are grey, others are chosen or refused."""

import numpy as np
import pytest

from xrdmatch.io._image_channels import grey_values

GREY = np.arange(100, 220, 6, dtype=np.uint8).reshape(4, 5)
COLOURS = np.stack([GREY, GREY - 30, GREY // 2], axis=-1)


def with_opacity(values, opacity=255):
    values = values[..., None] if values.ndim == 2 else values
    return np.concatenate([values, np.full((4, 5, 1), opacity, values.dtype)], axis=2)


def test_one_channel():
    for values in (GREY, GREY[..., None], with_opacity(GREY)):
        counts, how = grey_values(values)
        np.testing.assert_array_equal(counts, GREY)
        assert how == "grey"


def test_equal_channels():
    for values in (np.stack([GREY] * 3, axis=-1), with_opacity(np.stack([GREY] * 3, axis=-1))):
        counts, how = grey_values(values)
        np.testing.assert_array_equal(counts, GREY)
        assert how == "equal channels"


@pytest.mark.parametrize(("kind", "factor"), [(np.uint8, 1), (np.uint16, 257)])
def test_channels_that_rounding_parts(kind, factor):
    levels = GREY.astype(kind) * factor
    nearly = np.stack([levels, levels + 2 * factor, levels + factor], axis=-1).astype(kind)
    counts, how = grey_values(nearly)
    np.testing.assert_allclose(counts, levels + factor)
    assert how.startswith("mean of channels that differ by up to ")
    nearly[0, 0, 1] += factor
    with pytest.raises(ValueError, match="it is in colour"):
        grey_values(nearly)


def test_colours_are_chosen_or_refused():
    with pytest.raises(ValueError, match=r"differ by up to \d+ of 255\), .* channel=red, green"):
        grey_values(COLOURS)
    for index, channel in enumerate(("red", "green", "blue")):
        for asked in (channel, index):
            counts, how = grey_values(with_opacity(COLOURS), asked)
            np.testing.assert_array_equal(counts, COLOURS[..., index])
            assert how == f"channel {asked}"
    counts, how = grey_values(COLOURS, "mean")
    np.testing.assert_allclose(counts, COLOURS.mean(axis=2))
    assert how == "mean of channels"


@pytest.mark.parametrize("channel", ["cyan", 3, -1, 1.5, ["red"]])
def test_a_channel_that_there_is_not(channel):
    with pytest.raises(ValueError, match=r"it has 3 channels and no channel=.*; choose one of red"):
        grey_values(COLOURS, channel)


def test_a_grey_picture_has_no_choice_to_make():
    counts, how = grey_values(GREY, "red")
    assert (counts is GREY, how) == (True, "grey")


def test_transparent_pixels_have_no_counts():
    see_through = with_opacity(COLOURS)
    see_through[0, 0, 3] = 7
    for values in (see_through, with_opacity(GREY, 0)):
        with pytest.raises(ValueError, match="parts of it are transparent; save it without"):
            grey_values(values, "red")


def test_floats():
    counts, how = grey_values(np.stack([GREY / 7.0] * 3, axis=-1))
    np.testing.assert_array_equal(counts, GREY / 7.0)
    assert how == "equal channels"
    with pytest.raises(ValueError, match="it is in colour"):
        grey_values(COLOURS / 255.0)
