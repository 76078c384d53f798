"""HTML representation of a picture for notebooks."""

import struct
import zlib
from base64 import b64encode

import numpy as np

from xrdmatch.crystallography._notebook_html import drawing_and_facts

_SIDE = 320  # pixels that are drawn at most, along either axis
_DARKEST, _BRIGHTEST = 1.0, 99.9  # percentiles of the pixels that are drawn


def picture_to_html(picture, scale):
    """Draw a `Picture` in grey above a table.

    Parameters
    ----------
    picture : Picture
        A large one is drawn smaller, each pixel the largest count of those that it stands for.
    scale : str
        Its scale in words.

    Returns
    -------
    str
        HTML with a PNG inside, without scripts.
    """
    content = b64encode(_png(_grey(picture.counts, picture.space))).decode("ascii")
    drawing = f'<img alt="{picture!r}" src="data:image/png;base64,{content}"/>'
    low, high = np.nanmin(picture.counts), np.nanmax(picture.counts)
    facts = {
        "pixels": "{} x {}".format(*picture.shape),
        "not measured": f"{picture.n_missing} pixels",
        "counts": f"{low:.4g} to {high:.4g}" + ("" if _is_real(picture) else ", drawn as log"),
        "scale": scale,
    }
    return drawing_and_facts("Picture", drawing, facts)


def _is_real(picture):
    return picture.space == "real"


def _grey(counts, space):
    """Bytes from dark to bright; what was not measured is dark."""
    step = -(-max(counts.shape) // _SIDE)
    for axis, n in enumerate(counts.shape):
        counts = np.fmax.reduceat(counts, np.arange(0, n, step), axis=axis)
    values = counts - np.nanmin(counts)
    values = values if space == "real" else np.log1p(values)
    low, high = np.nanpercentile(values, [_DARKEST, _BRIGHTEST])
    shares = (values - low) / (high - low or 1.0)
    return (255 * np.clip(np.nan_to_num(shares), 0, 1)).astype(np.uint8)


def _png(grey):
    """Write bytes of grey as PNG, for which the standard library suffices."""
    rows = b"".join(b"\0" + row.tobytes() for row in grey)
    head = struct.pack(">IIBBBBB", *grey.shape[::-1], 8, 0, 0, 0, 0)
    chunks = (b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(*chunk) for chunk in chunks)


def _chunk(kind, content):
    check = struct.pack(">I", zlib.crc32(kind + content))
    return struct.pack(">I", len(content)) + kind + content + check
