"""Bruker UXD."""

import re
import warnings
from functools import partial

import numpy as np

from xrdmatch.io._assembly import StatedScan, check_axes, sigma_of_rate
from xrdmatch.io._columns.damaged_lines import single_table
from xrdmatch.io._decoding import decode
from xrdmatch.io._scan_formats.count_lists import read_count_list
from xrdmatch.io._scan_formats.slits import say_variable_slits
from xrdmatch.io._wavelengths import lines_of_header

_MARKER = re.compile(r"^_(2THETA)?(COUNTS|CPS)\w*[ \t]*$", re.IGNORECASE | re.MULTILINE)


def is_uxd(text):
    """Tell a UXD file by the marker above its counts."""
    return _MARKER.search(text) is not None


def read_uxd(content):
    """Yield ``(name, build)`` for every range; what moves in it, its drive says.

    The marker ``_2THETACOUNTS`` stands above the counts of all drives.
    """
    ranges = list(_ranges(decode(content).splitlines()))
    for i, (header, marker, first, rows) in enumerate(ranges):
        name = header.get("SAMPLE") or None
        yield (
            name if len(ranges) == 1 else f"range-{i + 1}",
            partial(_build, header, marker, first, rows),
        )


def _ranges(lines):
    """Yield header, marker, index of the first line, and lines of each range."""
    header, found = {}, None
    for i, line in enumerate(lines):
        if match := _MARKER.match(line):
            found = (dict(header), match, i + 1, [])
            yield found
        elif line.startswith("_"):
            key, _, value = line[1:].partition("=")
            header[key.strip().upper()] = value.strip("'\" \t")
            found = None
        elif found and not line.lstrip().startswith(";"):
            found[3].append(line)


def _build(header, marker, first, rows):
    value = {key: _float(entry) for key, entry in header.items()}
    drive = header.get("DRIVE", "2THETA")
    drive = "2THETA" if drive.upper().startswith("DETECTOR") else drive
    two_theta, counts = (_pairs if marker[1] else _listed)(value, first, rows)
    check_axes(drive, two_theta)
    radiation = lines_of_header(
        value.get("WL1"), value.get("WL2"), value.get("WLRATIO"), kb=value.get("WL3"),
        anode=header.get("ANODE", "").capitalize(),
    )  # fmt: skip
    seconds = value.get("STEPTIME") or 0
    rate = marker[2].upper() == "CPS" and seconds > 0
    if header.get("DIVERGENCE", "").upper().startswith("V"):
        say_variable_slits()
    return StatedScan(
        two_theta, counts, sigma_of_rate(counts, seconds) if rate else None, radiation
    )


def _pairs(value, first, rows):
    """Read rows of angle and counts."""
    table = single_table("\n".join(rows), first)[:, :2]
    n_points = round(value.get("STEPCOUNT") or 0)
    if len(table) < n_points:
        warnings.warn(f"the file holds {len(table)} of {n_points} points", stacklevel=2)
    return table.T


def _listed(value, first, rows):
    """Read counts alone; angles follow from start and step."""
    del first
    start, step = value.get("START", value.get("2THETA")), value.get("STEPSIZE")
    if start is None or not step or step <= 0:
        raise ValueError("its range states no start and step")
    n_points = value.get("STEPCOUNT")
    counts = read_count_list(rows, n_points and round(n_points))
    return start + step * np.arange(len(counts)), counts


def _float(entry):
    try:
        return float(entry.replace(",", "."))
    except ValueError:
        return None
