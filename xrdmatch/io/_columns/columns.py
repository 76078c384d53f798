"""Columns of text: .xy, .xye, .csv, .txt, .dat, .chi and their like."""

import re
import warnings
from functools import partial

import numpy as np

from xrdmatch.io._assembly import StatedScan, sigma_of_rate
from xrdmatch.io._columns.axis_lines import find_axis
from xrdmatch.io._columns.blocks import find_blocks, rows_with_words
from xrdmatch.io._columns.damaged_lines import damaged_lines, quoted, say_damaged, say_missing
from xrdmatch.io._columns.names import find_heading, is_heading_line
from xrdmatch.io._columns.number_lines import read_lines, without_comments
from xrdmatch.io._columns.roles import choose_by_names, choose_by_shape
from xrdmatch.io._columns.runs import split_runs
from xrdmatch.io._decoding import decode
from xrdmatch.io._header_wavelengths import find_wavelengths
from xrdmatch.io._scan_formats.slits import warn_of_variable_slits

_NAME = re.compile(r"^##NAMES=(.+)$", re.MULTILINE)
_REMARK = 0.1  # of the longest block: shorter ones of another width are no scans of their own


def read_columns(content, suffix="", axis=None):
    """Yield ``(name, build)`` for every scan that stands in columns.

    Which column is what, the heading says; where there is none the first column is the angle, the
    second the counts, the third, where it can be one, the uncertainty.

    Parameters
    ----------
    content : bytes
        The file.
    suffix : str, default=""
        The file's ending: in ``.xye`` the third column is the uncertainty.
    axis : str, optional
        The axis that the user asks for.
    """
    text = decode(content)
    lines, dialect = read_lines(without_comments(text))
    blocks = find_blocks(lines) or find_blocks(rows_with_words(lines))
    if not blocks:
        raise ValueError(
            "it holds no scan: no rows of angle and counts, nor any format that is read here"
        )
    header = _header(text, blocks)
    found = [
        pair for block in _scans(blocks) for pair in _pairs(header, block, dialect, suffix, axis)
    ]
    if len(found) == 1:
        say_missing(header, max(blocks, key=lambda block: len(block.rows)))
    match = _NAME.search(header)
    for name, build in found:
        yield match[1].strip() if match and len(found) == 1 else name, build


def _scans(blocks):
    """Leave out, and say, blocks that are short beside the longest."""
    longest = max(len(block.rows) for block in blocks)
    for block in blocks:
        if len(block.rows) > _REMARK * longest:
            yield block
        else:
            warnings.warn(
                f"left out {len(block.rows)} rows of {block.width} numbers from line "
                f"{block.rows[0].number} on, apart from its scan",
                stacklevel=3,
            )


def _pairs(header, block, dialect, suffix, asked):
    """Yield the scans of one block: side by side, or one below the other."""
    columns = find_heading(block.before, block.width, dialect)
    table = block.table()
    choices = choose_by_names(columns, asked) if columns else choose_by_shape(table, suffix)
    heading = block.before[-1:] if _is_heading_above(block, dialect) else []
    if bad := [line for line in damaged_lines(block, dialect) if line not in heading]:
        say_damaged(bad, block)
    elif odd := _odd_line_above(block, columns, dialect):
        warnings.warn(
            f"the line above its rows, {odd!r}, is neither a row nor a heading", stacklevel=3
        )
    if dialect.grouped:
        warnings.warn(f"its numbers have marks at thousands, as in {dialect.grouped}", stacklevel=3)
    for choice in choices:
        yield from _runs(header, block, table, choice, dialect, asked)


def _is_heading_above(block, dialect):
    """Whether the line above the rows names their columns, with numbers perhaps."""
    return find_heading(block.before[-1:], block.width, dialect) is not None


def _odd_line_above(block, columns, dialect):
    """Text of the line above the rows where it may have been one; empty where it says what it is.

    A line below the heading, or the only line above the rows that is no comment.
    """
    above = [line for line in block.before if not line.is_comment]
    if not above or is_heading_line(above[-1], block.width, dialect):
        return ""
    return above[-1].text[:40] if columns or len(above) == 1 else ""


def _runs(header, block, table, choice, dialect, asked):
    """Yield the scans that stand one below the other in the same columns."""
    known = np.flatnonzero(np.isfinite(table[:, choice.x]))
    runs, strays = split_runs(table[known, choice.x])
    if len(strays):
        lines = [block.rows[i] for i in known[strays]]
        warnings.warn(
            f"left out {len(strays)} points whose angle is out of order ({quoted(lines)})",
            stacklevel=4,
        )
    for k, run in enumerate(runs):
        rows = known[run]
        above = block.before if not k else block.between.get(int(rows[0]), [])
        own = find_heading(above, block.width, dialect) if k else None
        picked = choose_by_names(own, asked)[0] if own else choice
        parts = [choice.name, _title(above, block.width, dialect) if len(runs) > 1 else None]
        yield (
            ", ".join(filter(None, parts)) or None,
            partial(_build, header, table[rows], picked, above, block.before),
        )


def _title(lines, width, dialect):
    """Text of the line nearest above a scan that does not name columns."""
    for line in reversed(lines):
        text = line.text.strip("#!%;'/* ")
        if text and not line.is_row and not find_heading([line], width, dialect):
            return text[:40]
    return None


def _build(header, table, choice, above, first):
    counts, sigma = table[:, choice.counts], None
    if choice.sigma is not None:
        sigma = table[:, choice.sigma]
        sigma = sigma if (sigma[np.isfinite(sigma)] >= 0).all() else None
    if choice.seconds is not None and sigma is None:
        counts, sigma = _of_one_time(counts, table[:, choice.seconds])
    warn_of_variable_slits(header)
    own = "\n".join(line.text for line in above)
    radiation = find_wavelengths(own) or find_wavelengths(header)
    axis = find_axis([*first, *above], choice.axis)
    return StatedScan(table[:, choice.x], counts, sigma, radiation, axis)


def _of_one_time(counts, seconds):
    """Divide counts by the time of each point where it varies."""
    known = seconds[np.isfinite(seconds)]
    if not len(known) or (known <= 0).any() or np.ptp(known) < 1e-3 * known.max():
        return counts, None
    if (np.diff(known) > 0).all():  # time since the beginning
        return counts, None
    warnings.warn(
        "its points were counted for unequal times; divided the counts by them", stacklevel=3
    )
    rate = counts / seconds
    return rate, sigma_of_rate(rate, seconds)


def _header(text, blocks):
    """Lines with a word that stand outside the rows of the blocks."""
    lines, rows = text.splitlines(), set()
    for block in blocks:
        rows.update(row.number for row in block.rows)
    outside = (line for i, line in enumerate(lines, start=1) if i not in rows)
    return "\n".join(line for line in outside if re.search(r"[^\W\d_]{2}", line))
