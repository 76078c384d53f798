"""Philips UDF."""

import re
import warnings
from functools import partial

import numpy as np

from xrdmatch.io._assembly import StatedScan
from xrdmatch.io._decoding import decode
from xrdmatch.io._scan_formats.count_lists import points_of_range, read_count_list
from xrdmatch.io._scan_formats.markup import numbers
from xrdmatch.io._scan_formats.slits import warn_of_variable_slits
from xrdmatch.io._wavelengths import lines_of_header

_ENTRY = re.compile(r"^[ \t]*(\w+)[ \t]*,([^\n/]*)/[ \t]*$", re.MULTILINE)


def read_udf(content):
    """Yield ``(name, build)`` for the one scan of the file."""
    header, start, data = decode(content).partition("RawScan")
    if not start:
        raise ValueError("the file breaks off before its counts")
    entries = {key: entry.strip(" \t,") for key, entry in _ENTRY.findall(header)}
    yield entries.get("SampleIdent") or None, partial(_build, entries, data, header)


def _build(entries, data, header):
    warn_of_variable_slits(header)
    data, end, _ = data.partition("/")
    if not end:
        warnings.warn("the file breaks off within its counts", stacklevel=2)
        data = data.rpartition(",")[0]  # the last number may be half of one
    first, last = _range(entries)
    step = _number(entries, "ScanStepSize")
    n_points = points_of_range(first, step, last) if step else None
    counts = read_count_list(data.splitlines(), n_points if end else None)
    step = step or (last - first) / max(len(counts) - 1, 1)
    radiation = lines_of_header(
        _number(entries, "LabdaAlpha1"),
        _number(entries, "LabdaAlpha2"),
        _number(entries, "RatioAlpha21"),
        anode=entries.get("Anode"),
    )
    return StatedScan(first + step * np.arange(len(counts)), counts, None, radiation)


def _range(entries):
    ends = numbers(entries.get("DataAngleRange"), "angles")
    if len(ends) != 2 or not ends[0] < ends[1]:
        raise ValueError(f"its range of angles is stated as {ends}")
    return ends


def _number(entries, key):
    return numbers(entries[key], key)[0] if entries.get(key) else None
