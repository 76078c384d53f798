"""Columns of text: .xy, .xye, .csv, .txt, .dat, .uxd, .chi and their like."""

import re
from functools import partial

import numpy as np

from xrdmatch.io._assembly import assemble_scan, lines_of_header
from xrdmatch.io._text import decode, number_rows

_FEWEST = 5  # rows of numbers that make a scan rather than a remark
_VALUE = r"[^\n\d]*?[:=,\s]\s*([0-3]?[.,]\d{2,})"  # a wavelength [Å] on the line of its name
_LINES = {
    "ka1": re.compile(r"(?:k-?_?(?:alpha|α|a)_?1|_wl1|alpha1)\b" + _VALUE, re.IGNORECASE),
    "ka2": re.compile(r"(?:k-?_?(?:alpha|α|a)_?2|_wl2|alpha2)\b" + _VALUE, re.IGNORECASE),
    "ratio": re.compile(r"(?:wl_?ratio|ratio\s+k\S*)" + _VALUE, re.IGNORECASE),
    "mean": re.compile(r"(?:wave\s?-?length|lambda)\b" + _VALUE, re.IGNORECASE),
}
_NAME = re.compile(r"^##NAMES=(.+)$", re.MULTILINE)
_OTHER_AXES = re.compile(
    r"\bq\s*[\[(_/]|\bq_(?:nm|a)|\bd-?spacing\s*[,;\t(\[]|\btof\b|time.of.flight", re.IGNORECASE
)
_SIGMA = re.compile(r"\b(?:sigma|esd|e\.s\.d|err(?:or)?s?|std|uncertainty)\b", re.IGNORECASE)


def read_columns(content, suffix=""):
    """Yield ``(name, build)`` for the longest run of rows.

    The first column is 2 theta [degrees], the second the counts, the third, where there are
    three and it looks like one, the uncertainty.

    Parameters
    ----------
    content : bytes
        The file.
    suffix : str, default=""
        The file's ending: in ``.xye`` the third column is the uncertainty.
    """
    text = decode(content)
    table = number_rows(text)
    if table is None or len(table) < _FEWEST:
        raise ValueError(
            "it holds no scan: no rows of angle and counts, nor any format that is read here"
        )
    match = _NAME.search(text)
    yield match and match[1].strip(), partial(_build, text, table, suffix)


def _build(text, table, suffix):
    header = _header(text)
    if match := _OTHER_AXES.search(header):
        raise ValueError(
            f"its axis is not 2 theta (the header says {match[0].strip()!r}); convert it to "
            "2 theta in degrees and state the wavelength"
        )
    sigma = table[:, 2] if table.shape[1] == 3 and _is_sigma(table, header, suffix) else None
    return assemble_scan(table[:, 0], table[:, 1], sigma, _radiation(header))


def _header(text):
    """Lines with a word, in which a number's exponent is none."""
    return "\n".join(line for line in text.splitlines() if re.search(r"[a-df-zA-DF-Z]{2}", line))


def _is_sigma(table, header, suffix):
    third = table[:, 2]
    if (third < 0).any() or np.ptp(third) == 0:
        return False
    if suffix == ".xye" or _SIGMA.search(header):
        return True
    named = re.search(r"^.*(?:theta|angle).*(?:intensity|counts|yobs).*$", header, re.I | re.M)
    return not named and bool(np.median(third) < np.median(table[:, 1]))


def _radiation(header):
    found = {key: pattern.search(header) for key, pattern in _LINES.items()}
    values = {key: float(m[1].replace(",", ".")) for key, m in found.items() if m}
    ratio = values.pop("ratio", None)
    return lines_of_header(ratio=ratio, **values)
