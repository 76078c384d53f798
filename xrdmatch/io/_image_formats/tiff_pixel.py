"""Pixel size in TIFF headers, print resolutions excluded."""

import re

from xrdmatch.io._image_formats.stated import PixelAxis
from xrdmatch.io._scan_formats.markup import parse_xml

_X_RESOLUTION, _Y_RESOLUTION = 282, 283  # tags; pixels for a unit, which ImageJ names elsewhere
_GATAN_UNITS, _GATAN_SIZES = (65004, 65003), (65010, 65009)  # tags, y before x
_ESCAPED = re.compile(r"\\u([0-9A-Fa-f]{4})")  # as ImageJ writes what is not ASCII


def pixel_of_tiff(file, k=0):
    """Find what the header says of the distance between pixels.

    Resolutions for an inch or a centimetre are those of a print, and say nothing.

    Parameters
    ----------
    file : tifffile.TiffFile
    k : int, default=0
        Position of the series.

    Returns
    -------
    tuple of two PixelAxis, or None
        From row to row, and from column to column.
    """
    if file.is_ome:
        return _of_ome(file.ome_metadata, k)
    tags = file.series[k].keyframe.tags
    return (_of_imagej(file.imagej_metadata, tags) if file.is_imagej else None) or _of_gatan(tags)


def _of_ome(text, k):
    images = parse_xml(text.encode()).findall("Image/Pixels")
    if k >= len(images):
        return None
    pixels = images[k].attrib
    pairs = [(pixels.get(f"PhysicalSize{x}"), f"PhysicalSize{x}Unit") for x in "YX"]
    if any(size is None for size, _ in pairs):
        return None
    return tuple(PixelAxis(float(size), pixels.get(unit, "µm")) for size, unit in pairs)


def _of_imagej(known, tags):
    unit, resolutions = known.get("unit"), (tags.get(_Y_RESOLUTION), tags.get(_X_RESOLUTION))
    if not unit or None in resolutions:
        return None
    sizes = [_inverse(*resolution.value) for resolution in resolutions]
    units = [_unescaped(known.get("yunit", unit)), _unescaped(unit)]
    return tuple(map(PixelAxis, sizes, units))


def _inverse(pixels, units):
    return units / pixels if pixels else 0.0


def _unescaped(text):
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), str(text))


def _of_gatan(tags):
    units, sizes = ([tags.get(code) for code in codes] for codes in (_GATAN_UNITS, _GATAN_SIZES))
    if None in (*units, *sizes):
        return None
    return tuple(
        PixelAxis(float(size.value), str(unit.value))
        for size, unit in zip(sizes, units, strict=True)
    )
