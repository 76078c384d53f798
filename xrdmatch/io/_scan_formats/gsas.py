"""GSAS raw data: .gsas, .gsa, .fxye, .raw, .xra."""

import re
import warnings
from functools import partial

import numpy as np

from xrdmatch.io._assembly import StatedScan
from xrdmatch.io._columns.damaged_lines import single_table
from xrdmatch.io._decoding import decode
from xrdmatch.io._header_wavelengths import find_wavelengths
from xrdmatch.io._scan_formats.count_lists import check_rows

_BANK = re.compile(r"^BANK\s+(\d+)\s+(\d+)\s+(\d+)\s+(.*)$", re.IGNORECASE)
_RECORD = 80  # characters, where a file has records in place of lines
_FLIGHT = ("SLOG", "RALF", "TIME_MAP", "LOG6", "COND", "EDS")


def is_gsas(text):
    """Tell a GSAS file by its line of a bank."""
    return any(_BANK.match(line) for line in _lines(text)[:200])


def read_gsas(content):
    """Yield ``(name, build)`` for every bank; angles stand in hundredths of a degree."""
    lines = _lines(decode(content))
    starts = [i for i, line in enumerate(lines) if _BANK.match(line)]
    for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        match = _BANK.match(lines[start])
        name = lines[0].strip() or None if len(starts) == 1 else f"bank-{match[1]}"
        header = [*lines[: starts[0]], *(line for line in lines[start:end] if "#" in line[:1])]
        yield name, partial(_build, match, lines[start + 1 : end], "\n".join(header))


def _lines(text):
    lines = text.splitlines()
    if len(lines) <= 1 and len(text) > 2 * _RECORD:
        return [text[i : i + _RECORD] for i in range(0, len(text), _RECORD)]
    return lines


def _build(match, lines, header):
    n_points, words = int(match[2]), match[4].split()
    if len(words) < 2:
        raise ValueError("its bank states no bins")
    binning = words[0].upper()
    if binning.startswith(_FLIGHT):
        raise ValueError(f"it is a time-of-flight scan ({binning}); only scans of 2 theta are read")
    kind = words[-1].upper() if words[-1][0].isalpha() else "STD"
    rows = [line for line in lines if line.strip() and line.lstrip()[0] != "#"]
    if not rows:
        raise ValueError("its bank holds no points")
    if kind in ("FXYE", "FXY"):
        table = _columns(rows, len(kind) - 1)
        two_theta, counts = table[:, 0] / 100, table[:, 1]
        sigma = table[:, 2] if kind == "FXYE" else None
    elif kind in ("STD", "ESD"):
        counts, sigma = (_standard if kind == "STD" else _with_sigma)(rows, n_points)
        start, step = _axis(binning, words)
        two_theta = (start + step * np.arange(len(counts))) / 100
    else:
        raise ValueError(f"its bank is of type {kind}, which is not read; export it as .xye")
    if len(counts) < n_points and kind.startswith("F"):
        warnings.warn(f"the file holds {len(counts)} of {n_points} points", stacklevel=2)
    part = slice(0, n_points)  # the last line is filled up with zeros
    sigma = None if sigma is None else sigma[part]
    return StatedScan(two_theta[part], counts[part], sigma, find_wavelengths(header))


def _axis(binning, words):
    if not binning.startswith("CONS"):
        raise ValueError(f"its bank has bins of type {binning}; only CONST and FXYE are read")
    try:
        start, step = float(words[1]), float(words[2])
    except (IndexError, ValueError):
        raise ValueError("its bank states no start and step") from None
    if step <= 0:
        raise ValueError(f"its bank states a step of {step / 100:g} degrees")
    return start, step


def _columns(rows, n_columns):
    table = single_table("\n".join(rows))
    if table.shape[1] < n_columns:
        raise ValueError(f"its bank has rows of {table.shape[1]} numbers, not {n_columns}")
    return table


def _fields(line, n_skipped=0):
    """Split a line into fields of 8 characters, which may touch, or else at its blanks."""
    line = line.rstrip()
    parts = [line[i + n_skipped : i + 8] for i in range(0, len(line), 8)]
    return parts if all(len(part.split()) == 1 for part in parts) else line.split()


def _standard(rows, n_points):
    """Read fields of two digits for the number of detectors and six for the counts."""
    fields = [_values(_fields(row, 2)) for row in rows]
    check_rows([len(row) for row in fields], n_points, filled=True)
    return np.array([value for row in fields for value in row]), None


def _with_sigma(rows, n_points):
    """Read pairs of counts and uncertainty."""
    fields = [_values(_fields(row)) for row in rows]
    if odd := [len(row) for row in fields if len(row) % 2]:
        raise ValueError(f"a row of its bank has {odd[0]} numbers, and counts and sigma are pairs")
    check_rows([len(row) // 2 for row in fields], n_points, filled=True)
    pairs = np.array([value for row in fields for value in row]).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


def _values(words):
    try:
        return [float(word) for word in words if word.strip()]
    except ValueError as error:
        raise ValueError(f"its bank holds something else than numbers ({error})") from None
