"""PNG, JPEG and BMP, by Pillow; and what TIFF files ask of Pillow."""

import re
import warnings
from functools import partial

import numpy as np

from xrdmatch.io._image_formats.stated import StatedImage

_FORMATS = ("PNG", "JPEG", "BMP")
_LOSSY = ("JPEG", "MPO")
_MODES = ("1", "L", "LA", "I", "I;16", "I;16B", "I;16L", "F", "P", "PA", "RGB", "RGBA")
_ORIENTATION = 0x0112  # Exif tag
_RAW_BITS = re.compile(r"\W*(?:RGBA?|LA?|I|P);(\d+)")


def read_raster(path):
    """List the functions that make a `StatedImage` of each frame."""
    with _import_pillow().open(path, formats=_FORMATS) as image:
        n_frames = getattr(image, "n_frames", 1)
    return [partial(_build, path, i) for i in range(n_frames)]


def _build(path, frame):
    pillow = _import_pillow()
    with pillow.open(path, formats=_FORMATS) as image:
        image.seek(frame)
        values, bits = stored_values(image)
        turn = image.getexif().get(_ORIENTATION, 1)
        kind, texts = image.format, [str(v) for v in image.info.values() if isinstance(v, str)]
    facts = {"format": "JPEG" if kind in _LOSSY else kind}
    if kind in _LOSSY:
        facts["lossy"] = True
    return StatedImage(turned(values, turn), bits, None, "; ".join(texts), facts)


def stored_values(image):
    """Read the numbers of an image that Pillow has opened, and how many bits each has.

    Parameters
    ----------
    image : PIL.Image.Image

    Returns
    -------
    values : ndarray of shape (n_rows, n_columns) or (n_rows, n_columns, n_channels)
    bits : int
    """
    raw = str(image.tile[0].args) if image.tile else ""
    image.load()
    if image.mode not in _MODES:
        raise ValueError(f"its colours are in {image.mode}; convert it to greyscale")
    if image.mode in ("P", "PA"):
        image = image.convert("RGBA" if image.mode == "PA" else "RGB")
    values = np.asarray(image)
    return values, _bits(raw, image.mode, 8 * values.dtype.itemsize)


def _bits(raw, mode, n_read):
    """Bits that were stored of each number; `n_read` is what there is room for."""
    found = _RAW_BITS.match(raw)
    if found is None:
        return 1 if mode == "1" else n_read
    if int(found[1]) > n_read:
        warnings.warn(f"of the {found[1]} bits of its colours {n_read} are read", stacklevel=3)
    return min(int(found[1]), n_read)


def turned(values, orientation):
    """Turn what is stored such that row 0 is on top, as the Exif orientation 1 to 8 says.

    Parameters
    ----------
    values : ndarray of shape (n_rows, n_columns, ...)
    orientation : int
        1 as stored, 2 mirrored, 3 turned by 180 degrees, 4 upside down; 5 to 8 the same with rows
        and columns exchanged.

    Returns
    -------
    ndarray
        Shape (n_columns, n_rows, ...) from 5 on.
    """
    if orientation in (5, 6, 7, 8):
        values = np.swapaxes(values, 0, 1)
    if orientation in (3, 4, 7, 8):
        values = values[::-1]
    return values[:, ::-1] if orientation in (2, 3, 6, 7) else values


def _import_pillow():
    try:
        from PIL import Image
    except ImportError as error:
        raise ImportError(
            "reading PNG, JPEG and BMP files needs pillow; install it with "
            "`pip install xrdmatch[io]`"
        ) from error
    return Image
