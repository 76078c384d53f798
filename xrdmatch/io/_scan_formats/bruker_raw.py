"""Bruker's binary .raw: versions 3 (``RAW1.01``) and 4 (``RAW4.00``)."""

import struct
import warnings
from functools import partial

import numpy as np

from xrdmatch.io._assembly import StatedScan, check_axes
from xrdmatch.io._wavelengths import lines_of_header

_V3_HEADER, _V4_PREAMBLE, _V4_RANGE = 712, 61, 160  # bytes
_V4_SOURCE, _V4_DRIVE, _V4_TEXT = 30, 50, 10  # kinds of segments
# What moves in a range of version 3; the others move neither circle of 2 theta.
_V3_POWDER = {0: "Gonio", 1: "2Theta", 2: "2Theta"}
_V3_OTHER = {3: "Omega", 4: "Chi", 5: "Phi", 6: "X", 7: "Y", 8: "Z"}


def read_bruker_raw(content):
    """Yield ``(name, build)`` for every range of the file."""
    if content.startswith(b"RAW4.00"):
        yield from _named(_ranges_v4(content), "range")
    elif content.startswith(b"RAW1.01"):
        yield from _named(_ranges_v3(content), "range")
    else:
        raise ValueError(
            "it is a Bruker or Siemens .raw of a version before 3; export it as .xy or .brml"
        )


def _named(ranges, word):
    ranges = list(ranges)
    if not ranges:
        raise ValueError("the file breaks off before its first range")
    for i, (name, build) in enumerate(ranges):
        yield name or None if len(ranges) == 1 else f"{word}-{i}", build


def _unpack(form, content, offset):
    try:
        return struct.unpack_from(f"<{form}", content, offset)
    except struct.error:
        raise ValueError("the file breaks off within its header") from None


def _string(content, offset, n_bytes):
    return content[offset : offset + n_bytes].partition(b"\0")[0].decode("latin-1").strip()


def _records(content, start, n_points, size):
    """Read the first float of every record; fewer, with a warning, where the file breaks off."""
    if size < 4 or n_points < 1:
        raise ValueError("its header is damaged: it states no points")
    n_there = min(n_points, max(len(content) - start, 0) // size)
    if n_there < 2:
        raise ValueError("the file breaks off before its first counts")
    if n_there < n_points:
        warnings.warn(f"the file breaks off after {n_there} of {n_points} points", stacklevel=2)
    block = np.frombuffer(content, np.uint8, n_there * size, start).reshape(n_there, size)
    return block[:, :4].copy().view("<f4")[:, 0].astype(float)


def _angles(start, step, n_points):
    if not (np.isfinite([start, step]).all() and step > 0):
        raise ValueError(
            f"its header is damaged: the range starts at {start:g} with steps of {step:g} degrees"
        )
    return start + step * np.arange(n_points)


# Version 3: tables at fixed places ---------------------------------------------------------------


def _ranges_v3(content):
    (n_ranges,) = _unpack("I", content, 12)
    mean, ka1, ka2, kb, ratio = _unpack("5d", content, 616)
    radiation = lines_of_header(ka1, ka2, ratio, kb=kb, mean=mean, anode=_string(content, 608, 4))
    start = _V3_HEADER
    for _ in range(n_ranges):
        if start >= len(content):
            warnings.warn(f"the file breaks off: it promises {n_ranges} ranges", stacklevel=2)
            return
        length, n_points = _unpack("II", content, start)
        size, extra = _unpack("II", content, start + 252)
        yield _string(content, 326, 60), partial(_build_v3, content, start, radiation)
        step = length + extra + n_points * size
        if not step:
            warnings.warn("the file is damaged: one of its ranges has no length", stacklevel=2)
            return
        start += step


def _build_v3(content, start, radiation):
    length, n_points, _, two_theta = _unpack("IIdd", content, start)
    (step,) = _unpack("d", content, start + 176)
    kind, _ = _unpack("II", content, start + 196)
    varying, size, extra = _unpack("III", content, start + 248)
    if kind not in _V3_POWDER:
        check_axes(_V3_OTHER.get(kind, f"kind {kind}"), two_theta)
    if varying:
        raise ValueError(
            "its angles are listed point by point, which is not read; export it as .xy"
        )
    counts = _records(content, start + length + extra, n_points, size)
    return StatedScan(_angles(two_theta, step, len(counts)), counts, None, radiation)


# Version 4: a chain of segments, each with its kind and length -----------------------------------


def _ranges_v4(content):
    offset, radiation, name = _V4_PREAMBLE, None, None
    while offset + 8 <= len(content):
        kind, length = _unpack("II", content, offset)
        if kind in (0, _V4_RANGE):
            yield name, partial(_build_v4, content, offset, radiation)
            n_points, size, drives = (_unpack("I", content, offset + x)[0] for x in (88, 136, 140))
            offset += _V4_RANGE + drives + n_points * size
            continue
        if kind == _V4_SOURCE:
            mean, ka1, ka2, kb, ratio = _unpack("5d", content, offset + 72)
            anode = _string(content, offset + 116, 4)
            radiation = lines_of_header(ka1, ka2, ratio, kb=kb, mean=mean, anode=anode)
        if kind == _V4_TEXT and _string(content, offset + 12, 24) == "SAMPLEID":
            name = _string(content, offset + 36, length - 36)
        if length < 8:
            raise ValueError("its header is damaged: a segment has no length")
        offset += length


def _build_v4(content, offset, radiation):
    kind = _string(content, offset + 32, 24)
    two_theta, step, n_points = _unpack("ddI", content, offset + 72)
    size, n_bytes = _unpack("II", content, offset + 136)
    drives = _drives(content, offset + _V4_RANGE, n_bytes)
    moves = "psd" not in kind.lower() and any(
        w in kind.lower() for w in ("coupled", "detector", "2theta")
    )
    if not moves:
        check_axes(kind if "theta" not in kind.lower() else "Omega", two_theta)
    if "coupled" in kind.lower() and {"2Theta", "Theta"} <= drives.keys():
        pair = np.array([0.0, 1.0])  # two points of the coupled movement tell the offset
        check_axes("2Theta", drives["2Theta"] + 2 * pair, drives["Theta"] + pair)
    counts = _records(content, offset + _V4_RANGE + n_bytes, n_points, size)
    return StatedScan(_angles(two_theta, step, len(counts)), counts, None, radiation)


def _drives(content, offset, n_bytes):
    """Where each drive stood when the range began [degrees]."""
    drives, end = {}, offset + n_bytes
    while offset + 64 <= min(end, len(content)):
        kind, length = _unpack("II", content, offset)
        if kind == _V4_DRIVE:
            drives[_string(content, offset + 12, 24)] = _unpack("d", content, offset + 56)[0]
        offset += max(length, 8)
    return drives
