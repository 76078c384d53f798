"""TIFF: how numbers are stored, what a header says of pixels, and frames in series."""

import io

import image_files as files
import numpy as np
import pytest
import tifffile
from PIL import Image

from xrdmatch.io import read_image
from xrdmatch.io._image_formats import tiff

COLOURS = np.stack([files.COUNTS, files.COUNTS[::-1], files.COUNTS // 2], axis=-1)


@pytest.fixture
def read(tmp_path):
    def reading(content, **options):
        path = tmp_path / "a.tif"
        path.write_bytes(content)
        return read_image(path, **options)

    return reading


@pytest.mark.parametrize("kind", ["i1", "u1", "i2", "u2", "i4", "u4", "f4", "f8", ">u2", ">f4"])
def test_every_kind_of_number(read, kind):
    values = (files.COUNTS % 120).astype(kind)
    picture = read(files.tiff(values))
    np.testing.assert_array_equal(picture.counts, values)
    assert picture.metadata["bits"] == 8 * np.dtype(kind).itemsize


def test_missing_pixels_stay_missing(read):
    values = np.where(files.COUNTS > 3500, np.nan, files.COUNTS).astype(np.float32)
    assert read(files.tiff(values)).n_missing == np.isnan(values).sum() > 0


@pytest.mark.parametrize(
    "compression", ["raw", "tiff_lzw", "packbits", "tiff_adobe_deflate", "lzma"]
)
@pytest.mark.parametrize("kind", [np.uint8, np.uint16, np.float32])
def test_compressions_that_lose_nothing(read, compression, kind):
    values = (files.COUNTS % 250).astype(kind)
    picture = read(files.pillow("TIFF", values, compression=compression))
    np.testing.assert_array_equal(picture.counts, values)
    assert picture.metadata["bits"] == 8 * values.dtype.itemsize


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
@pytest.mark.parametrize("kind", [np.uint8, np.uint16])
def test_white_at_zero_is_turned_round(read, compression, kind):
    values = files.BYTES.astype(kind)
    whitest = np.iinfo(kind).max
    stored = files.tiff(whitest - values, photometric="miniswhite")
    if compression == "tiff_lzw":  # of 8 bits, Pillow itself stores the negative
        given = values if kind is np.uint8 else whitest - values
        stored = files.pillow("TIFF", given, compression=compression, tiffinfo={262: 0})
    np.testing.assert_array_equal(read(stored).counts, values)


@pytest.mark.parametrize(("photometric", "shown"), [("minisblack", True), ("miniswhite", False)])
def test_one_bit(read, photometric, shown):
    picture = read(files.tiff(files.COUNTS > 2000, photometric=photometric))
    np.testing.assert_array_equal(picture.counts, (files.COUNTS > 2000) == shown)
    assert picture.metadata["bits"] == 1


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_colours(read, planar):
    stored = COLOURS if planar == "contig" else np.moveaxis(COLOURS, 2, 0)
    content = files.tiff(stored, photometric="rgb", planarconfig=planar)
    with pytest.raises(ValueError, match="it is in colour"):
        read(content)
    np.testing.assert_array_equal(read(content, channel="green").counts, files.COUNTS[::-1])


def test_colours_in_the_way_of_printers_are_refused(read):
    cmyk = np.zeros((20, 24, 4), np.uint8)
    with pytest.raises(ValueError, match="its colours are in CMYK; convert it to greyscale"):
        read(files.tiff(cmyk, photometric="separated"))


def test_a_palette_is_looked_up_but_for_imagejs(read):
    """ImageJ colours the display of counts; elsewhere the numbers are places in a table."""
    levels = np.arange(256, dtype=np.uint16)
    table = np.stack([levels[::-1]] * 3) * 257
    content = files.tiff(files.BYTES, photometric="palette", colormap=table)
    np.testing.assert_array_equal(read(content).counts, (255 - files.BYTES) * 257.0)
    hot = np.stack([levels, levels // 2, levels[::-1]]) * 257
    with pytest.raises(ValueError, match="it is in colour"):
        read(files.tiff(files.BYTES, photometric="palette", colormap=hot))
    imagej = files.tiff(
        files.BYTES,
        photometric="palette",
        colormap=hot,
        description="ImageJ=1.53t\n",
        metadata=None,
    )
    np.testing.assert_array_equal(read(imagej).counts, files.BYTES)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned_as_the_header_says(read, orientation, compression):
    options = {"tiffinfo": {274: orientation}, "compression": compression}
    content = files.pillow("TIFF", files.COUNTS, **options)
    shown = np.asarray(Image.open(io.BytesIO(content)))  # Pillow turns it itself
    np.testing.assert_array_equal(read(content).counts, shown)


# Pixel sizes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "scale", "space"),
    [
        (files.imagej(0.02, "nm"), 0.2, "real"),
        (files.imagej(0.2, "1/nm"), 50.0, "reciprocal"),
        (files.imagej(0.2, "\\u00C5"), 0.2, "real"),  # as ImageJ escapes Å
        (files.imagej(2e-5, "micron"), 0.2, "real"),
        (files.ome(0.02, "nm"), 0.2, "real"),
        (files.ome(0.2, "Å"), 0.2, "real"),
        (files.ome(2e-5, None), 0.2, "real"),  # µm where OME names no unit
        (files.gatan_tiff(0.02, "nm"), 0.2, "real"),
        (files.gatan_tiff(0.2, "1/nm"), 50.0, "reciprocal"),
    ],
)
def test_scales_of_headers(read, content, scale, space):
    picture = read(content)
    assert (picture.scale, picture.space) == (pytest.approx(scale, rel=1e-5), space)
    np.testing.assert_array_equal(picture.counts, files.COUNTS)


@pytest.mark.parametrize(
    ("content", "pixel"),
    [
        (files.imagej(0.02, "pixel"), "0.02 pixel"),
        (files.imagej(1 / 300, "inch"), "0.00333333 inch"),
        (files.imagej(0.02, ""), None),
        (files.ome(0.02, "pixel"), "0.02 pixel"),
        (files.gatan_tiff(1.0, ""), None),
        (files.gatan_tiff(0.1, "mrad"), "0.1 mrad"),
        (files.tiff(resolution=(300, 300), resolutionunit="INCH"), None),
        (files.tiff(resolution=(1e9, 1e9), resolutionunit="CENTIMETER"), None),
    ],
)
def test_headers_without_a_scale(read, content, pixel):
    picture = read(content)
    assert (picture.scale, picture.space, picture.metadata["pixel"]) == (None, None, pixel)


def test_units_of_imagej_may_differ(read):
    with pytest.raises(
        ValueError, match=r"not square, 0\.02 1/nm from row to row and 0\.02 nm from"
    ):
        read(files.imagej(0.02, "nm", yunit="1/nm"))


# Frames -------------------------------------------------------------------------------------------


def test_pages_and_series(read):
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        for values in (files.COUNTS, files.COUNTS[::-1], files.COUNTS[:10]):
            writer.write(values, metadata=None)
    pictures = read(file.getvalue(), frame="all")
    for picture, values in zip(
        pictures, (files.COUNTS, files.COUNTS[::-1], files.COUNTS[:10]), strict=True
    ):
        np.testing.assert_array_equal(picture.counts, values)


def test_a_thumbnail_is_no_frame(read):
    file = io.BytesIO()
    with tifffile.TiffWriter(file) as writer:
        writer.write(files.COUNTS, metadata=None)
        writer.write(files.COUNTS[::2, ::2], subfiletype=1, metadata=None)
    np.testing.assert_array_equal(read(file.getvalue()).counts, files.COUNTS)


def test_pages_that_pillow_decodes(read):
    pages = [Image.fromarray(values) for values in (files.COUNTS, files.COUNTS[::-1])]
    file = io.BytesIO()
    pages[0].save(file, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    np.testing.assert_array_equal(read(file.getvalue(), frame=1).counts, files.COUNTS[::-1])


def test_a_grid_of_frames(read):
    stack = np.arange(6, dtype=np.uint16)[:, None, None] + files.COUNTS
    content = files.tiff(stack.reshape(2, 3, 20, 24), imagej=True, metadata={"axes": "TZYX"})
    picture = read(content, frame=4)
    np.testing.assert_array_equal(picture.counts, stack[4])
    assert picture.metadata["grid"] == (2, 3)
    assert np.unravel_index(4, picture.metadata["grid"]) == (1, 1)


def altered(content, code, value):
    """The file with another value of one tag, which has to fit where the old one stood."""
    with tifffile.TiffFile(io.BytesIO(content)) as file:
        tag = file.pages[0].tags[code]
    size = {3: 2, 4: 4}[tag.dtype]
    damaged = bytearray(content)
    damaged[tag.valueoffset : tag.valueoffset + size] = value.to_bytes(size, "little")
    return bytes(damaged)


@pytest.mark.parametrize("options", [{}, {"tile": (16, 16)}, {"compression": "zlib"}])
def test_a_header_that_promises_more_than_the_file_holds(read, options):
    """A width of 65,000 pixels, which would take minutes to fill up with tiles."""
    content = altered(files.tiff(**options), 256, 65_000)
    with pytest.raises(ValueError, match=r"breaks off or is damaged: .* promises 2,600,000 bytes"):
        read(content)


def test_what_would_take_all_memory(read, monkeypatch):
    monkeypatch.setattr(tiff, "_LARGEST", 500)
    with pytest.raises(ValueError, match=r"its 960 bytes of pixels are more than the 500 that are"):
        read(files.tiff())


def test_a_compression_that_cannot_be_undone(read):
    content = altered(files.pillow("TIFF", files.COUNTS, compression="tiff_lzw"), 259, 34712)
    said = r"its compression, JPEG2000, cannot be undone here .*; save it without one, or install"
    with pytest.raises(ValueError, match=said):
        read(content)
