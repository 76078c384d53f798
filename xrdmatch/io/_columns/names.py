"""Meaning of columns, from their headings."""

import re
from dataclasses import dataclass

from xrdmatch.io._axes import Axis, parse_axis, plain
from xrdmatch.io._columns.axis_lines import find_axis_line

_FARTHEST = 60  # lines above the rows that are searched for a heading
_N_JOINED = 3  # lines that a heading may have: names, and below them units
_LONGEST = 1000  # characters of a heading
_ROLES = (  # in the order in which a name is tried
    ("counts", r"^(?:i|int\w*|counts?|y|s)\s*\(\s*(?:q|r|2|two|t|d|e)|^[fg]\s*\("),
    ("sigma", r"sigma|\be\.?s\.?d\b|(?:^|\W)s\.?u\b|err(?:or)?s?\b|\bstd|uncert"
              r"|^d(?:elta)? ?[iy]\b|^e$"),
    ("seconds", r"(?:time|sec\w*)\s*(?:/|per)\s*(?:step|point)|timeperstep|steptime|step time"
                r"|count(?:ing)? ?time|exposure|dwell"),
    ("unused", r"\b[iy]? ?calc(?:ulated|d)?\b|\b[iy]cal\b|\bfit|model|back ?g|\bbkgd?\b|\bbgr?\b"
               r"|\bback\b|baseline|\bdiff(?!rac)|resid|obs\w*\s*-|\bmon(?:itor)?\b|\bi ?0\b|date"
               r"|epoch|temp|frame|image|live|\bfile|comment|current|\bring\b|weight|flag|mask"
               r"|\btime\b|seconds|\bvar\b|variance|transmi"),
    ("processed", r"norm|smooth|strip|corrected|filtered"),
    ("unused", r"^(?:no|nr|n|#|idx|index|id|row|points?|pts?|step|num\w*|count no)\b\.?$"),
)  # fmt: skip
_ROLES = tuple((role, re.compile(pattern)) for role, pattern in _ROLES)
_FLIGHT = re.compile(r"\btof\b|flight")
_COUNTS = re.compile(
    r"^(?:i|y|yo|lin|cts|cps|det\w*|signal|raw|exp|mca)\b|intens|counts?\b|\by?i?obs|observed"
    r"|measured|\bcps\b|\bint\b|^y\d?$|^i ?obs|ordinate|events|diffractogram"
)
_UNIT = re.compile(
    r"[(\[]?\s*(?:1\s*/\s*)?(?:nm|a|ang(?:str\w*)?|deg(?:rees?)?|m?rad(?:ians?)?)\s*"
    r"(?:\^?\(?-\s?1\)?)?\s*[)\]]?"
)
_HKL = {"h", "k", "l"}


@dataclass(frozen=True)
class Column:
    """A column by its name.

    Parameters
    ----------
    name : str
        As it stands in the heading.
    role : {"axis", "counts", "processed", "sigma", "seconds", "unused"} or None
        What it holds; None where the name says nothing.
    axis : Axis, optional
        Which axis.
    """

    name: str
    role: str | None
    axis: Axis | None = None


def name_column(text):
    """Tell what a column holds by its name."""
    name = plain(text)
    axis = parse_axis(text)
    if not _FLIGHT.search(name):
        role = next((role for role, pattern in _ROLES if pattern.search(name)), None)
        if role:
            return Column(text, role)
    if axis is not None:
        return Column(text, "axis", axis)
    return Column(text, "counts" if _COUNTS.search(name) else None)


def find_heading(lines, width, dialect):
    """Find the names of columns in the lines above them.

    Parameters
    ----------
    lines : list of Line
        What stands above the rows; the nearest is the last.
    width : int
        Number of columns.
    dialect : Dialect
        How the rows are parted.

    Returns
    -------
    list of Column or None
        One for each column; None where no line names an axis or counts in as many cells.

    Raises
    ------
    ValueError
        When they are the indices of reflections.
    """
    rows = [_cells(line, width, dialect) for line in lines[: -_FARTHEST - 1 : -1]]
    for role in ("axis", "counts"):
        for i, cells in enumerate(rows):
            if not cells or _is_unit(cells[0]):
                continue
            if role in (column.role for column in _named(cells)) and _is_heading(cells, dialect):
                below = [row for row in rows[max(i - _N_JOINED + 1, 0) : i] if _is_of_units(row)]
                above = [row for row in rows[i + 1 : i + _N_JOINED] if row and _is_unit(row[0])]
                near = below[::-1] + above
                joined = zip(cells, *near, strict=True)
                return _named([" ".join(filter(None, names)) for names in joined])
    return None


def _is_unit(cell):
    """Whether a cell holds a unit of an axis and nothing else."""
    return _UNIT.fullmatch(plain(cell)) is not None


def _is_of_units(cells):
    """Whether cells below names go on with them: units, remarks in some columns, no number."""
    told = any(not cell or _is_unit(cell) or name_column(cell).role for cell in cells)
    return told and not any(map(_is_number, cells))


def is_heading_line(line, width, dialect):
    """Whether a line can be a heading or a row of units or remarks below one."""
    told = find_heading([line], width, dialect) or find_axis_line([line])
    return told is not None or _is_of_units(_cells(line, width, dialect))


def _is_heading(cells, dialect):
    """Whether names are a heading, and not words of a remark such as "theta offset"."""
    roles = [name_column(cell).role for cell in cells]
    if any(_is_number(cell) for cell in cells):  # temperatures above counts, or a remark
        axis = name_column(cells[0]).axis if len(cells) > 2 else None
        return axis is not None and axis.kind != "other"
    known = {role for role in roles if role is not None}
    return dialect.separator is not None or bool(known & {"counts", "processed", "sigma"})


def _named(names):
    if {plain(name) for name in names} >= _HKL:
        raise ValueError("it is a list of reflections, not a scan; their h, k and l are columns")
    return [name_column(name) for name in names]


def _cells(line, width, dialect):
    """Part a line into as many names as there are columns; empty where it is no such line."""
    text = re.sub(r"^[#!%;'/*]*L?\s+|^[#!%;'/*]+", "", line.text[:_LONGEST])
    if "=" in text or not re.search(r"[^\W\d_]|°", text):
        return []
    for parted in (dialect.split(text), *_other_ways(text)):
        cells = [cell.replace("\0", " ").strip(" \t\"'") for cell in parted]
        if len(cells) == width - 1 and width > 2 and name_column(cells[0]).role == "axis":
            cells = ["#", *cells]  # tables that R wrote do not name their first column
        whole = not any(cell.startswith(("(", "[")) for cell in cells[1:])  # not a unit alone
        if len(cells) == width and whole and not all(_is_number(cell) for cell in cells):
            return cells
    return []


def _other_ways(text):
    for pattern in (r"\t", r",(?![^(\[]*[)\]])", r";", r"\s*\|\s*", r"\s{2,}"):
        yield re.split(pattern, text)
    # Blanks part names, but not a name from its unit.
    yield re.sub(r"\s+(?=[(\[]|/ )|(?<=/)\s+", "\0", text).replace(" theta", "\0theta").split()


def _is_number(cell):
    return re.fullmatch(r"[-+\d.,eE]+", cell) is not None
