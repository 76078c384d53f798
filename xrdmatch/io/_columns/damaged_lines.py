"""Detection of damaged lines in numeric tables."""

import re
import warnings

from xrdmatch.io._columns.blocks import find_blocks
from xrdmatch.io._columns.number_lines import read_lines

_N_POINTS = re.compile(
    r"(?:\bno\.? ?of|\bnumber ?of|\bn_?)\s*(?:data\s*)?(?:points|pts)\W{1,4}(\d{1,9})\b",
    re.IGNORECASE,
)
_MOST_BAD = 0.2  # of the lines between the first and the last row


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
        bare = not line.is_comment and not re.search(r"[^\W\d_]|^\d+$", line.text)
        if bare or _was_row(line, block.width, dialect):
            yield line


def _last_row(block, dialect):
    """Yield the line below the rows unless it is a comment that hides none."""
    for line in block.after[:1]:
        if not line.is_comment or _was_row(line, block.width, dialect):
            yield line


def _is_remark(line, width, dialect):
    """Whether a line among rows is a comment that hides no row."""
    return line.is_comment and not _was_row(line, width, dialect)


def _was_row(line, width, dialect):
    """Whether a line is a row behind a comment's mark, or is made of digits as rows are."""
    text = line.text.lstrip("#!%'; ")
    cells = dialect.split(text)
    if line.is_comment:
        return len(cells) == width and None not in map(dialect.value, cells)
    digits = len(re.findall(r"[\d.,;\s+-]", text))
    if not all(re.search(r"\d", cell) for cell in cells if cell):
        return False
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


def say_missing(header, block):
    """Warn where a header promises more points than a block has.

    Parameters
    ----------
    header : str
        Lines above the block, with a number of points in words, or as the last one (.chi).
    block : Block
        Rows of points.
    """
    match = _N_POINTS.search(header)
    alone = block.before and re.fullmatch(r"\d+", block.before[-1].text)
    stated = int(match[1]) if match else int(block.before[-1].text) if alone else 0
    if len(block.rows) < stated < 1e9:
        warnings.warn(f"the file holds {len(block.rows)} of {stated} points", stacklevel=3)


def quoted(lines):
    """Name lines: their numbers and what stands there."""
    named = ", ".join(f"line {line.number}: {line.text[:40]!r}" for line in lines[:3])
    return f"{named}, ..." if len(lines) > 3 else named
