"""Reader of electron microscopy formats, by RosettaSciIO (GPL-3)."""

import struct
from functools import partial
from importlib import import_module
from math import prod

import numpy as np

from xrdmatch.io._image_formats.stated import METRES, PixelAxis, StatedImage

_HDF5 = b"\x89HDF\r\n\x1a\n"
# By suffix: RosettaSciIO's reader, what the file begins with, and options of the reader.
_FORMATS = {
    ".dm3": ("digitalmicrograph", (b"\0\0\0\3", b"\0\0\0\4"), {}),
    ".dm4": ("digitalmicrograph", (b"\0\0\0\3", b"\0\0\0\4"), {}),
    ".emd": ("emd", (_HDF5,), {"select_type": "images"}),
    ".hspy": ("hspy", (_HDF5,), {}),
    ".mrc": ("mrc", (b"",), {}),
    ".blo": ("blockfile", (b"IMGBLO\2\1",), {"lazy": True}),  # else it fills up what is missing
    ".ser": ("tia", (b"II\x97\1",), {}),
}
MICROSCOPY = tuple(_FORMATS)
_HEAD = 64  # bytes; the least that any of them begins with


def read_microscopy(path):
    """List the functions that make a `StatedImage` of each frame of each signal."""
    name, starts, options = _FORMATS[path.suffix.lower()]
    with path.open("rb") as file:
        head = file.read(_HEAD)
    n_bytes = _PROMISED.get(path.suffix.lower(), len)(head) if len(head) == _HEAD else 0
    if not head.startswith(starts) or n_bytes > path.stat().st_size:
        raise ValueError(
            f"it is called {path.suffix} but holds something else or only a part of it"
        )
    signals = _import_reader(name).file_reader(str(path), **options)
    images = [signal for signal in signals if _is_image(signal)]
    if not images:
        raise ValueError("it holds no picture, but spectra or nothing")
    return [
        partial(_build, signal, path.suffix.lower(), index)
        for signal in images
        for index in np.ndindex(signal["data"].shape[:-2])
    ]


def _promised_by_mrc(head):
    """Compute how many bytes the numbers take that an .mrc's header promises."""
    *shape, mode = struct.unpack_from("<4I", head)
    return prod(shape) * _MRC_BYTES.get(mode, 1)


def _promised_by_blo(head):
    """Compute the same for a .blo, whose patterns are square, each behind six bytes."""
    start, _, size, _, n_columns, n_rows = struct.unpack_from("<2I4H", head, 12)
    return start + n_rows * n_columns * (size**2 + 6)


_MRC_BYTES = {1: 2, 2: 4, 3: 4, 4: 8, 6: 2, 12: 2}  # of a number, by the mode of the file
_PROMISED = {".mrc": _promised_by_mrc, ".blo": _promised_by_blo}


def _is_image(signal):
    """Whether its last two axes are rows and columns, and not the last one that of spectra."""
    data, axes = signal["data"], signal["axes"]
    if data.ndim < 2 or len(axes) != data.ndim:
        return False
    return sum(not axis.get("navigate") for axis in axes) != 1


def _build(signal, suffix, index):
    values = np.asarray(signal["data"][index])
    if values.dtype.names:  # red, green and blue as fields
        values = np.stack([values[name] for name in values.dtype.names], axis=-1)
    grid = signal["data"].shape[:-2]
    facts = {"format": suffix[1:].upper(), **({"grid": grid} if len(grid) > 1 else {})}
    general = signal.get("metadata", {}).get("General", {})
    description = "; ".join(str(general[key]) for key in ("title", "notes") if general.get(key))
    bits = 8 * values.dtype.itemsize
    return StatedImage(values, bits, _PIXELS.get(suffix, _by_axes)(signal), description, facts)


def _by_axes(signal):
    pairs = [(axis.get("scale"), axis.get("units")) for axis in signal["axes"][-2:]]
    if any(size is None for size, _ in pairs):
        return None
    return tuple(PixelAxis(float(size), "" if unit is None else str(unit)) for size, unit in pairs)


def _of_ser(signal):
    """Leave the unit open: it stands in the .emi beside the .ser, without which it is a guess."""
    pixel = _by_axes(signal)
    return pixel and tuple(PixelAxis(1e-9 * axis.size, METRES) for axis in pixel)


def _of_mrc(signal):
    """Leave out 1 Å and 1 nm, which stand there where the program that wrote it knew nothing."""
    pixel = _by_axes(signal)
    return None if pixel and set(pixel) <= _MRC_UNKNOWN else pixel


def _of_blo(signal):
    """Return the pitch of the detector, from the header: the axes lose theirs in small scans."""
    pitch = signal["original_metadata"]["blockfile_header"].get("SDP")
    return (PixelAxis(100.0 / float(pitch), "cm"),) * 2 if pitch else None


_MRC_UNKNOWN = {PixelAxis(0.1, "nm"), PixelAxis(1.0, "nm")}
_PIXELS = {".ser": _of_ser, ".mrc": _of_mrc, ".blo": _of_blo}


def _import_reader(name):
    try:
        return import_module(f"rsciio.{name}")
    except ImportError as error:
        raise ImportError(
            f"reading {', '.join(_FORMATS)} files needs RosettaSciIO (licensed under the GPL-3); "
            "install it with `pip install xrdmatch[microscopy]`"
        ) from error
