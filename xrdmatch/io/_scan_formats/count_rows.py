"""Start, step and end, then counts in rows: FullProf, DBWS, Fox, PSI, ILL, Jade, Sietronics."""

import re
from functools import partial

import numpy as np

from xrdmatch.io._assembly import StatedScan
from xrdmatch.io._columns.number_lines import without_comments
from xrdmatch.io._columns.shapes import Shapes
from xrdmatch.io._header_wavelengths import find_wavelengths
from xrdmatch.io._scan_formats.count_lists import read_count_list
from xrdmatch.io._wavelengths import lines_of_header

_HEAD = 60  # lines within which the range stands
_FEWEST = 10  # points
_SAME = 0.02  # of a step, by which the end may be off the last point
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][-+]?\d+)?(?![\w.])")
_COUNTERS = 64  # at most, of a neutron diffractometer that states how many counted each point
_KEY = re.compile(
    r"^[\W_]*(?:scan|2-?theta|angle)?[\s_.-]*(start|begin|first|min|step|stop|end|last|max|n_?points|"
    r"points|npts|number of points|steps)\w*(?:[\s_-]+(?:angle|pos\w*|2-?theta|size|width|deg))*"
    r"[\s(\[\w°)\]]{0,12}[:=]\s*([-+\d.,eE]+)",
    re.IGNORECASE,
)
_KEYS = {
    "begin": "start", "first": "start", "min": "start", "stop": "end", "last": "end", "max": "end",
    "points": "n", "npts": "n", "n_points": "n", "npoints": "n", "number of points": "n",
    "steps": "n",
}  # fmt: skip
_JADE_LINE = re.compile(r"\b(Cr|Fe|Co|Cu|Mo|Ag)\b\s+(\d\.\d+)", re.IGNORECASE)


def find_count_rows(text):
    """Find a range and, below it, as many counts as it has points.

    Parameters
    ----------
    text : str
        The file.

    Returns
    -------
    tuple or None
        Head line, start, step, number of points and lines of counts; None where there are none.
    """
    lines = [line.strip() for line in without_comments(text).splitlines()]
    lines = [line for line in lines if line and line[0] not in "!#"]
    widths = None
    for i, stated in _ranges(lines[:_HEAD]):
        for start, step, n_points in stated:
            widths = widths or [_width(line) for line in lines]
            for first, end in _runs(widths, i + 1):
                if _makes(lines[first:end], widths[first:end], n_points):
                    return lines[:first], start, step, n_points, lines[first:end]
    return None


def _ranges(head):
    """Yield the index of the last line of what may state a range, and its readings."""
    keyed = {}
    for i, line in enumerate(head):
        if match := _KEY.match(line):
            key = match[1].lower()
            keyed[_KEYS.get(key, key)] = _float(match[2])
            last = i
        numbers = [float(re.sub("[dD]", "e", word)) for word in _NUMBER.findall(line[:200])]
        leading = re.match(r"[-+.\d]", line)
        if leading and len(numbers) >= 3:
            yield i, list(_readings(numbers))
        single = [_float(above) for above in head[max(i - 2, 0) : i + 1]]
        if len(single) == 3 and None not in single:
            yield i, list(_readings(single))
    if {"start", "step"} <= keyed.keys() and None not in keyed.values():
        start, step = keyed["start"], keyed["step"]
        ends = [start + step * (keyed["n"] - 1)] if "n" in keyed else [keyed.get("end", start)]
        yield last, list(_readings([start, step, *ends]))


def _readings(numbers):
    """Yield start, step and number of points of every way in which numbers state a range."""
    a, b, c = numbers[:3]
    ranges = [(a, b, c), (a, c, b), (a, b, a + b * (c - 1)), (b, c, b + c * (a - 1))]
    if len(numbers) > 4 and abs(numbers[-2] - a - b * (numbers[-1] - 1)) < 2 * b:
        ranges.append((a, b, a + b * (numbers[-1] - 1)))
    for start, step, end in ranges:
        if -20 <= start < end <= 180 and 0 < step < 5:
            n_points = (end - start) / step + 1
            if abs(n_points - round(n_points)) < _SAME and round(n_points) >= _FEWEST:
                yield start, step, round(n_points)


def _runs(widths, start):
    """Yield the first and the end of all stretches of rows of numbers."""
    first = None
    for i, width in enumerate([*widths[start:], 0], start=start):
        if width and first is None:
            first = i
        elif not width and first is not None:
            yield first, i
            first = None


def _makes(lines, widths, n_points):
    """Whether rows hold the counts of a range, or counts and as many others."""
    n_numbers = sum(widths)
    is_cut = n_points / 2 < n_numbers < n_points and widths[0] not in (2, 3)
    if not is_cut and n_numbers not in (n_points, n_points + 1, 2 * n_points):
        return False
    return not _is_table(lines, widths)


def _width(line):
    """Count the cells of a row of numbers, of which one may be damaged; zero for other lines."""
    words = [word for word in re.split(r"[\s,;]+", line) if word]
    bad = sum(_float(word) is None for word in words)
    return len(words) if bad == 0 or (bad == 1 and len(words) > 4) else 0


def _is_table(lines, widths):
    """Whether rows are of angle and counts after all: their first column is an axis."""
    if widths[0] < 2:
        return False
    rows = [re.split(r"[\s,;]+", line) for line, width in zip(lines, widths, strict=True)
            if width == widths[0]]  # fmt: skip
    table = np.array([[_float(word) or 0.0 for word in row if word] for row in rows])
    few = len(table) < _FEWEST and widths[0] in (2, 3)
    return few or Shapes(table).is_axis(0)


def read_count_rows(found, content):
    """Yield ``(name, build)`` for the one scan of the file, which `find_count_rows` found."""
    del content
    head, start, step, n_points, rows = found
    title = re.sub(r"^[-+\d.eE\s,]+", "", head[-1]).strip() or (head[0] if len(head) > 1 else "")
    yield title[:40].strip() or None, partial(_build, head, start, step, n_points, rows)


def _build(head, start, step, n_points, rows):
    words = [[word for word in re.split(r"[\s,;]+", row) if word] for row in rows]
    if sum(map(len, words)) == 2 * n_points:
        counts, sigma = _parted(words)
    else:
        counts, sigma = read_count_list(rows, n_points), None
    radiation = find_wavelengths("\n".join(head))
    if radiation is None and (match := _JADE_LINE.search("\n".join(head))):
        radiation = lines_of_header(mean=float(match[2]))
    return StatedScan(start + step * np.arange(len(counts)), counts, sigma, radiation)


def _parted(words):
    """Part twice as many numbers as points.

    They are counters and counts in turn, all counts and then all uncertainties, or rows of these in
    turn.
    """
    numbers = read_count_list([" ".join(row) for row in words])
    counters, counted = numbers[::2], numbers[1::2]
    whole = (counters == np.round(counters)).all()
    if whole and counters.min() > 0 and counters.max() <= _COUNTERS:
        return counted, np.sqrt(np.maximum(counted, 1) / counters)
    ways = [np.split(numbers, 2)]
    in_turn = [np.array([float(x) for row in words[i::2] for x in row]) for i in (0, 1)]
    if len(in_turn[0]) == len(in_turn[1]):
        ways.append(in_turn)
    shapes = [Shapes(np.column_stack(way)) for way in ways]
    best = max(shapes, key=lambda shape: shape.likeness(1, 0))
    if not best.is_sigma(1, 0, told=False):
        raise ValueError("it has twice as many numbers as points, and half are no uncertainties")
    return best.table.T


def _float(word):
    try:
        return float(word.replace(",", "."))
    except ValueError:
        return None
