"""Parsing of numeric lines: separators and decimal marks."""

import re
from dataclasses import dataclass
from math import nan

_COMMENT = re.compile(r"[#!%]|//|\*\w")
_N_SAMPLED = 500  # lines by which the marks are told
_NUMERIC = re.compile(r"[\s\d.,;:/'\"+\-eEdD\u00a0\u202f\u2009]+")
_GROUPS = {  # numbers whose thousands are set apart
    ",": re.compile(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d*)?"),
    ".": re.compile(r"[-+]?\d{1,3}(?:\.\d{3})+(?:,\d*)?"),
    " ": re.compile(r"[-+]?\d{1,3}(?:[ '\u00a0\u202f\u2009]\d{3})+(?:[.,]\d*)?"),
}
_MISSING = frozenset(("", "-", "--", "nan", "na", "n/a", "inf", "-inf", "+inf", "null", "none"))


@dataclass(frozen=True, slots=True)
class Line:
    """A line that is not empty.

    Parameters
    ----------
    number : int
        Counted from 1, as editors do.
    text : str
        As it stands.
    cells : sequence of str
        What the separator parts; empty for comments, and for rows, whose values say it all, unless
        commas part them.
    values : list of float, or None
        The cells as numbers, NaN for missing ones, None for what is no number; None where the line
        is a comment or has no number at all.
    """

    number: int
    text: str
    cells: list
    values: list | None

    @property
    def is_comment(self):
        """Whether it begins with a comment's mark."""
        return self.values is None and not self.cells

    @property
    def is_row(self):
        """Whether it holds two numbers or more and nothing else."""
        return self.values is not None and len(self.values) > 1 and None not in self.values


