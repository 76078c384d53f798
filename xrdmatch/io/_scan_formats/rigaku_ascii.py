"""Rigaku's ASCII format: counts in rows between ``*BEGIN`` and ``*END``."""

import re
from functools import partial

import numpy as np

from xrdmatch.io._assembly import StatedScan, check_axes, sigma_of_rate
from xrdmatch.io._decoding import decode
from xrdmatch.io._scan_formats.count_lists import points_of_range, read_count_list
from xrdmatch.io._scan_formats.slits import warn_of_variable_slits
from xrdmatch.io._wavelengths import lines_of_header

_ENTRY = re.compile(r"\*(\w+)[ \t]*(?:=[ \t]*(.*))?")


def is_rigaku_ascii(text):
    """Tell the format by its keys."""
    return all(re.search(rf"^\*{key}[ \t]*=", text, re.MULTILINE) for key in ("START", "STEP"))


def read_rigaku_ascii(content):
    """Yield ``(name, build)`` for every group of counts."""
    groups = list(_groups(decode(content).splitlines()))
    if not groups:
        raise ValueError("the file breaks off before its first counts")
    for i, (header, rows) in enumerate(groups):
        name = header.get("SAMPLE") or None
        yield name if len(groups) == 1 else f"group-{i}", partial(_build, header, rows)


def _groups(lines):
    """Yield the header and the rows of counts of each group."""
    header, rows = {}, []
    for line in lines:
        if match := _ENTRY.match(line.strip()):
            if rows:
                yield dict(header), rows
                rows = []
            header[match[1].upper()] = (match[2] or "").strip()
        elif line.strip() and "START" in header:
            rows.append(line)
    if rows:
        yield dict(header), rows


def _build(header, rows):
    value = {key: _float(entry) for key, entry in header.items()}
    start, step, stop = (value.get(key) for key in ("START", "STEP", "STOP"))
    if start is None or step is None:
        raise ValueError("its header states no start and step")
    n_points = value.get("COUNT")
    if n_points is None and stop is not None:
        n_points = points_of_range(start, step, stop)
    counts = read_count_list(rows, n_points and round(n_points))
    two_theta = start + step * np.arange(len(counts))
    check_axes(header.get("SCAN_AXIS", "2theta"), two_theta)
    radiation = lines_of_header(
        value.get("WAVE_LENGTH1"), value.get("WAVE_LENGTH2"),
        anode=header.get("TARGET", "").capitalize(),
    )  # fmt: skip
    warn_of_variable_slits("\n".join(f"{key} {entry}" for key, entry in header.items()))
    rate = "cps" in header.get("YUNIT", "").lower()
    speed = value.get("SPEED")
    seconds = 60 * step / speed if rate and speed else None
    return StatedScan(
        two_theta, counts, sigma_of_rate(counts, seconds) if seconds else None, radiation
    )


def _float(entry):
    try:
        return float(entry)
    except ValueError:
        return None
