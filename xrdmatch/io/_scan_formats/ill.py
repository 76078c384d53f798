"""Neutron scans of the ILL: the formats of D1A and D2B, and of D1B and D20."""

import re
from functools import partial

import numpy as np

from xrdmatch.io._assembly import StatedScan
from xrdmatch.io._decoding import decode
from xrdmatch.io._scan_formats.count_lists import check_rows

_PAIR_D2B, _PAIR_D20 = 8, 10  # characters of a number of counters, always two, and a count
_A_ROW = 10  # pairs
_END = -1000.0  # stands where counts have ended


def is_ill(text):
    """Tell the formats by the numbers at their places above the pairs of counters and counts."""
    lines = text.splitlines()
    return _head_d20(lines) is not None or _head_d2b(lines) is not None


def read_ill(content):
    """Yield ``(name, build)`` for the one scan of the file."""
    lines = decode(content).splitlines()
    if (head := _head_d20(lines)) is not None:
        yield lines[1].strip() or None, partial(_build_d20, lines[5:], *head)
    else:
        yield lines[0].strip() or None, partial(_build_d2b, lines[4:], *_head_d2b(lines))


def _head_d20(lines):
    """Start, step and number of points, None where they do not stand in lines 4 and 5."""
    if len(lines) < 7 or not re.fullmatch(r"\s*\d{1,5}\s*", lines[4]):
        return None
    start, step = _float(lines[3][23:31]), _float(lines[3][76:85])
    is_range = _is_range(start, step) and _pairs(lines[5], _PAIR_D20) is not None
    return (start, step, int(lines[4])) if is_range else None


def _head_d2b(lines):
    """Start and step, None where they do not stand in lines 3 and 2."""
    if len(lines) < 6 or len(lines[1].split()) > 3 or len(lines[2].split()) != 1:
        return None
    start, step = _float(lines[2][:8]), _float(lines[1][16:24])
    is_range = _is_range(start, step) and _pairs(lines[4], _PAIR_D2B) is not None
    return (start, step) if is_range else None


def _is_range(start, step):
    return start is not None and step is not None and -20 <= start < 180 and 0 < step < 2


def _pairs(line, width):
    """Numbers of counters and counts of a row; None where it has something else at their places."""
    parts = [line[i : i + width] for i in range(0, len(line.rstrip()), width)]
    numbers = [(_float(part[:2]), _float(part[2:])) for part in parts]
    return None if not numbers or any(None in pair for pair in numbers) else numbers


def _build_d20(rows, start, step, n_points):
    return _scan(start, step, _table(rows[: -(-n_points // _A_ROW)], _PAIR_D20, n_points))


def _build_d2b(rows, start, step):
    kept = []
    for row in rows:
        pairs = _pairs(row, _PAIR_D2B)
        if pairs is not None and pairs[0][1] == _END:
            break
        kept.append(row)
    kept = [row for row in kept if row.strip()]
    return _scan(start, step, _table(kept, _PAIR_D2B))


def _table(rows, width, n_points=None):
    pairs = [_pairs(row, width) for row in rows]
    if not pairs or None in pairs:
        raise ValueError("its rows hold something else than counters and counts at their places")
    sizes = [len(row) for row in pairs]
    check_rows(sizes, sum(sizes) if n_points is None else n_points)
    return np.array([pair for row in pairs for pair in row])


def _scan(start, step, table):
    """Make a scan: each count is a mean over some counters."""
    counters, counts = np.maximum(table[:, 0], 1), table[:, 1]
    sigma = np.sqrt(np.maximum(counts, 1) / counters)
    return StatedScan(start + step * np.arange(len(counts)), counts, sigma)


def _float(text):
    try:
        return float(text)
    except ValueError:
        return None
