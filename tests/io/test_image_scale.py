"""Units of pixels: each in Å or 1/Å by hand, and what gives no scale."""

import pytest

from xrdmatch.io._image_formats.stated import METRES, PixelAxis
from xrdmatch.io._image_scale import pixel_text, scale_of_header


def square(size, unit):
    return (PixelAxis(size, unit),) * 2


@pytest.mark.parametrize(
    ("size", "unit", "angstrom"),
    [
        (0.3, "Å", 0.3),
        (0.3, "\u212b", 0.3),  # the Ångström sign
        (0.3, "A\u030a", 0.3),  # A with a ring
        (0.3, "A", 0.3),
        (0.3, "Angstrom", 0.3),
        (0.03, "nm", 0.3),
        (0.03, " nm ", 0.3),
        (0.03, "Nanometer", 0.3),
        (30, "pm", 0.3),
        (3e-5, "um", 0.3),
        (3e-5, "\u00b5m", 0.3),  # the micro sign
        (3e-5, "\u03bcm", 0.3),  # the Greek letter
        (3e-5, "micron", 0.3),
        (3e-11, "m", 0.3),
    ],
)
def test_lengths(size, unit, angstrom):
    scale, space = scale_of_header(square(size, unit))
    assert (scale, space) == (pytest.approx(angstrom), "real")


@pytest.mark.parametrize(
    "unit",
    ["1/nm", "1 / nm", "nm^-1", "nm-1", "nm**-1", "nm⁻¹", "nm^(-1)", "1/nanometer", "nm\u22121"],
)
def test_inverse_lengths(unit):
    """0.1 1/nm a pixel are 0.01 1/Å, so a hundred pixels for 1/Å."""
    assert scale_of_header(square(0.1, unit)) == (pytest.approx(100), "reciprocal")


def test_other_inverse_lengths():
    assert scale_of_header(square(0.01, "1/Å")) == (pytest.approx(100), "reciprocal")
    assert scale_of_header(square(1e8, "1/m")) == (pytest.approx(100), "reciprocal")


@pytest.mark.parametrize(
    "unit",
    ["", "pixel", "px", "mrad", "deg", "inch", "cm", "mm", "eV", "s", "1/s", "1/", "-1", "nm^2"],
)
def test_other_units_give_no_scale(unit):
    assert scale_of_header(square(0.1, unit)) is None


@pytest.mark.parametrize("size", [0.0, -1.0, float("nan"), float("inf")])
def test_sizes_that_are_none(size):
    assert scale_of_header(square(size, "nm")) is None


def test_no_header():
    assert scale_of_header(None) is None
    assert pixel_text(None) is None


def test_metres_that_may_be_either_wait_for_the_space():
    pixel = square(1e8, METRES)
    assert scale_of_header(pixel) is None
    assert scale_of_header(pixel, "reciprocal") == (pytest.approx(100), "reciprocal")
    assert scale_of_header(square(3e-11, METRES), "real") == (pytest.approx(0.3), "real")


def test_pixels_have_to_be_square_to_a_thousandth():
    nearly = (PixelAxis(0.10005, "nm"), PixelAxis(0.1, "nm"))
    assert scale_of_header(nearly) == (pytest.approx(1.0), "real")
    with pytest.raises(ValueError, match=r"not square, 0\.101 nm from row to row and 0\.1 nm"):
        scale_of_header((PixelAxis(0.101, "nm"), PixelAxis(0.1, "nm")))
    with pytest.raises(ValueError, match=r"not square, 0\.1 1/nm from row to row and 0\.1 nm"):
        scale_of_header((PixelAxis(0.1, "1/nm"), PixelAxis(0.1, "nm")))
    same = (PixelAxis(1.0, "Å"), PixelAxis(0.1, "nm"))
    assert scale_of_header(same) == (pytest.approx(1.0), "real")


def test_the_header_in_words():
    assert pixel_text(square(0.02, "mrad")) == "0.02 mrad"
    both = (PixelAxis(0.2, "nm"), PixelAxis(0.3, "nm"))
    assert pixel_text(both) == "0.2 nm from row to row, 0.3 nm from column to column"
    assert pixel_text(square(8.0, "")) is None
