"""Text: its encoding, and the rows of numbers in it."""

import codecs
import re

import numpy as np

_MARKS = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)


def decode(content):
    """Decode a text file.

    Raises
    ------
    ValueError
        When it is binary.
    """
    for mark, encoding in _MARKS.items():
        if content.startswith(mark):
            return content.decode(encoding, errors="replace")
    if b"\0" in content:
        raise ValueError("it is a binary file of no format that is read here")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        return content.decode("latin-1")


def number_rows(text):
    """Find the longest run of lines with equally many numbers.

    Numbers are parted by blanks, tabs, semicolons or commas; commas are decimal where something
    else parts the numbers. Empty lines and comments do not end a run.

    Parameters
    ----------
    text : str
        The file.

    Returns
    -------
    ndarray of shape (n_rows, n_columns) or None
        None where no line has two numbers.
    """
    best, run = [], []
    for line in _COMMENT.sub("", text).splitlines():
        if not line.strip() or line.lstrip()[0] in "#!%'":
            continue
        row = _row(line)
        if run and (row is None or len(row) != len(run[0])):
            best, run = max(best, run, key=len), []
        if row is not None:
            run.append(row)
    best = max(best, run, key=len)
    return np.array(best) if best else None


def _row(line):
    """Numbers of a line, None where it has words or fewer than two numbers."""
    if ";" in line or "\t" in line.strip():
        words = re.split(r"\s*[;\t]\s*", line.strip())
    elif (re.search(r"\d,\s*[-+\d.]", line) and len(line.split()) < 2) or ", " in line:
        words = re.split(r"\s*,\s*", line.strip())
    else:
        words = line.split()
    words = [word.strip(" ,").replace(",", ".") for word in words]
    try:
        row = [float(word) for word in words if word]
    except ValueError:
        return None
    return row if len(row) > 1 else None
