"""Rows of numbers that belong together, and the lines among them that are none."""

import re
import warnings
from dataclasses import dataclass, field

import numpy as np

from xrdmatch.io._number_lines import read_lines

FEWEST = 5  # rows that make a scan rather than a remark
_MOST_BAD = 0.2  # of the lines between the first and the last row


@dataclass
class Block:
    """Rows of equally many cells.

    Parameters
    ----------
    rows : list of Line
        Its rows.
    before : list of Line
        What stands above it, from the block before or the beginning of the text.
    between : dict of int to list of Line
        Other lines, by the index of the row that they stand above.
    after : list of Line
        What stands below.
    """

    rows: list
    before: list
    between: dict = field(default_factory=dict)
    after: list = field(default_factory=list)

    @property
    def width(self):
        """Number of columns."""
        return len(self.rows[0].values)

    def table(self):
        """Return its numbers, NaN where a cell is none: an array of shape (n_rows, width)."""
        rows = [[np.nan if x is None else x for x in row.values] for row in self.rows]
        return np.array(rows, dtype=float)


def find_blocks(lines):
    """Part lines into blocks of at least five rows; remarks with fewer stand before the next.

    Parameters
    ----------
    lines : list of Line

    Returns
    -------
    list of Block
    """
    blocks, block, pending, streak, last_width = [], None, [], 0, 0
    for line in lines:
        width = len(line.values) if line.is_row else 0
        if not width:
            pending.append(line)
            streak = 0 if line.cells else streak  # a comment does not end it
        elif block and width == block.width:
            if pending:
                block.between[len(block.rows)] = pending
            block.rows.append(line)
            pending, streak = [], 0
        else:
            streak = streak + 1 if streak and width == last_width else 1
            pending.append(line)
            last_width = width
            if block is None or streak == FEWEST:
                block, pending = _next_block(blocks, block, pending, streak), []
    return _closed(blocks, block, pending)


def _next_block(blocks, block, pending, streak):
    """Begin a block with the last rows of what is pending."""
    rows = [line for line in pending if line.is_row][-streak:]
    first = pending.index(rows[0])
    above = pending[:first]
    if block is not None and len(block.rows) < FEWEST:
        above = _all_lines(block) + above
    elif block is not None:
        block.after = above
        blocks.append(block)
    return Block(rows, above)


def _all_lines(block):
    lines = list(block.before)
    for i, row in enumerate(block.rows):
        lines += [*block.between.get(i, ()), row]
    return lines


def _closed(blocks, block, pending):
    if block is not None:
        block.after = pending
        if len(block.rows) >= FEWEST:
            blocks.append(block)
        elif blocks:
            blocks[-1].after = blocks[-1].after + _all_lines(block) + pending
    return blocks


def rows_with_words(lines):
    """Find rows that hold words too, such as dates, always in the same columns.

    Parameters
    ----------
    lines : list of Line

    Returns
    -------
    list of Line
        All lines, words in the rows turned into missing numbers where most rows are like that.
    """
    kinds = {}
    for line in lines:
        if (kind := _kind(line)) is not None:
            kinds[kind] = kinds.get(kind, 0) + 1
    if not kinds:
        return lines
    usual = max(kinds, key=kinds.get)
    return [_blanked(line) if _kind(line) == usual else line for line in lines]


def _kind(line):
    """Which cells are words; None for lines that have no two numbers."""
    if line.values is None or sum(value is not None for value in line.values) < 2:
        return None
    return tuple(value is None for value in line.values)


def _blanked(line):
    values = [np.nan if value is None else value for value in line.values]
    return type(line)(line.number, line.text, line.cells, values)


def damaged_lines(block, dialect):
    """List the lines in and beside a block that were rows before they were damaged.

    Parameters
    ----------
    block : Block
    dialect : Dialect

    Returns
    -------
    list of Line
        Those between its rows, commented rows included; the one above where it is made of digits;
        the one below unless it is a comment.

    Raises
    ------
    ValueError
        When there are too many to believe the others.
    """
    between = [line for lines in block.between.values() for line in lines]
    bad = [line for line in between if not _is_remark(line, block.width, dialect)]
    if len(bad) > _MOST_BAD * (len(bad) + len(block.rows)):
        raise ValueError(
            f"{len(bad)} of the {len(bad) + len(block.rows)} lines of its columns are no rows of "
            f"{block.width} numbers ({quoted(bad[:1])}); repair the file or export it anew"
        )
    return [*bad, *_first_row(block, dialect), *_last_row(block, dialect)]


def _first_row(block, dialect):
    """Yield the line above the rows where it was one: it is made of digits, or has no letter."""
    for line in block.before[-1:]:
        bare = line.cells and not re.search(r"[^\W\d_]|^\d+$", line.text)
        if bare or _was_row(line, block.width, dialect):
            yield line


def _last_row(block, dialect):
    """Yield the line below the rows unless it is a comment that hides none."""
    for line in block.after[:1]:
        if line.cells or _was_row(line, block.width, dialect):
            yield line


def _is_remark(line, width, dialect):
    """Whether a line among rows is a comment that hides no row."""
    return line.values is None and not line.cells and not _was_row(line, width, dialect)


def _was_row(line, width, dialect):
    """Whether a line is a row behind a comment's mark, or is made of digits as rows are."""
    text = line.text.lstrip("#!%'; ")
    cells = dialect.split(text)
    if not line.cells:
        return len(cells) == width and None not in map(dialect.value, cells)
    digits = len(re.findall(r"[\d.,;\s+-]", text))
    is_wide = len(cells) == width or (len(cells) > 1 and "." in text)
    return digits > 0.6 * len(text) and is_wide


def single_table(text, first=0):
    """Read the one block of rows that a text holds, and say which lines are damaged.

    Parameters
    ----------
    text : str
        Rows of numbers.
    first : int, default=0
        How many lines of the file stand above it.

    Returns
    -------
    ndarray of shape (n_rows, n_columns)

    Raises
    ------
    ValueError
        When it holds no rows, or of several kinds.
    """
    lines, dialect = read_lines("\n" * first + text)
    blocks = find_blocks(lines)
    if len(blocks) != 1:
        raise ValueError("it holds no rows of angle and counts, or several kinds of them")
    block = blocks[0]
    bad = damaged_lines(block, dialect)
    if bad := [*block.before, *(line for line in bad if line not in block.before)]:
        say_damaged(bad, block)
    return block.table()


def say_damaged(bad, block):
    """Warn of lines that are left out."""
    warnings.warn(
        f"left out {len(bad)} of {len(bad) + len(block.rows)} lines, for they are no rows of "
        f"{block.width} numbers ({quoted(bad)})",
        stacklevel=3,
    )


def quoted(lines):
    """Name lines: their numbers and what stands there."""
    named = ", ".join(f"line {line.number}: {line.text[:40]!r}" for line in lines[:3])
    return f"{named}, ..." if len(lines) > 3 else named
