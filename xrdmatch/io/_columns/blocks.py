"""Blocks of numeric rows in a text."""

from dataclasses import dataclass, field

import numpy as np

FEWEST = 5  # rows that make a scan rather than a remark


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
            streak = streak if line.is_comment else 0
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
