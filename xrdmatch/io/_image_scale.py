"""Conversion of a header's pixel size to the scale of a picture."""

import re
import unicodedata

from xrdmatch.io._image_formats.stated import METRES

_LENGTHS = {  # [Å]
    "Å": 1.0,
    "A": 1.0,
    **dict.fromkeys(("ang", "angstrom", "angstroms", "ångström"), 1.0),
    **dict.fromkeys(("nm", "nanometer", "nanometers", "nanometre", "nanometres"), 10.0),
    **dict.fromkeys(("pm", "picometer", "picometers", "picometre", "picometres"), 0.01),
    **dict.fromkeys(("um", "μm", "micron", "microns", "micrometer", "micrometers"), 1e4),
    **dict.fromkeys(("m", "meter", "meters", "metre", "metres"), 1e10),
}
_INVERSE = re.compile(r"1/(?P<whole>.+)|(?P<power>.+?)(?:\^|\*\*)?\(?[-\u2212]1\)?")
_UNSQUARE = 1e-3  # relative; ImageJ's fractions round by less
_DISAGREE = 1e-2  # relative; scales are calibrated to about as much


def scale_of_header(pixel, space=None):
    """Convert what a header says of the distance between pixels.

    Parameters
    ----------
    pixel : tuple of two PixelAxis, or None
        From row to row, and from column to column.
    space : {"reciprocal", "real"}, optional
        What the user says that it is, which decides where a unit may be either.

    Returns
    -------
    tuple of float and str, or None
        Pixels for 1/Å and ``"reciprocal"``, or Å a pixel and ``"real"``; None where the header has
        no size above zero in a unit of either.

    Raises
    ------
    ValueError
        When pixels are not square.
    """
    if pixel is None:
        return None
    rows, columns = (_distance(axis, space) for axis in pixel)
    if rows is None or columns is None:
        return None
    if rows[1] != columns[1] or abs(rows[0] / columns[0] - 1) > _UNSQUARE:
        raise ValueError(
            f"its pixels are not square, {pixel[0]} from row to row and {pixel[1]} from column to "
            "column; resample it, or say by scale= and space= which scale to use for both"
        )
    distance, found = columns
    return (1 / distance if found == "reciprocal" else distance), found


def pixel_text(pixel):
    """Write the distance between pixels as the header has it; None where it has none."""
    if pixel is None or not all(axis.unit for axis in pixel):
        return None
    rows, columns = map(str, pixel)
    return (
        columns if rows == columns else f"{rows} from row to row, {columns} from column to column"
    )


def _distance(axis, space):
    """Size along one axis [1/Å or Å] and its space; None where it says nothing."""
    either = {"real": "m", "reciprocal": "1/m"}.get(space, "")
    unit = _unit(either if axis.unit == METRES else axis.unit)
    if unit is None or not 0 < axis.size < float("inf"):
        return None
    return axis.size * unit[0], unit[1]


def _unit(text):
    """Size of a unit [1/Å or Å] and its space; None where it is one of neither."""
    text = "".join(unicodedata.normalize("NFKC", text).split())
    if text in _LENGTHS or text.lower() in _LENGTHS:
        return _LENGTHS.get(text) or _LENGTHS[text.lower()], "real"
    found = _INVERSE.fullmatch(text)
    inner = _unit(found["whole"] or found["power"]) if found else None
    return None if inner is None else (1 / inner[0], "reciprocal")


def disagreement(picture, stated):
    """Say how the scale of a picture contradicts its header.

    Parameters
    ----------
    picture : Picture
        With the scale and space that were given.
    stated : tuple of float and str
        What `scale_of_header` found.

    Returns
    -------
    str or None
        None where both agree to a hundredth.
    """
    scale, space = stated
    if picture.space != space:
        return f"its header has a scale in {space} space, but space={picture.space!r} was given"
    if picture.scale is None or abs(picture.scale / scale - 1) <= _DISAGREE:
        return None
    return (
        f"its header has the scale {scale:.5g}, but {picture.scale:.5g} was given and is used, in "
        f"{space} space"
    )
