"""PNG, JPEG and BMP: depths, palettes, opacity, frames and how they are turned."""

import io
import struct
import zlib

import image_files as files
import numpy as np
import pytest
from PIL import Image, ImageOps

from xrdmatch.io import ImageWarning, read_image
from xrdmatch.io._image_formats.raster import turned

COLOURS = np.stack([files.BYTES, files.BYTES[::-1], files.BYTES // 2], axis=-1)


@pytest.fixture
def read(tmp_path):
    def reading(content, name="a.png", **options):
        path = tmp_path / name
        path.write_bytes(content)
        return read_image(path, **options)

    return reading


def chunk(kind, content):
    return (
        struct.pack(">I", len(content))
        + kind
        + content
        + struct.pack(">I", zlib.crc32(kind + content))
    )


def png(depth, colour_type, rows, width):
    """A PNG file as its standard has it, of depths that Pillow does not write."""
    head = struct.pack(">IIBBBBB", width, len(rows), depth, colour_type, 0, 0, 0)
    content = zlib.compress(b"".join(b"\0" + row for row in rows))
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", content) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


@pytest.mark.parametrize("depth", [1, 2, 4])
def test_few_bits_are_said(read, depth):
    """The byte 0b11100100 is 1 1 1 0 0 1 0 0, 3 2 1 0, or 14 4."""
    picture = read(png(depth, 0, [b"\xe4\xe4"] * 4, 16 // depth))
    assert picture.metadata["bits"] == depth
    stored = {1: [1, 1, 1, 0, 0, 1, 0, 0], 2: [3, 2, 1, 0], 4: [14, 4]}[depth]
    np.testing.assert_allclose(
        picture.counts[0] / picture.counts.max(), np.tile(stored, 2) / max(stored)
    )


@pytest.mark.parametrize(("colour_type", "n_channels"), [(2, 3), (4, 2), (6, 4)])
def test_sixteen_bits_a_channel_lose_half_and_say_so(read, colour_type, n_channels):
    """The last channel of two or four is opacity, which has to be full."""
    values = np.repeat(files.COUNTS[..., None] * 16, n_channels, axis=2).astype(">u2")
    if n_channels in (2, 4):
        values[..., -1] = 2**16 - 1
    content = png(16, colour_type, [row.tobytes() for row in values], values.shape[1])
    with pytest.warns(ImageWarning, match=r"a\.png: of the 16 bits of its colours 8 are read\."):
        picture = read(content)
    np.testing.assert_array_equal(picture.counts, files.COUNTS // 16)
    assert (picture.metadata["bits"], picture.metadata["colour"]) == (8, "equal channels")


def test_colours_are_refused_or_chosen(read):
    content = files.pillow("PNG", COLOURS)
    with pytest.raises(
        ValueError, match=r"Cannot read .*a\.png: it is in colour \(channels differ"
    ):
        read(content)
    picture = read(content, channel="green")
    np.testing.assert_array_equal(picture.counts, files.BYTES[::-1])
    assert picture.metadata["colour"] == "channel green"
    with pytest.raises(ValueError, match="it has 3 channels and no channel='infrared'"):
        read(content, channel="infrared")


@pytest.mark.parametrize("grey", [True, False])
def test_palettes_are_looked_up(read, grey):
    image = Image.fromarray(files.BYTES, mode=None)
    indexed = Image.frombytes("P", image.size, image.tobytes())
    levels = np.arange(256)
    indexed.putpalette(
        np.stack([255 - levels, 255 - levels, 255 - levels * grey], axis=1).ravel().tolist()
    )
    file = io.BytesIO()
    indexed.save(file, "PNG")
    if grey:
        np.testing.assert_array_equal(read(file.getvalue()).counts, 255 - files.BYTES)
    else:
        with pytest.raises(ValueError, match="it is in colour"):
            read(file.getvalue())


def test_other_colours_are_refused(read):
    cmyk = Image.fromarray(COLOURS).convert("CMYK")
    file = io.BytesIO()
    cmyk.save(file, "JPEG")
    with pytest.raises(ValueError, match="its colours are in CMYK; convert it to greyscale"):
        read(file.getvalue(), "a.jpg")


def test_opacity(read):
    opaque = np.dstack([files.BYTES] * 3 + [np.full_like(files.BYTES, 255)])
    np.testing.assert_array_equal(read(files.pillow("PNG", opaque)).counts, files.BYTES)
    opaque[3, 4, 3] = 0
    with pytest.raises(ValueError, match="parts of it are transparent"):
        read(files.pillow("PNG", opaque))


def test_frames_of_an_animation(read):
    first, second = (Image.fromarray(values) for values in (files.BYTES, files.BYTES[::-1]))
    file = io.BytesIO()
    first.save(file, "PNG", save_all=True, append_images=[second])
    with pytest.raises(ValueError, match="holds 2 pictures; choose one by frame=0 to 1"):
        read(file.getvalue())
    np.testing.assert_array_equal(read(file.getvalue(), frame=1).counts, files.BYTES[::-1])


def test_texts_may_say_that_it_is_logarithmic(read):
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    info.add_text("Comment", "log10 of the intensities")
    content = files.pillow("PNG", files.BYTES, pnginfo=info)
    assert read(content).metadata["logarithmic"] is True


@pytest.mark.parametrize("orientation", range(1, 9))
def test_turned_as_the_header_says(read, orientation):
    image = Image.fromarray(files.BYTES)
    exif = image.getexif()
    exif[0x0112] = orientation
    file = io.BytesIO()
    image.save(file, "PNG", exif=exif)
    shown = np.asarray(ImageOps.exif_transpose(Image.open(file)))
    np.testing.assert_array_equal(read(file.getvalue()).counts, shown)


def test_turned_by_hand():
    """Where the corner at row 0, column 0 of what is stored comes to lie."""
    corner = np.zeros((2, 3))
    corner[0, 0] = 1
    places = [np.argwhere(turned(corner, i))[0].tolist() for i in range(1, 9)]
    assert places == [[0, 0], [0, 2], [1, 2], [1, 0], [0, 0], [0, 1], [2, 1], [2, 0]]