class Dialect:
    """How a text parts and writes its numbers, told from the lines that look like numbers.

    Parameters
    ----------
    lines : list of str
        The text.
    """

    def __init__(self, lines):
        looks = [line for line in lines if _NUMERIC.fullmatch(line) and not line.isspace()]
        if not looks:  # rows with words among them
            looks = [line for line in lines if len(re.findall(r"\d", line[:200])) > 2]
        sample = looks[:: max(len(looks) // _N_SAMPLED, 1)]
        self.separator = _separator(sample)
        cells = [cell for line in sample for cell in self.split(line)]
        self.decimal = _decimal(cells)
        self.grouped = None  # an example of a number whose comma or point is none

    def split(self, line):
        """Part the cells of a line."""
        if self.separator is None:
            cells = line.split()
            is_quoted = '"' in line or "'" in line
            return [cell.strip("\"'") for cell in cells] if is_quoted else cells
        if '"' in line and self.separator == ",":
            line = re.sub(r'"([^"]*)"', lambda m: m[0].replace(",", "\0"), line)
        cells = line.strip("\r\n ").split(self.separator)
        return [cell.replace("\0", ",").strip(" \t\"'\u00a0") for cell in cells]

    def value(self, cell):
        """Read a cell; NaN where it is missing, None where it is no number."""
        if "," not in cell and (self.decimal == "." or "." not in cell):
            found = _number(cell)
            if found is not None:
                return found
        if _GROUPS[" "].fullmatch(cell):
            cell = re.sub(r"[ '\u00a0\u202f\u2009]", "", cell)
        other = "." if self.decimal == "," else ","
        if _GROUPS[other].fullmatch(cell):
            self.grouped = self.grouped or cell
            cell = cell.replace(other, "")
        if self.decimal == ",":
            cell = cell.replace(",", ".")
        return _number(cell)


def _separator(sample):
    """Tell what parts the cells: a semicolon, a tab, a comma, or None for blanks of any kind."""
    most = len(sample) / 2
    for mark in (";", "\t"):
        if sum(mark in line.strip() for line in sample) > most:
            return None if mark == "\t" and _blanks_part(sample) else mark
    commas = [line for line in sample if "," in line]
    apart = [line for line in commas if len(line.split()) < 2 or re.search(r",\s|\s,|\"", line)]
    return "," if len(commas) > most and len(apart) > most else None


def _blanks_part(sample):
    """Whether blanks beside the tabs part cells too, and are not the thousands' mark."""
    cells = [cell.strip() for line in sample for cell in line.strip().split("\t")]
    inner = [cell for cell in cells if " " in cell]
    return any(not _GROUPS[" "].fullmatch(cell) for cell in inner)


def _decimal(cells):
    """Tell the decimal mark: what thousands are not set apart with; of two, what stands first."""
    marked = [cell for cell in cells if "," in cell or "." in cell]
    for mark in (",", "."):
        clear = [cell for cell in marked if mark in cell and not _GROUPS[mark].fullmatch(cell)]
        last = [cell for cell in clear if cell.rfind(mark) == max(map(cell.rfind, ",."))]
        if len(last) > len(marked) / 50:
            return mark
    return next((mark for cell in marked for mark in cell if mark in ",."), ".")


def _number(cell):
    try:
        if "_" in cell:
            return None
        return float(cell)
    except ValueError:
        pass
    if cell.lower() in _MISSING:
        return nan
    try:  # Fortran's exponent, and the minus of typesetters
        return float(re.sub("[dD]", "e", cell.replace("\u2212", "-")))
    except ValueError:
        return None


def read_lines(text):
    """Read a text into lines and their numbers.

    Parameters
    ----------
    text : str
        The file, without what stands between ``/*`` and ``*/``.

    Returns
    -------
    lines : list of Line
        Empty ones left out.
    dialect : Dialect
        How its numbers are written.
    """
    texts = text.splitlines()
    dialect = Dialect(texts)
    lines = []
    for i, line in enumerate(texts, start=1):
        if stripped := line.strip():
            lines.append(_line(i, stripped, line, dialect))
    return _rejoined(lines, dialect), dialect


def _rejoined(lines, dialect):
    """Join the thousands of the last column where commas set them apart and part cells too."""
    if dialect.separator != ",":
        return lines
    widths = {len(line.cells) for line in lines if line.is_row}
    narrow = min(widths, default=0)
    wide = [line for line in lines if line.is_row and len(line.cells) == narrow + 1]
    if widths != {narrow, narrow + 1} or not all(_is_parted(line.cells[-2:]) for line in wide):
        return lines
    dialect.grouped = ",".join(wide[0].cells[-2:])
    return [_joined(line) if line.is_row and len(line.cells) > narrow else line for line in lines]


def _is_parted(cells):
    return re.fullmatch(r"\d{1,3}", cells[0]) and re.fullmatch(r"\d{3}(?:\.\d*)?", cells[1])


def _joined(line):
    cells = [*line.cells[:-2], "".join(line.cells[-2:])]
    return Line(line.number, line.text, cells, [*line.values[:-2], float(cells[-1])])


def _line(i, stripped, line, dialect):
    if _begins_comment(stripped, dialect):
        return Line(i, stripped, [], None)
    cells = dialect.split(line)
    values = _plain_values(line, cells) if dialect.decimal == "." else None
    if values is None:
        values = [dialect.value(cell) for cell in cells]
    if not any(value is not None and value == value for value in values):
        return Line(i, stripped, cells, None)
    is_told = dialect.separator != "," and None not in values
    return Line(i, stripped, () if is_told else cells, values)


def _plain_values(line, cells):
    """Numbers as Python writes them, which nearly all rows are; None for others."""
    try:
        return None if "_" in line else [*map(float, cells)]
    except ValueError:
        return None


def _begins_comment(line, dialect):
    """Whether a line begins as comments do."""
    if _COMMENT.match(line) or (line[0] == ";" and dialect.separator != ";"):
        return True
    return line[0] == "'" and line.count("'") < 4


def without_comments(text):
    """Blank out what stands between ``/*`` and ``*/``, keeping the lines' numbers."""
    parts, at = [], 0
    while (start := text.find("/*", at)) >= 0 and (end := text.find("*/", start + 2)) >= 0:
        parts += [text[at:start], "\n" * text.count("\n", start, end)]
        at = end + 2
    return "".join([*parts, text[at:]])
